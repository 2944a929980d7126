import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { State } from '@sallyport/engine'
import { enrolmentObstacle } from './enrolment-obstacle.ts'

const states: State[] = [
  'ALLOW',
  'BLOCK',
  'CHALLENGE_REQUIRED',
  'CHALLENGE_SUCCEEDED',
  'CHALLENGE_FAILED',
  'REVIEW_REQUIRED',
  'REVIEW_SUCCEEDED',
  'REVIEW_FAILED',
]
const strict = { allowFirstEnrolmentWithoutScope: false, requireChallengeToAdd: false }

function mayEnrol(
  state: State,
  scope: string,
  isEnrolled: boolean,
  rules: Partial<typeof strict> = {},
  disputedAt: number | null = null,
): boolean {
  const token = { scopes: scope.split(' '), basis: undefined }
  const request = { token, instance: { state, disputedAt }, isEnrolled, rules: { ...strict, ...rules }, noun: 'passkey' }
  return enrolmentObstacle(request) === undefined
}

function allowedStates(scope: string, isEnrolled: boolean, rules: Partial<typeof strict> = {}): State[] {
  return states.filter((state) => mayEnrol(state, scope, isEnrolled, rules))
}

test('EN-01: a user who has an authenticator adds another where the action was allowed or the challenge passed, never in place of the challenge', () => {
  assert.deepEqual(allowedStates('add:authenticators', true), ['ALLOW', 'CHALLENGE_SUCCEEDED', 'REVIEW_SUCCEEDED'])
  assert.deepEqual(allowedStates('read:authenticators', true), [])
})

test('EN-01: a tenant can demand a passed challenge before another passkey, whatever the scope', () => {
  assert.deepEqual(allowedStates('add:authenticators', true, { requireChallengeToAdd: true }), ['CHALLENGE_SUCCEEDED'])
  assert.ok(mayEnrol('ALLOW', 'add:authenticators', false, { requireChallengeToAdd: true }))
})

test('EN-02: the first authenticator needs the scope that the application asked for', () => {
  assert.deepEqual(allowedStates('read:authenticators', false), [])
  assert.deepEqual(allowedStates('read:authenticators add:authenticators', false), [
    'ALLOW',
    'CHALLENGE_REQUIRED',
    'CHALLENGE_SUCCEEDED',
    'REVIEW_SUCCEEDED',
  ])
  assert.deepEqual(allowedStates('update:authenticators remove:authenticators', false), [])
})

test('EN-02: a tenant who migrates can let an allowed action enrol the first one, and no other action', () => {
  const rules = { allowFirstEnrolmentWithoutScope: true }
  assert.deepEqual(allowedStates('read:authenticators', false, rules), ['ALLOW'])
  assert.deepEqual(allowedStates('read:authenticators', true, rules), [])
})

test('A-10: a disputed action enrols nothing', () => {
  for (const state of states) assert.equal(mayEnrol(state, 'add:authenticators', false, {}, 1), false)
})

test('A1: a user who had an authenticator when the token was issued is not a user without one after its removal', () => {
  const basis = { createdAt: 0, state: 'CHALLENGE_REQUIRED' as const, isEnrolled: true }
  const request = {
    isEnrolled: false,
    rules: strict,
    noun: 'passkey',
    instance: { state: 'CHALLENGE_REQUIRED' as const, disputedAt: null },
  }
  const scopes = ['add:authenticators']
  assert.equal(enrolmentObstacle({ ...request, token: { scopes, basis } }), 'the user must pass the challenge of this action first')
  assert.equal(enrolmentObstacle({ ...request, token: { scopes, basis: { ...basis, isEnrolled: false } } }), undefined)
})
