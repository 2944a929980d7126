/** An address as 4 or 16 bytes. An IPv6 address that stands for an IPv4 address is that address, as it is for the server. */
export type IpAddress = readonly number[]

/** Reads one address in the textual forms of RFC 4291 and dotted decimal. Refuses (`undefined`) octal, short forms and zone ids. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  const bytes = parseIpv6(text)
  return bytes && (findEmbedded(bytes)?.ipv4 ?? bytes)
}

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const bytes: number[] = []
  for (const part of parts) {
    // `010` is 8 to some readers and 10 to others, so it is refused.
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    bytes.push(Number(part))
  }
  return bytes
}

/** Reads an IPv6 address as it is written, whatever it stands for. */
function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (head === undefined || tail === undefined) return undefined

  const missing = 16 - head.length - tail.length
  // `::` stands for at least one group.
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

/** Reads colon-separated groups as bytes. At the end of the address the last group may be dotted decimal. */
function parseGroups(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [index, group] of groups.entries()) {
    if (endsAddress && index === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group)
      if (ipv4 === undefined) return undefined
      bytes.push(...ipv4)
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    }
  }
  return bytes
}

const teredo = [0x20, 0x01, 0, 0]
const nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
const localNat64 = [0, 0x64, 0xff, 0x9b, 0, 1]
const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
/** IPv4-mapped, IPv4-translated and IPv4-compatible. */
const wrapped = [mapped, [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]

/**
 * The IPv4 address that an IPv6 address stands for, and the number of bits before it: IPv4-mapped and IPv4-compatible addresses (RFC 4291), IPv4-translated
 * ones (RFC 2765), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), and the client of Teredo (RFC 4380), whose bits are inverted.
 */
function findEmbedded(bytes: IpAddress): { ipv4: IpAddress; before: number } | undefined {
  const begins = (prefix: readonly number[]) => prefix.every((byte, place) => bytes[place] === byte)
  const tail = bytes.slice(12)
  if (begins([0x20, 0x02])) return { ipv4: bytes.slice(2, 6), before: 16 }
  if (begins(teredo)) return { ipv4: tail.map((byte) => byte ^ 0xff), before: 96 }
  // With a shorter prefix the last 24 bits are zero, and the IPv4 address is elsewhere.
  const isWhole = begins(nat64) || (begins(localNat64) && tail.slice(1).some((byte) => byte !== 0))
  // 0.0.0.0/8 stays IPv6: `::` and `::1` are addresses of their own.
  const isWrapped = wrapped.some(begins) && (bytes[8] !== 0 || bytes[10] !== 0 || tail[0] !== 0)
  return isWhole || isWrapped ? { ipv4: tail, before: 96 } : undefined
}

/** Formats an address canonically: dotted decimal, or RFC 5952. */
export function formatIp(address: IpAddress): string {
  if (address.length === 4) return address.join('.')
  const groups: number[] = []
  for (let index = 0; index < 16; index += 2) groups.push(((address[index] ?? 0) << 8) | (address[index + 1] ?? 0))
  const { start, length } = longestZeroRun(groups)
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  return length < 2 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}

/** Finds the first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (let index = 0; index <= groups.length; index++) {
    if (groups[index] === 0) continue
    if (index - start > best.length) best = { start, length: index - start }
    start = index + 1
  }
  return best
}

export interface IpRange {
  first: IpAddress
  prefixLength: number
}

/**
 * Reads an address or a range in CIDR notation. Bits beyond the prefix are ignored. A range inside a block that stands for IPv4 addresses is a range of
 * these; the whole of such a block is an IPv6 range, except for `::ffff:0:0/96`, and what goes beyond the block is refused.
 */
export function parseIpRange(text: string): IpRange | undefined {
  const [addressText = '', prefixText, ...rest] = text.split('/')
  const first = parseIp(addressText)
  if (first === undefined || rest.length > 0) return undefined
  const bits = first.length * 8
  if (prefixText === undefined) return { first, prefixLength: bits }
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText)) return undefined
  const prefix = Number(prefixText)
  const written = addressText.includes(':') && bits === 32 ? parseIpv6(addressText) : undefined
  if (written === undefined) return prefix <= bits ? { first, prefixLength: prefix } : undefined
  const before = findEmbedded(written)?.before ?? 0
  const isWholeOfMapped = prefix === 96 && mapped.every((byte, place) => written[place] === byte)
  if (prefix > 128 || prefix < before) return undefined
  return prefix > before || isWholeOfMapped
    ? { first, prefixLength: Math.min(32, prefix - before) }
    : { first: written, prefixLength: prefix }
}

export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.length !== range.first.length) return false
  const wholeBytes = range.prefixLength >> 3
  for (let index = 0; index < wholeBytes; index++) if (address[index] !== range.first[index]) return false
  const restBits = range.prefixLength & 7
  if (restBits === 0) return true
  const mask = (0xff << (8 - restBits)) & 0xff
  return ((address[wholeBytes] ?? 0) & mask) === ((range.first[wholeBytes] ?? 0) & mask)
}
