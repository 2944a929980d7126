/** An address as a number, with the width of its family. IPv4-mapped IPv6 addresses are IPv4. */
export interface ParsedAddress {
  readonly width: 32 | 128
  readonly bits: bigint
}

const decimalByte = /^(0|[1-9]\d{0,2})$/
const hexGroup = /^[0-9a-fA-F]{1,4}$/

/** Reads an IPv4 address in four decimal parts or an IPv6 address. `undefined` for everything else, zones and ports included. */
export function parseAddress(text: string): ParsedAddress | undefined {
  if (text.length > 45) return undefined
  return text.includes(':') ? parseV6(text) : parseV4(text)
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

function parseV6(text: string): ParsedAddress | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0] ?? '')
  const tail = groupsOf(halves[1] ?? '')
  if (head === undefined || tail === undefined) return undefined
  const gap = 8 - head.length - tail.length
  if (halves.length === 1 ? gap !== 0 : gap < 1) return undefined
  let bits = 0n
  for (const group of [...head, ...Array<number>(gap).fill(0), ...tail]) bits = (bits << 16n) | BigInt(group)
  if (bits >> 32n === 0xffffn) return { width: 32, bits: bits & 0xffffffffn }
  return { width: 128, bits }
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

/** Reads CIDR notation; a bare address is a network of one. Bits beyond the prefix are ignored. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  if (slash === -1) return { ...address, prefix: address.width }
  const prefix = text.slice(slash + 1)
  // A mapped network is written with the prefix of its 128 bits.
  const length = text.includes(':') && address.width === 32 ? Number(prefix) - 96 : Number(prefix)
  if (!/^\d{1,3}$/.test(prefix) || length < 0 || length > address.width) return undefined
  return { ...address, prefix: length }
}

/** Networks, each as often as it was added: one look-up per prefix length in use, however many networks there are. */
export interface NetworkCounts {
  /** Entries in CIDR notation. Without any, addresses are compared as texts only. */
  cidrs: number
  readonly groups: Map<number, { width: number; shift: bigint; members: Map<bigint, number> }>
}

export function createNetworkCounts(): NetworkCounts {
  return { cidrs: 0, groups: new Map() }
}

/** Counts an entry of a list, unless it is neither a network nor an address. */
export function countNetwork(counts: NetworkCounts, entry: unknown): void {
  if (typeof entry !== 'string') return
  const isCidr = entry.includes('/')
  const network = isCidr || entry.includes(':') || entry.includes('.') ? parseNetwork(entry) : undefined
  if (network === undefined) return
  if (isCidr) counts.cidrs += 1
  const key = network.width * 256 + network.prefix
  let group = counts.groups.get(key)
  if (group === undefined) {
    group = { width: network.width, shift: BigInt(network.width - network.prefix), members: new Map() }
    counts.groups.set(key, group)
  }
  const member = network.bits >> group.shift
  group.members.set(member, (group.members.get(member) ?? 0) + 1)
}

/** Whether an entry is in CIDR notation. */
export function isCidr(entry: unknown): boolean {
  return typeof entry === 'string' && entry.includes('/') && parseNetwork(entry) !== undefined
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
