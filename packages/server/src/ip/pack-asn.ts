import { readFileSync } from 'node:fs'
import { createRangeIndexBuilder } from './build-range-index.ts'
import type { RangeIndex } from './range-index.ts'

/** Which autonomous system announces an address, and what it is called. */
export interface AsnTable {
  /** Values are a position in the arrays below, plus one. */
  index: RangeIndex
  /** Autonomous system numbers, ascending. */
  numbers: Uint32Array
  /** Where each one's name starts and ends in `names`. */
  nameStarts: Uint32Array
  nameEnds: Uint32Array
  /** Every different name once, UTF-8. */
  names: Uint8Array
  /** How many IPv4 addresses each one announces. */
  v4Sizes: Uint32Array
}

/**
 * Packs the CSV files of `@ip-location-db/asn` (`first,last,asn,name`, addresses as decimal numbers, sorted).
 *
 * Throws a `RangeError` that names the file and line when one is not of that form.
 */
export function packAsn(v4Path: string, v6Path: string): AsnTable {
  const rows = { asn: [] as number[], v4: [] as number[], v6: [] as bigint[] }
  const nameOf = new Map<number, string>()
  const v4 = readRows(v4Path, nameOf)
  const v6 = readRows(v6Path, nameOf)
  rows.asn = [...nameOf.keys()].sort((a, b) => a - b)
  const numbers = Uint32Array.from(rows.asn)
  const positionOf = new Map(rows.asn.map((asn, at) => [asn, at]))
  const v4Sizes = new Uint32Array(numbers.length)
  const builder = createRangeIndexBuilder()

  let next = 0
  for (const { first, last, asn } of v4) {
    const start = Number(first)
    const end = Number(last)
    if (start > next) builder.setV4(next, 0)
    const position = positionOf.get(asn) ?? 0
    builder.setV4(start, position + 1)
    v4Sizes[position] = (v4Sizes[position] ?? 0) + end - start + 1
    next = end + 1
  }
  if (next < 2 ** 32) builder.setV4(next, 0)

  let nextV6 = 0n
  for (const { first, last, asn } of v6) {
    const start = BigInt(first)
    if (start > nextV6) setV6(nextV6, 0)
    setV6(start, (positionOf.get(asn) ?? 0) + 1)
    nextV6 = BigInt(last) + 1n
  }
  if (nextV6 < 1n << 128n) setV6(nextV6, 0)

  return { index: builder.build(), numbers, v4Sizes, ...packNames(rows.asn.map((asn) => nameOf.get(asn) ?? '')) }

  function setV6(start: bigint, value: number): void {
    const high = start >> 64n
    const low = start & 0xffff_ffff_ffff_ffffn
    builder.setV6(Number(high >> 32n), Number(high & 0xffff_ffffn), Number(low >> 32n), Number(low & 0xffff_ffffn), value)
  }
}

interface Row {
  first: string
  last: string
  asn: number
}

function readRows(path: string, nameOf: Map<number, string>): Row[] {
  const rows: Row[] = []
  const text = readFileSync(path, 'utf8')
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    if (end > start) rows.push(readRow(text, start, end, nameOf, `${path}:${rows.length + 1}`))
    start = end + 1
  }
  return rows
}

function readRow(text: string, start: number, end: number, nameOf: Map<number, string>, place: string): Row {
  const one = text.indexOf(',', start)
  const two = text.indexOf(',', one + 1)
  const three = text.indexOf(',', two + 1)
  const asn = Number(text.slice(two + 1, three))
  if (one === -1 || two === -1 || three === -1 || three >= end || !Number.isInteger(asn))
    throw new RangeError(`${place} is not a row of ASN data`)
  if (!nameOf.has(asn)) nameOf.set(asn, unquoted(text.slice(three + 1, end).trimEnd()))
  return { first: text.slice(start, one), last: text.slice(one + 1, two), asn }
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
