import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressKeyOf, networkOf } from './address-key.ts'

test('an IPv4 address is itself, an IPv6 address its /64', () => {
  for (const [address, key, network] of [
    ['198.51.100.7', '198.51.100.7', '198.51.100.0/24'],
    ['2001:db8::1', '2001:db8::/64', '2001:db8::/48'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:db8:0:2::1', '2001:db8:0:2::/64', '2001:db8::/48'],
    ['2001::2:0:0:0:1', '2001:0:0:2::/64', '2001::/48'],
    ['::1', '::/64', '::/48'],
    ['fe80::1:2:3:4', 'fe80::/64', 'fe80::/48'],
  ] as const) {
    assert.equal(addressKeyOf(address), key)
    assert.equal(networkOf(address), network)
  }
})
