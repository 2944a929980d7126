import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRegistrationChallenge, idOfRegistration } from './registration-challenge.ts'

test('WA-01: challenges are 32 bytes and never the same', () => {
  const challenges = Array.from({ length: 1000 }, createRegistrationChallenge)
  assert.equal(new Set(challenges).size, 1000)
  for (const challenge of challenges) assert.equal(Buffer.from(challenge, 'base64url').length, 32)
})

test('the id of a challenge is a UUID that follows from its bytes', () => {
  const challenge = createRegistrationChallenge()
  assert.match(idOfRegistration(challenge), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(idOfRegistration(challenge), idOfRegistration(challenge))
  assert.notEqual(idOfRegistration(challenge), idOfRegistration(createRegistrationChallenge()))
})
