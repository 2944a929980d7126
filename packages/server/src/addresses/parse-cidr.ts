import { type ParsedAddress, parseAddress } from './parse-address.ts'

/** A block of addresses: the first one and how many leading bits they share. */
export interface CidrRange {
  readonly version: 4 | 6
  readonly prefix: number
  /** First and last address, as unsigned 32-bit words. */
  readonly first: readonly number[]
  readonly last: readonly number[]
}

/**
 * Reads `address/prefix`, or a single address as a range of one. Bits beyond the prefix are cleared. IPv4-mapped ranges (`::ffff:0:0/96` and
 * longer) are IPv4 ranges. `null`: not a range.
 */
export function parseCidr(text: string): CidrRange | null {
  const slash = text.indexOf('/')
  const head = slash === -1 ? text : text.slice(0, slash)
  const address = parseAddress(head)
  if (address === null) return null
  const bits = address.version === 4 ? 32 : 128
  if (slash === -1) return rangeOf(address, bits)
  const suffix = text.slice(slash + 1).trimEnd()
  if (!/^[0-9]{1,3}$/.test(suffix)) return null
  // An IPv4 address written in IPv6 form carries an IPv6 prefix length.
  const prefix = Number(suffix) - (address.version === 4 && head.includes(':') ? 96 : 0)
  return prefix < 0 || prefix > bits ? null : rangeOf(address, prefix)
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

function rangeOf(address: ParsedAddress, prefix: number): CidrRange {
  const first: number[] = []
  const last: number[] = []
  address.words.forEach((word, at) => {
    const bits = Math.min(32, Math.max(0, prefix - 32 * at))
    const size = 2 ** (32 - bits)
    const start = word - (word % size)
    first.push(start)
    last.push(start + size - 1)
  })
  return { version: address.version, prefix, first, last }
}
