import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf, describeActor, describeSubject } from './describe-entry.ts'

test('an actor has the name that people know', () => {
  assert.equal(describeActor({ kind: 'admin', id: 'a1', name: 'Ada' }), 'Ada')
  assert.equal(describeActor({ kind: 'system', name: 'command line' }), 'The server (command line)')
  assert.equal(describeActor({ kind: 'user', id: '42' }), 'User 42')
  assert.equal(describeActor({ kind: 'management_key' }), 'A management key')
})

test('a subject is named once, the action first', () => {
  assert.equal(describeSubject({ version: 3, name: 'transfer', actionCode: 'transfer', ruleId: 'r1' }), 'transfer · r1 · version 3')
  assert.equal(describeSubject({ count: 3 }), '')
})

test('only what differs is a change, also where one side is missing', () => {
  assert.deepEqual(changesOf({ before: { a: 1, b: { c: 1 } }, after: { a: 1, b: { c: 2 }, d: true } }), [
    { name: 'b', before: { c: 1 }, after: { c: 2 } },
    { name: 'd', before: undefined, after: true },
  ])
  assert.deepEqual(changesOf({ after: [1] }), [{ name: 'value', before: undefined, after: [1] }])
  assert.deepEqual(changesOf({ name: 'x' }), [])
})
