/**
 * The form in which an address is remembered. IPv4: the address. IPv6: its /64, which is one home or one link; the rest changes every day
 * by itself (RFC 8981), and anybody inside can choose it.
 */
export function addressKeyOf(address: string): string {
  if (!address.includes(':')) return address
  return `${groupsOf(address, 4)}::/64`
}

/** The /24 or /48 of an address in canonical text, in CIDR notation. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`
  return `${groupsOf(address, 3)}::/48`
}

/** The network of an address in the form in which it is remembered. */
export function networkOfKey(key: string): string {
  return networkOf(key.endsWith('/64') ? key.slice(0, -3) : key)
}

/** The first groups of an IPv6 address, without zeroes at the end, because `::` follows. */
function groupsOf(address: string, count: number): string {
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':')
    while (groups.length + rest.length < 8) groups.push('0')
    groups.push(...rest)
  }
  const first = groups.slice(0, count)
  while (first.length > 0 && first.at(-1) === '0') first.pop()
  return first.join(':')
}
