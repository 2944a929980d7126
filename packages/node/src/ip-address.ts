/** An address as 4 or 16 bytes. An IPv4-mapped or NAT64 (`64:ff9b::/96`) IPv6 address is the IPv4 address inside, as it is for the server. */
export type IpAddress = readonly number[]

/** Reads one address in the textual forms of RFC 4291 and dotted decimal. Refuses (`undefined`) octal, short forms and zone ids. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
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

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (head === undefined || tail === undefined) return undefined

  const missing = 16 - head.length - tail.length
  // `::` stands for at least one group.
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  const bytes = [...head, ...new Array<number>(missing).fill(0), ...tail]
  return embedsIpv4(bytes) ? bytes.slice(12) : bytes
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

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
const nat64Prefix = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]

function embedsIpv4(bytes: readonly number[]): boolean {
  return [mappedPrefix, nat64Prefix].some((prefix) => prefix.every((byte, place) => bytes[place] === byte))
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

/** Reads an address or a range in CIDR notation. Bits beyond the prefix are ignored. */
export function parseIpRange(text: string): IpRange | undefined {
  const [addressText = '', prefixText, ...rest] = text.split('/')
  const first = parseIp(addressText)
  if (first === undefined || rest.length > 0) return undefined
  const bits = first.length * 8
  if (prefixText === undefined) return { first, prefixLength: bits }
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText)) return undefined
  // The prefix of a mapped range includes the 96 bits that were removed from the address.
  const prefixLength = Number(prefixText) - (addressText.includes(':') && bits === 32 ? 96 : 0)
  return prefixLength >= 0 && prefixLength <= bits ? { first, prefixLength } : undefined
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
