import { hidesIpv4 } from '../addresses/embedded-ipv4.ts'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import { type CidrRange, contains, parseCidr } from '../addresses/parse-cidr.ts'

/**
 * Ranges from which no client on the internet can connect: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its
 * updates, as of 2026), multicast, and the reserved rest. They are not looked up in any data set.
 *
 * IPv4-mapped, NAT64, 6to4 and Teredo addresses are not listed: they are read as the IPv4 address inside, and are special only if that is.
 */
export const SPECIAL_PURPOSE_RANGES: readonly (readonly [cidr: string, meaning: string])[] = [
  ['0.0.0.0/8', 'this network (RFC 791)'],
  ['10.0.0.0/8', 'private use (RFC 1918)'],
  ['100.64.0.0/10', 'shared address space of carrier-grade NAT (RFC 6598)'],
  ['127.0.0.0/8', 'loopback (RFC 1122)'],
  ['169.254.0.0/16', 'link-local (RFC 3927)'],
  ['172.16.0.0/12', 'private use (RFC 1918)'],
  ['192.0.0.0/24', 'IETF protocol assignments (RFC 6890)'],
  ['192.0.2.0/24', 'documentation, TEST-NET-1 (RFC 5737)'],
  ['192.31.196.0/24', 'AS112 service (RFC 7535)'],
  ['192.52.193.0/24', 'automatic multicast tunnelling (RFC 7450)'],
  ['192.88.99.0/24', '6to4 relay anycast, deprecated (RFC 7526)'],
  ['192.168.0.0/16', 'private use (RFC 1918)'],
  ['192.175.48.0/24', 'direct delegation AS112 service (RFC 7534)'],
  ['198.18.0.0/15', 'benchmarking (RFC 2544)'],
  ['198.51.100.0/24', 'documentation, TEST-NET-2 (RFC 5737)'],
  ['203.0.113.0/24', 'documentation, TEST-NET-3 (RFC 5737)'],
  ['224.0.0.0/4', 'multicast (RFC 5771)'],
  ['240.0.0.0/4', 'reserved, and limited broadcast (RFC 1112, RFC 8190)'],
  ['::/3', 'reserved: unspecified, loopback, discard-only, dummy prefix (RFC 4291, 6666, 9780)'],
  ['2001::/23', 'IETF protocol assignments: benchmarking, AMT, AS112, ORCHID, drone ids (RFC 2928 and others)'],
  ['2001:db8::/32', 'documentation (RFC 3849)'],
  ['2620:4f:8000::/48', 'direct delegation AS112 service (RFC 7534)'],
  ['3fff::/20', 'documentation (RFC 9637)'],
  ['4000::/2', 'reserved, and segment routing SIDs (RFC 4291, RFC 9602)'],
  ['8000::/1', 'reserved, unique local, link-local, multicast (RFC 4291, RFC 4193)'],
]

interface SpecialRange extends CidrRange {
  meaning: string
}

const ranges: readonly SpecialRange[] = SPECIAL_PURPOSE_RANGES.map(([cidr, meaning]) => {
  const range = parseCidr(cidr)
  if (range === null) throw new Error(`not a range: ${cidr}`)
  return { ...range, meaning }
})

/** Marks the blocks (by the top 16 bits of an address) that any range touches, so that most addresses need no search. */
const touched = { 4: blocksOf(4), 6: blocksOf(6) }

function blocksOf(version: 4 | 6): Uint8Array {
  const blocks = new Uint8Array(65_536)
  for (const range of ranges) {
    if (range.version === version) blocks.fill(1, (range.first[0] ?? 0) >>> 16, ((range.last[0] ?? 0) >>> 16) + 1)
  }
  return blocks
}

/** Whether an address is in a special-purpose range. Such an address has no owner, place or reputation. */
export function isSpecialPurpose(address: ParsedAddress): boolean {
  return findRange(address) !== undefined
}

/** The purpose of a special-purpose address. */
export function meaningOfSpecialPurpose(address: ParsedAddress): string | undefined {
  return findRange(address)?.meaning
}

function findRange(address: ParsedAddress): SpecialRange | undefined {
  // It may stand for any address, which is no reason to call it private.
  if (hidesIpv4(address)) return undefined
  if (touched[address.version][(address.words[0] ?? 0) >>> 16] === 0) return undefined
  return ranges.find((range) => contains(range, address))
}
