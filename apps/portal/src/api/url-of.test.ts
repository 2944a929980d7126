import assert from 'node:assert/strict'
import { test } from 'node:test'
import { urlOf } from './url-of.ts'

test('a value in a path cannot leave its place', () => {
  assert.equal(urlOf('/users/{userId}', { path: { userId: '../a b/?#' } }), '/v1/management/users/..%2Fa%20b%2F%3F%23')
  assert.throws(() => urlOf('/users/{userId}', { path: { userId: '' } }), /needs `userId`/)
})

test('only what is set is in the query, and a list is repeated', () => {
  const query = { user: 'a&b', text: '', limit: 0, cursor: undefined, state: ['ALLOW', 'BLOCK'] }
  assert.equal(urlOf('/events', { query }), '/v1/management/events?user=a%26b&limit=0&state=ALLOW&state=BLOCK')
})
