import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createChallengeSeal } from './challenge-seal.ts'

const masterKey = randomBytes(32)
const { seal, open } = createChallengeSeal(masterKey)
const owner = ['tenant', 'user', 'transfer', 'key-1']
const content = { expiresAt: 1, actionCode: 'transfer' }

test('WA-01: sealed challenges begin with 32 random bytes, never the same for the same content', () => {
  const challenges = Array.from({ length: 1000 }, () => Buffer.from(seal(owner, content), 'base64url').toString('hex', 0, 32))
  assert.equal(new Set(challenges).size, 1000)
})

test('WA-02: what was sealed is opened, by every process with the same master key and by no other', () => {
  const challenge = seal(owner, content)
  assert.deepEqual(open(owner, challenge), content)
  assert.deepEqual(createChallengeSeal(masterKey).open(owner, challenge), content)
  assert.equal(createChallengeSeal(randomBytes(32)).open(owner, challenge), undefined)
})

test('WA-02, A-03: nobody but its owner opens a challenge, however the names are cut', () => {
  const names = fc.array(fc.string(), { maxLength: 4 })
  fc.assert(
    fc.property(names, names, (mine, theirs) => {
      const same = JSON.stringify(mine) === JSON.stringify(theirs)
      assert.equal(open(theirs, seal(mine, content)) !== undefined, same)
    }),
    {
      examples: [
        [['a', 'b'], ['ab']],
        [['a', 'b'], ['a","b']],
        [['a'], ['a', '']],
      ],
    },
  )
})

test('WA-02: not one bit of a challenge can be changed', () => {
  const bytes = Buffer.from(seal(owner, content), 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(open(owner, changed.toString('base64url')), undefined, `bit ${bit}`)
  }
})

test('TK-06: a challenge has one spelling', () => {
  for (const length of [1, 2, 3]) {
    const challenge = seal(owner, { x: 'x'.repeat(length) })
    for (const text of [
      `${challenge}=`,
      `${challenge}==`,
      `${challenge}\n`,
      ` ${challenge}`,
      `${challenge.slice(0, 4)}.${challenge.slice(4)}`,
    ]) {
      assert.equal(open(owner, text), undefined)
    }
    const toBase64 = Buffer.from(challenge, 'base64url').toString('base64')
    if (toBase64 !== challenge) assert.equal(open(owner, toBase64), undefined)
    const last = challenge.slice(-1)
    for (const other of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (other !== last) assert.equal(open(owner, challenge.slice(0, -1) + other), undefined)
    }
  }
})

test('WA-18: any other text opens nothing, and throws nothing', () => {
  fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => assert.equal(open(owner, text), undefined)))
  for (const bytes of [0, 1, 63, 64, 65, 4000, 100_000]) assert.equal(open(owner, randomBytes(bytes).toString('base64url')), undefined)
})
