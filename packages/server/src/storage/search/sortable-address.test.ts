import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toSortableAddress } from './sortable-address.ts'

test('addresses sort by their bits, and the families apart', () => {
  const texts = ['2001:db8::1', '203.0.113.9', '9.9.9.9', '10.0.0.1', 'ff00::', '::ffff:1.2.3.4']
  const sorted = texts.map((text) => toSortableAddress(text)).sort()
  assert.deepEqual(sorted, [
    '401020304',
    '409090909',
    '40a000001',
    '4cb007109',
    '620010db8000000000000000000000001',
    '6ff000000000000000000000000000000',
  ])
  assert.equal(toSortableAddress('nowhere'), null)
})
