import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeable } from '../../parts/visible-text.ts'
import { enrolledWords, listSentence, nameOf } from './describe-user.ts'

test('a user is called by name, else by e-mail address, else by id', () => {
  assert.equal(nameOf({ userId: '42', email: 'a@b.example', displayName: 'Ann' }), 'Ann')
  assert.equal(nameOf({ userId: '42', email: 'a@b.example', displayName: '  ' }), 'a@b.example')
  assert.equal(nameOf({ userId: '42' }), '42')
})

test('what has to be typed holds no character that nobody sees', () => {
  assert.equal(typeable('ab\u202ecd\u0007 '), 'abU+202EcdU+0007')
})

test('what somebody is enrolled with is said in words', () => {
  assert.equal(enrolledWords([]), 'nothing')
  assert.equal(enrolledWords(['PASSKEY']), 'passkey')
  assert.equal(enrolledWords(['PASSKEY', 'EMAIL_OTP', 'NEW_ONE']), 'passkey, e-mail code, and new one')
})

test('the list says what it found without an exact count of everybody', () => {
  assert.match(listSentence('', 50, true), /by id/)
  assert.equal(listSentence('ann', 1, false), 'One user is found by this.')
  assert.equal(listSentence('a', 50, true), 'More than 50 users are found by this: type a little more.')
  assert.equal(listSentence('x', 0, false), 'Nobody is found by this.')
})
