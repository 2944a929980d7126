/**
 * The IPv4 address inside an IPv6 address, as an unsigned 32-bit word; `null` when there is none to read.
 *
 * Such an address is another spelling of the IPv4 address: whoever answers from it holds that IPv4 address. Read are IPv4-mapped and
 * IPv4-compatible addresses (RFC 4291), IPv4-translated ones (RFC 2765), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056) and the client of
 * Teredo (RFC 4380), whose bits are inverted.
 */
export function embeddedIpv4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number | null {
  if (a >>> 16 === 0x2002) return ((a << 16) | (b >>> 16)) >>> 0
  if (a === 0x20010000) return ~d >>> 0
  if (a === 0x0064ff9b) {
    if (b === 0 && c === 0) return d
    return isLocalNat64(a, b) && hasWholeTail(d) ? d : null
  }
  if (a !== 0 || b !== 0) return null
  if (c === 0xffff || c === 0xffff0000) return d
  // 0.0.0.0/8 stays IPv6: `::` and `::1` are addresses of their own.
  return c === 0 && d >>> 24 !== 0 ? d : null
}

/**
 * True for an address of local-use NAT64 that stands for an IPv4 address in a way that only its operator knows: the prefix may have 48, 56, 64
 * or 96 bits (RFC 8215), and with all but the last the IPv4 address is somewhere in the middle.
 */
export function hidesIpv4({ words }: { readonly words: readonly number[] }): boolean {
  return words.length === 4 && isLocalNat64(words[0] ?? 0, words[1] ?? 0)
}

/** How many bits precede the IPv4 address, where a prefix of that length and more is a block of IPv4 addresses; `null` where it is none. */
export function bitsBeforeIpv4([a = 0, b = 0, c = 0]: readonly number[]): number | null {
  if (a >>> 16 === 0x2002) return 16
  if (a === 0x20010000 || isLocalNat64(a, b)) return 96
  if (a === 0x0064ff9b && b === 0 && c === 0) return 96
  return a === 0 && b === 0 && (c === 0 || c === 0xffff || c === 0xffff0000) ? 96 : null
}

function isLocalNat64(a: number, b: number): boolean {
  return a === 0x0064ff9b && b >>> 16 === 1
}

/** With a prefix shorter than 96 bits the last 24 bits are zero (RFC 6052 section 2.2), and no client has an IPv4 address that ends so. */
function hasWholeTail(word: number): boolean {
  return (word & 0xffffff) !== 0
}
