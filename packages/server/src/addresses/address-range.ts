import { ipv4 } from './parse-address.ts'
import { parseCidr } from './parse-cidr.ts'
import { formatIpv6 } from './parse-ipv6.ts'

/** A block of addresses by its ends, both in canonical text and of one version. */
export interface AddressRange {
  first: string
  last: string
}

/** Reads `address/prefix`, or a single address as a range of one. Bits beyond the prefix are cleared. `undefined`: not a range. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const range = parseCidr(text)
  return range === null ? undefined : { first: textOf(range.first), last: textOf(range.last) }
}

function textOf(words: readonly number[]): string {
  return words.length === 1 ? ipv4(words[0] ?? 0).text : formatIpv6(words)
}
