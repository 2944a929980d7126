import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { shortHash } from '../hash.ts'
import { formerHash, memberHash } from './member-hash.ts'

/** User ids that share a short hash, found by trying forty million. */
const colliding = [
  ['user-4091469', 'user-36076054'],
  ['user-15812915', 'user-29372980'],
] as const

test('A13: users who share the short hash of earlier releases do not share the hash by which they are counted', () => {
  for (const [one, other] of colliding) {
    assert.equal(shortHash(one), shortHash(other))
    assert.notEqual(memberHash(one), memberHash(other))
  }
})

test('A13: the hash of a text is 28 characters that begin with its short hash, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const hash = memberHash(text)
      assert.match(hash, /^[A-Za-z0-9_-]{28}$/)
      assert.equal(formerHash(hash), shortHash(text))
      assert.equal(memberHash(`${text}`), hash)
    }),
  )
  assert.notEqual(memberHash('\ud800'), memberHash('\ud801'), 'lone surrogates are told apart')
  assert.equal(memberHash('alice'), 'i47BU0wk6n_9xBKh92DNK19rY618')
})

test('A13: an address or a short hash is not taken for the hash of a member', () => {
  for (const text of ['NZ', '10.0.0.12', '2001:db8:1234:5678::/64', 'ffff:ffff:ffff:ffff::/64', shortHash('alice')]) {
    assert.equal(formerHash(text), undefined, text)
  }
})
