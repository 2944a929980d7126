import { readFileSync } from 'node:fs'
import { Reader, type Response } from 'maxmind'
import { createRangeIndexBuilder, type RangeIndexBuilder } from './build-range-index.ts'
import type { RangeIndex } from './range-index.ts'

/** The countries in which addresses are used. */
export interface CountryTable {
  /** A value is a position in `codes`, plus one. */
  index: RangeIndex
  /** ISO 3166-1 alpha-2. */
  codes: string[]
  /** When the data was built, milliseconds UTC. */
  builtAt: number
}

type CountryRecord = Response & { country_code?: unknown }

/**
 * Packs two MMDB files of country codes, one for each version of IP.
 *
 * Throws a `RangeError` for a file of the other version, because an IPv6 address looked up in an IPv4 file finds a wrong country.
 */
export function packCountry(v4Path: string, v6Path: string): CountryTable {
  const builder = createRangeIndexBuilder()
  const codes: string[] = []
  const builtV4 = addTree(v4Path, 4, codes, builder)
  const builtV6 = addTree(v6Path, 6, codes, builder)
  return { index: builder.build(), codes, builtAt: Math.min(builtV4, builtV6) }
}

function addTree(path: string, version: 4 | 6, codes: string[], builder: RangeIndexBuilder): number {
  const file = readFileSync(path)
  const reader = new Reader<CountryRecord>(file)
  const { ipVersion, nodeCount, recordSize, nodeByteSize, buildEpoch } = reader.metadata
  if (ipVersion !== version) throw new RangeError(`${path} is an IPv${ipVersion} file where an IPv${version} file belongs`)
  if (recordSize !== 24) throw new RangeError(`${path} has ${recordSize}-bit records where 24 are known`)
  const valueOfPointer = new Map<number, number>([[nodeCount, 0]])
  const bits = version === 4 ? 32 : 128
  const words = new Uint32Array(4)
  visit(0, 0)
  return buildEpoch.getTime()

  /** Visits every leaf of the tree under `node`, in ascending order of addresses. */
  function visit(node: number, depth: number): void {
    if (node >= nodeCount) {
      setValue(decode(node))
      return
    }
    if (depth === bits) throw new RangeError(`${path} has a tree deeper than its addresses`)
    const offset = node * nodeByteSize
    const word = depth >>> 5
    const mask = (1 << (31 - (depth & 31))) >>> 0
    visit(file.readUIntBE(offset, 3), depth + 1)
    words[word] = ((words[word] ?? 0) | mask) >>> 0
    visit(file.readUIntBE(offset + 3, 3), depth + 1)
    words[word] = ((words[word] ?? 0) & ~mask) >>> 0
  }

  function setValue(value: number): void {
    const [a = 0, b = 0, c = 0, d = 0] = words
    if (version === 4) builder.setV4(a, value)
    else builder.setV6(a, b, c, d, value)
  }

  /** There are few distinct records, so each is decoded once, by looking up the address that led to it. */
  function decode(pointer: number): number {
    const known = valueOfPointer.get(pointer)
    if (known !== undefined) return known
    const code = reader.get(textOf(words, version))?.country_code
    const value = typeof code === 'string' && /^[A-Z]{2}$/.test(code) && code !== 'ZZ' ? valueOfCode(code) : 0
    valueOfPointer.set(pointer, value)
    return value
  }

  function valueOfCode(code: string): number {
    const at = codes.indexOf(code)
    return at === -1 ? codes.push(code) : at + 1
  }
}

function textOf(words: Uint32Array, version: 4 | 6): string {
  const [a = 0] = words
  if (version === 4) return `${a >>> 24}.${(a >>> 16) & 255}.${(a >>> 8) & 255}.${a & 255}`
  return Array.from(words, (word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':')
}
