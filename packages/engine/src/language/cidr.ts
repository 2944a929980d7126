import { bitsBeforeIpv4, embeddedIpv4 } from './embedded-ipv4.ts'

/** An address as a number, with the width of its family. An IPv6 address that stands for an IPv4 address is that one, as in signals. */
export interface ParsedAddress {
  readonly width: 32 | 128
  readonly bits: bigint
}

const decimalByte = /^(0|[1-9]\d{0,2})$/
const hexGroup = /^[0-9a-fA-F]{1,4}$/
const longestAddress = 45

/** Reads an IPv4 address in four decimal parts or an IPv6 address. `undefined` for everything else, zones and ports included. */
export function parseAddress(text: string): ParsedAddress | undefined {
  if (text.length > longestAddress) return undefined
  if (!text.includes(':')) return parseV4(text)
  const groups = parseV6Groups(text)
  return groups && addressOf(groups)
}

function parseV4(text: string): ParsedAddress | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let bits = 0
  for (const part of parts) {
    if (!decimalByte.test(part) || Number(part) > 255) return undefined
    bits = bits * 256 + Number(part)
  }
  return { width: 32, bits: BigInt(bits) }
}

function addressOf(groups: readonly number[]): ParsedAddress {
  const embedded = embeddedIpv4(groups)
  return embedded === undefined ? { width: 128, bits: bitsOf(groups) } : { width: 32, bits: BigInt(embedded) }
}

function bitsOf(groups: readonly number[]): bigint {
  let bits = 0n
  for (const group of groups) bits = (bits << 16n) | BigInt(group)
  return bits
}

/** The eight groups of an IPv6 address as it is written, whatever it stands for. */
function parseV6Groups(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0] ?? '')
  const tail = groupsOf(halves[1] ?? '')
  if (head === undefined || tail === undefined) return undefined
  const gap = 8 - head.length - tail.length
  if (halves.length === 1 ? gap !== 0 : gap < 1) return undefined
  return [...head, ...Array<number>(gap).fill(0), ...tail]
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (part.includes('.') && i === parts.length - 1) {
      const v4 = parseV4(part)
      if (v4 === undefined) return undefined
      groups.push(Number(v4.bits >> 16n), Number(v4.bits & 0xffffn))
    } else if (hexGroup.test(part)) {
      groups.push(Number.parseInt(part, 16))
    } else return undefined
  }
  return groups
}

export interface Network extends ParsedAddress {
  readonly prefix: number
}

/**
 * Reads CIDR notation; a bare address is a network of one. Bits beyond the prefix are ignored. A network inside a block that stands for IPv4 addresses is a
 * network of these (`::ffff:192.0.2.0/120`, `2002:c000:200::/40`); the whole of such a block is an IPv6 network, except for `::ffff:0:0/96`.
 */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const head = slash === -1 ? text : text.slice(0, slash)
  const address = parseAddress(head)
  if (address === undefined) return undefined
  if (slash === -1) return { ...address, prefix: address.width }
  const suffix = text.slice(slash + 1)
  const prefix = Number(suffix)
  if (!/^\d{1,3}$/.test(suffix)) return undefined
  const groups = address.width === 32 && head.includes(':') ? parseV6Groups(head) : undefined
  if (groups !== undefined) return networkOfIpv4(groups, address, prefix)
  return prefix > address.width ? undefined : { ...address, prefix }
}

/** A network that is written around an IPv6 address that stands for an IPv4 address, so with a prefix of 128 bits. */
function networkOfIpv4(groups: readonly number[], address: ParsedAddress, prefix: number): Network | undefined {
  const before = bitsBeforeIpv4(groups)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (prefix > 128 || (isMapped && prefix < before)) return undefined
  if (prefix > before || isMapped) return { ...address, prefix: Math.min(32, prefix - before) }
  return { width: 128, bits: bitsOf(groups), prefix }
}

/** True when no address is ever in the network, because all of it are read as the IPv4 addresses inside. */
export function isNeverMet({ width, bits, prefix }: Network): boolean {
  if (width === 32) return false
  return blocksOfIpv4.some((block) => prefix >= block.prefix && bits >> BigInt(128 - block.prefix) === block.bits)
}

/** The blocks of which every address stands for an IPv4 address: 6to4, Teredo, NAT64, IPv4-translated. */
const blocksOfIpv4 = [
  { bits: 0x2002n, prefix: 16 },
  { bits: 0x20010000n, prefix: 32 },
  { bits: 0x64ff9b0000000000000000n, prefix: 96 },
  { bits: 0xffff0000n, prefix: 96 },
]

/** Networks, each as often as it was added: one look-up per prefix length in use, however many networks there are. */
export interface NetworkCounts {
  /** Entries that contain an address in another spelling than their own. Without any, addresses are compared as texts only. */
  wide: number
  readonly groups: Map<number, { width: number; shift: bigint; members: Map<bigint, number> }>
}

export function createNetworkCounts(): NetworkCounts {
  return { wide: 0, groups: new Map() }
}

/** Counts an entry of a list, unless it is neither a network nor an address. */
export function countNetwork(counts: NetworkCounts, entry: unknown): void {
  if (typeof entry !== 'string') return
  const mayBeWide = entry.includes('/') || entry.includes(':')
  const network = mayBeWide || entry.includes('.') ? parseNetwork(entry) : undefined
  if (network === undefined) return
  if (mayBeWide) counts.wide += 1
  const key = network.width * 256 + network.prefix
  let group = counts.groups.get(key)
  if (group === undefined) {
    group = { width: network.width, shift: BigInt(network.width - network.prefix), members: new Map() }
    counts.groups.set(key, group)
  }
  const member = network.bits >> group.shift
  group.members.set(member, (group.members.get(member) ?? 0) + 1)
}

/** Whether an entry contains an address in another spelling than its own: it is in CIDR notation, or an IPv6 address, which has many spellings. */
export function isWide(entry: unknown): boolean {
  return typeof entry === 'string' && (entry.includes('/') || entry.includes(':')) && parseNetwork(entry) !== undefined
}

/** Whether the address is in a network of `counts` that `less` does not take away again. */
export function isInNetworks(counts: NetworkCounts, address: ParsedAddress, less?: NetworkCounts): boolean {
  for (const [key, group] of counts.groups) {
    if (group.width !== address.width) continue
    const member = address.bits >> group.shift
    const found = group.members.get(member)
    if (found !== undefined && found > (less?.groups.get(key)?.members.get(member) ?? 0)) return true
  }
  return false
}
