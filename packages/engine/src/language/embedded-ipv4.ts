/**
 * The IPv4 address that an IPv6 address of eight groups stands for, as an unsigned 32-bit number; `undefined` when it stands for none. The server reads
 * addresses in the same way, so `ip.address` never has such a spelling: IPv4-mapped and IPv4-compatible addresses (RFC 4291), IPv4-translated ones (RFC
 * 2765), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), and the client of Teredo (RFC 4380), whose bits are inverted.
 */
export function embeddedIpv4(groups: readonly number[]): number | undefined {
  const [first = 0, second = 0, third = 0, , fifth = 0, sixth = 0, seventh = 0, last = 0] = groups
  const tail = seventh * 65_536 + last
  if (first === 0x2002) return second * 65_536 + third
  if (first === 0x2001 && second === 0) return ~tail >>> 0
  if (first === 0x64 && second === 0xff9b) {
    if (third === 0 && isZero(groups.slice(3, 6))) return tail
    // With a prefix under 96 bits the last 24 bits are zero, and the IPv4 address is elsewhere.
    return third === 1 && (tail & 0xffffff) !== 0 ? tail : undefined
  }
  if (!isZero(groups.slice(0, 4))) return undefined
  if ((fifth === 0 && sixth === 0xffff) || (fifth === 0xffff && sixth === 0)) return tail
  // 0.0.0.0/8 stays IPv6: `::` and `::1` are addresses of their own.
  return fifth === 0 && sixth === 0 && tail >>> 24 !== 0 ? tail : undefined
}

/** How many bits precede the IPv4 address that `embeddedIpv4` finds. */
export function bitsBeforeIpv4([first]: readonly number[]): number {
  return first === 0x2002 ? 16 : 96
}

function isZero(groups: readonly number[]): boolean {
  return groups.every((group) => group === 0)
}
