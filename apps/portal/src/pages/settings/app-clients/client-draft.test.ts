import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, clientProblem, draftOfClient, minutesWords, newClient } from './client-draft.ts'

test('a client that would be refused is explained before it is sent', () => {
  assert.equal(clientProblem(newClient), undefined)
  assert.match(clientProblem({ ...newClient, accessTokenDurationInMinutes: '' }) ?? '', /whole number/)
  assert.match(clientProblem({ ...newClient, accessTokenDurationInMinutes: '2000' }) ?? '', /a day at most/)
  assert.match(clientProblem({ ...newClient, sessionDurationInMinutes: '576001' }) ?? '', /400 days/)
  assert.match(clientProblem({ ...newClient, refreshTokenDurationInMinutes: '5' }) ?? '', /as long as the next one/)
  assert.equal(bodyOf({ ...newClient, name: ' Web bank ' }).name, 'Web bank')
})

test('claims are read from lines, and written back as they were typed', () => {
  const { customClaims } = bodyOf({ ...newClient, claims: ' plan = billing_plan \n\nregion' })
  assert.deepEqual(customClaims, [
    { name: 'plan', attribute: 'billing_plan' },
    { name: 'region', attribute: 'region' },
  ])
  const client = { ...bodyOf(newClient), customClaims: customClaims ?? [], clientId: 'c', createdAt: '', updatedAt: '' }
  assert.equal(draftOfClient(client).claims, 'plan = billing_plan\nregion')
  assert.equal(bodyOf(newClient).customClaims, null)
})

test('minutes are said as people say them', () => {
  assert.deepEqual([1, 10, 60, 90, 1440, 43200].map(minutesWords), ['1 minute', '10 minutes', '1 hour', '90 minutes', '1 day', '30 days'])
})
