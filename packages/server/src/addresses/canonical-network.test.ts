import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalNetwork } from './canonical-network.ts'

test('an address and a range have one spelling each', () => {
  const spellings: [string, string | null][] = [
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7:443', '203.0.113.7'],
    ['203.0.113.7/32', '203.0.113.7'],
    ['203.0.113.7/24', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['2001:DB8:0:0::7', '2001:db8::7'],
    ['2001:DB8:0:0::7/48', '2001:db8::/48'],
    ['203.0.113.7/33', null],
    ['203.0.113', null],
    ['', null],
  ]
  for (const [text, canonical] of spellings) assert.equal(canonicalNetwork(text), canonical, text)
})
