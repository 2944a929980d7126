import { bitsBeforeIpv4 } from './embedded-ipv4.ts'
import { type ParsedAddress, parseAddress, parseIpv6Words } from './parse-address.ts'

/** A block of addresses: the first one and how many leading bits they share. */
export interface CidrRange {
  readonly version: 4 | 6
  readonly prefix: number
  /** First and last address, as unsigned 32-bit words. */
  readonly first: readonly number[]
  readonly last: readonly number[]
}

/**
 * Reads `address/prefix`, or a single address as a range of one. Bits beyond the prefix are cleared. A range inside a block that stands for
 * IPv4 addresses (`::ffff:192.0.2.0/120`, `2002:c000:200::/40`) is an IPv4 range; the whole of such a block, or more, is an IPv6 range, except
 * for `::ffff:0:0/96`. `null`: not a range.
 */
export function parseCidr(text: string): CidrRange | null {
  const slash = text.indexOf('/')
  const head = slash === -1 ? text : text.slice(0, slash)
  const address = parseAddress(head)
  if (address === null) return null
  const bits = address.version === 4 ? 32 : 128
  if (slash === -1) return rangeOf(address.words, bits)
  const suffix = text.slice(slash + 1).trimEnd()
  if (!/^[0-9]{1,3}$/.test(suffix)) return null
  const prefix = Number(suffix)
  if (address.version === 4 && head.includes(':')) return embeddedRange(address, head, prefix)
  return prefix > bits ? null : rangeOf(address.words, prefix)
}

/** A range of IPv4 addresses in IPv6 form, which carries an IPv6 prefix length. */
function embeddedRange(address: ParsedAddress, head: string, prefix: number): CidrRange | null {
  const words = parseIpv6Words(head)
  const before = words === null ? null : bitsBeforeIpv4(words)
  if (words === null || before === null || prefix > 128) return null
  const isWholeOfMapped = prefix === 96 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff
  if (prefix > before || isWholeOfMapped) return rangeOf(address.words, Math.min(32, prefix - before))
  return rangeOf(words, prefix)
}

/** Whether an address lies in a range. Addresses of the other version never do. */
export function contains(range: CidrRange, address: ParsedAddress): boolean {
  if (range.version !== address.version) return false
  return compareWords(range.first, address.words) <= 0 && compareWords(address.words, range.last) <= 0
}

export function compareWords(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function rangeOf(words: readonly number[], prefix: number): CidrRange {
  const first: number[] = []
  const last: number[] = []
  words.forEach((word, at) => {
    const bits = Math.min(32, Math.max(0, prefix - 32 * at))
    const size = 2 ** (32 - bits)
    const start = word - (word % size)
    first.push(start)
    last.push(start + size - 1)
  })
  return { version: words.length === 1 ? 4 : 6, prefix, first, last }
}
