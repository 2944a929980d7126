import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ipv4, type ParsedAddress, parseAddress } from '../addresses/parse-address.ts'
import { type CidrRange, contains, parseCidr } from '../addresses/parse-cidr.ts'
import { type Feed, findFeed } from './feeds.ts'
import { findValue } from './range-index.ts'
import { buildRangeLists, type ReadFeed } from './range-lists.ts'

/** Few distinct prefixes, so that ranges of several lists overlap, contain each other and touch. */
const octet = fc.constantFrom(0, 1, 2, 127, 128, 254, 255)
const v4Text = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'))
const group = fc.constantFrom('0', '1', '7fff', '8000', 'ffff')
const v6Text = fc.array(group, { minLength: 7, maxLength: 7 }).map((groups) => ['2001', ...groups].join(':'))
const range = fc
  .oneof(fc.tuple(v4Text, fc.integer({ min: 4, max: 32 })), fc.tuple(v6Text, fc.integer({ min: 16, max: 128 })))
  .map(([text, prefix]) => parseCidr(`${text}/${prefix}`))
  .filter((parsed): parsed is CidrRange => parsed !== null)

test('the index of all lists agrees with asking each list', () => {
  const lists = fc.array(fc.array(range, { maxLength: 12 }), { minLength: 1, maxLength: 5 })
  const probe = fc.oneof(v4Text, v6Text)
  fc.assert(
    fc.property(lists, fc.array(probe, { maxLength: 30 }), (ranges, probes) => {
      const built = buildRangeLists(ranges.map((list, at) => feedOf(`vpn-${at}`, list)))
      const edges = ranges.flat().flatMap(({ version, first, last }) => [toAddress(version, first), toAddress(version, last)])
      for (const address of [...probes.flatMap((text) => parseAddress(text) ?? []), ...edges]) {
        const expected = ranges.flatMap((list, at) => (list.some((one) => contains(one, address)) ? [at] : []))
        assert.deepEqual(built.combinations[findValue(built.index, address)], expected)
      }
    }),
    { numRuns: 300 },
  )
})

test('ranges to the very end of the address space are closed by it', () => {
  const built = buildRangeLists([feedOf('hosting-end', [cidr('255.0.0.0/8'), cidr('ff00::/8')])])
  assert.deepEqual(built.combinations[findValue(built.index, ipv4(0xffff_ffff))], [0])
  assert.deepEqual(built.combinations[findValue(built.index, ipv4(0xfeff_ffff))], [])
  assert.deepEqual(built.combinations[findValue(built.index, toAddress(6, [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff]))], [0])
})

function feedOf(name: string, ranges: readonly CidrRange[]): ReadFeed {
  return { feed: findFeed(name) as Feed, origin: 'installed', path: '', dataDate: 0, importedAt: 0, ranges, networks: [] }
}

function toAddress(version: 4 | 6, words: readonly number[]): ParsedAddress {
  return { text: '', version, words }
}

function cidr(text: string): CidrRange {
  const parsed = parseCidr(text)
  assert.ok(parsed)
  return parsed
}
