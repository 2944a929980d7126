import { type ParsedAddress, parseAddress } from './parse-address.ts'
import { type CidrRange, contains, parseCidr } from './parse-cidr.ts'

/** The proxies whose forwarded addresses are trusted. */
export type TrustedProxies = readonly CidrRange[]

/** No honest header is longer than this. */
const MAX_LENGTH = 4096

/**
 * Reads the configured proxies: addresses and CIDR ranges.
 *
 * Throws a `RangeError` that names the first entry that is neither, or that trusts every address.
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
 * Finds the client's address in the text that the application passed on: one address, or a whole `X-Forwarded-For` header.
 *
 * Anyone can write the left part of that header, so it is read from the right: the first address that is not a trusted proxy is the client.
 * When all are trusted, the left-most address is. Returns `null` for a text over 4,096 characters and at an entry that is not an address:
 * such an entry is never skipped, because nothing vouches for the entries to its left.
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
