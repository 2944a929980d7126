import { parseAddress } from './parse-address.ts'

/** The network by which clients who change their address are counted: the /24 of an IPv4 address, the /48 of an IPv6 address. */
export function wideNetworkOf(text: string): string {
  const address = parseAddress(text)
  if (address === null) return text
  const [first = 0, second = 0] = address.words
  return address.version === 4 ? `v4:${first >>> 8}` : `v6:${first}.${second >>> 16}`
}
