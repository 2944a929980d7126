import { ipv4 } from './parse-address.ts'
import { parseCidr } from './parse-cidr.ts'
import { formatIpv6 } from './parse-ipv6.ts'

/** The one spelling of an address or a CIDR range: without bits beyond the prefix, and without the prefix where it is one address. `null`: the text is neither. */
export function canonicalNetwork(text: string): string | null {
  const range = parseCidr(text)
  if (range === null) return null
  const first = range.version === 4 ? ipv4(range.first[0] ?? 0).text : formatIpv6(range.first)
  return range.prefix === (range.version === 4 ? 32 : 128) ? first : `${first}/${range.prefix}`
}
