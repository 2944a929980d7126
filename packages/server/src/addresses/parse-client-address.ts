import { type ParsedAddress, parseAddress } from './parse-address.ts'
import { type CidrRange, contains, parseCidr } from './parse-cidr.ts'

/** The proxies whose word about a forwarded address counts. */
export type TrustedProxies = readonly CidrRange[]

/** A header is longer than this only when somebody fills it. */
const MAX_LENGTH = 4096

/**
 * Reads the configured proxies: addresses and CIDR ranges.
 *
 * Throws a `RangeError` that names the first entry it does not understand, and for a range that trusts everybody.
 */
export function parseTrustedProxies(entries: readonly string[]): TrustedProxies {
  return entries.map((entry) => {
    const range = parseCidr(entry)
    if (range === null) throw new RangeError(`\`${entry}\` is neither an address nor a CIDR range`)
    if (range.prefix === 0) throw new RangeError(`\`${entry}\` would trust every address as a proxy`)
    return range
  })
}

/**
 * The address of the client in what the application passed on: one address, or a whole `X-Forwarded-For` header.
 *
 * Anyone can write the left part of that header, so it is read from the right: the first address that is not a trusted proxy is the client.
 * When every one is trusted, the left-most is. An entry that is no address ends the reading with `null` (it is never skipped: what stands
 * to the left of it was vouched for by nobody), and so does a text over 4,096 characters.
 */
export function parseClientAddress(text: string, trustedProxies: TrustedProxies): ParsedAddress | null {
  if (text.length > MAX_LENGTH) return null
  let end = text.length
  for (;;) {
    const comma = text.lastIndexOf(',', end - 1)
    const address = parseAddress(text.slice(comma + 1, end))
    if (address === null || comma === -1 || !isTrusted(address, trustedProxies)) return address
    if (comma === 0) return null
    end = comma
  }
}

function isTrusted(address: ParsedAddress, trustedProxies: TrustedProxies): boolean {
  return trustedProxies.some((range) => contains(range, address))
}
