import { readFileSync } from 'node:fs'
import { createRangeIndexBuilder, type RangeIndexBuilder } from './build-range-index.ts'
import type { RangeIndex } from './range-index.ts'

/** The autonomous systems that announce addresses, with their names. */
export interface AsnTable {
  /** A value is a position in the arrays below, plus one. */
  index: RangeIndex
  /** Autonomous system numbers, ascending. */
  numbers: Uint32Array
  /** Where the name of each system starts and ends in `names`. */
  nameStarts: Uint32Array
  nameEnds: Uint32Array
  /** Every distinct name once, in UTF-8. */
  names: Uint8Array
  /** The number of IPv4 addresses each system announces. */
  v4Sizes: Uint32Array
}

/**
 * Packs the CSV files of `@ip-location-db/asn` (`first,last,asn,name`, addresses as decimal numbers, sorted).
 *
 * Throws a `RangeError` that names the file and the line of a malformed row. Reads each file twice and keeps no rows, so that the first start
 * of a server does not hold hundreds of megabytes.
 */
export function packAsn(v4Path: string, v6Path: string): AsnTable {
  const nameOf = new Map<number, string>()
  for (const path of [v4Path, v6Path]) {
    for (const row of rowsOf(path)) if (!nameOf.has(row.asn)) nameOf.set(row.asn, row.name())
  }
  const numbers = Uint32Array.from(nameOf.keys()).sort()
  const positionOf = new Map(Array.from(numbers, (asn, position) => [asn, position]))
  const v4Sizes = new Uint32Array(numbers.length)
  const builder = createRangeIndexBuilder()
  addV4(v4Path, positionOf, v4Sizes, builder)
  addV6(v6Path, positionOf, builder)
  const names = packNames(Array.from(numbers, (asn) => nameOf.get(asn) ?? ''))
  return { index: builder.build(), numbers, v4Sizes, ...names }
}

function addV4(path: string, positionOf: ReadonlyMap<number, number>, sizes: Uint32Array, builder: RangeIndexBuilder): void {
  let next = 0
  for (const row of rowsOf(path)) {
    const start = Number(row.first())
    const end = Number(row.last())
    const position = positionOf.get(row.asn) ?? 0
    if (start > next) builder.setV4(next, 0)
    builder.setV4(start, position + 1)
    sizes[position] = (sizes[position] ?? 0) + end - start + 1
    next = end + 1
  }
  if (next < 2 ** 32) builder.setV4(next, 0)
}

function addV6(path: string, positionOf: ReadonlyMap<number, number>, builder: RangeIndexBuilder): void {
  const set = (start: bigint, value: number) => {
    const word = (bits: bigint) => Number((start >> bits) & 0xffff_ffffn)
    builder.setV6(word(96n), word(64n), word(32n), word(0n), value)
  }
  let next = 0n
  for (const row of rowsOf(path)) {
    const start = BigInt(row.first())
    if (start > next) set(next, 0)
    set(start, (positionOf.get(row.asn) ?? 0) + 1)
    next = BigInt(row.last()) + 1n
  }
  if (next < 1n << 128n) set(next, 0)
}

/** One row of the file. Its texts are cut out only when needed. */
interface Row {
  asn: number
  first(): string
  last(): string
  name(): string
}

const COMMA = 44
const NEWLINE = 10

function* rowsOf(path: string): Generator<Row> {
  const file = readFileSync(path)
  let start = 0
  for (let line = 1; start < file.length; line += 1) {
    const newline = file.indexOf(NEWLINE, start)
    const end = newline === -1 ? file.length : newline
    const one = file.indexOf(COMMA, start)
    const two = file.indexOf(COMMA, one + 1)
    const three = file.indexOf(COMMA, two + 1)
    if (one === -1 || two === -1 || three === -1 || three >= end) throw new RangeError(`${path}:${line} is not a row of ASN data`)
    const asn = Number(file.toString('latin1', two + 1, three))
    if (!Number.isInteger(asn)) throw new RangeError(`${path}:${line} names no autonomous system`)
    const from = start
    yield {
      asn,
      first: () => file.toString('latin1', from, one),
      last: () => file.toString('latin1', one + 1, two),
      name: () => unquoted(file.toString('utf8', three + 1, end).trimEnd()),
    }
    start = end + 1
  }
}

function unquoted(field: string): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field
}

function packNames(names: readonly string[]): Pick<AsnTable, 'names' | 'nameStarts' | 'nameEnds'> {
  const placeOf = new Map<string, readonly [start: number, end: number]>()
  const parts: Buffer[] = []
  let length = 0
  const places = names.map((name) => {
    const known = placeOf.get(name)
    if (known !== undefined) return known
    const part = Buffer.from(name)
    parts.push(part)
    const place = [length, length + part.length] as const
    length += part.length
    placeOf.set(name, place)
    return place
  })
  return {
    names: new Uint8Array(Buffer.concat(parts)),
    nameStarts: Uint32Array.from(places, ([start]) => start),
    nameEnds: Uint32Array.from(places, ([, end]) => end),
  }
}
