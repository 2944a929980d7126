import { parseAddress } from './parse-address.ts'

/** The network by which requests of one client are counted: the address, or the /64 of an IPv6 address, of which a client has all. */
export function networkOf(text: string): string {
  const address = parseAddress(text)
  if (address === null) return text
  return address.version === 4 ? address.text : address.words.slice(0, 2).join('.')
}
