import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../addresses/parse-address.ts'
import { contains, parseCidr } from '../addresses/parse-cidr.ts'
import { findFeed } from './feeds.ts'
import { inferNeighbours } from './infer-neighbours.ts'

function infers(name: string, entries: readonly string[], address: string): boolean {
  const feed = findFeed(name) ?? assert.fail()
  const ranges = entries.map((entry) => parseCidr(entry) ?? assert.fail())
  const parsed = parseAddress(address) ?? assert.fail()
  return inferNeighbours({ feed, ranges }).some((inferred) => inferred.ranges.some((range) => contains(range, parsed)))
}

const exits = ['192.0.2.1', '192.0.2.2', '192.0.2.200']

test('three exits in a /24 make its other addresses suspect, two do not, nor does the same one three times', () => {
  assert.equal(infers('tor-exits', exits, '192.0.2.77'), true)
  assert.equal(infers('vpn-a', exits, '192.0.2.77'), true)
  assert.equal(infers('tor-exits', exits, '192.0.3.1'), false)
  assert.equal(infers('tor-exits', exits.slice(1), '192.0.2.77'), false)
  assert.equal(infers('tor-exits', ['192.0.2.1', '192.0.2.1', '192.0.2.1'], '192.0.2.77'), false)
})

test('three exits in a /64 or a /48 make it suspect', () => {
  const spread = ['2001:db8:1:1::1', '2001:db8:1:2::1', '2001:db8:1:3::1']
  assert.equal(infers('tor-exits', spread, '2001:db8:1:ffff::1'), true)
  assert.equal(infers('tor-exits', spread, '2001:db8:2::1'), false)
})

test('nothing is inferred from lists of networks, of ranges or of other kinds', () => {
  assert.equal(infers('vpn-a', ['192.0.2.0/28', '192.0.2.16/28', '192.0.2.32/28'], '192.0.2.77'), false)
  assert.equal(infers('hosting-a', exits, '192.0.2.77'), false)
  assert.equal(infers('vpn-asn-a', [], '192.0.2.77'), false)
})
