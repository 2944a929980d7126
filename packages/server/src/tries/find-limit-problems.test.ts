import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { findLimitProblems } from './find-limit-problems.ts'
import { answerLimitFields, type LimitSettings, prefixLimitFields, sendLimitFields } from './limit-settings.ts'

const limit = (rateLimit: number, windowInMinutes: number) => ({ rateLimit, windowInMinutes })
const problems = (settings: LimitSettings, method: 'SMS' | 'EMAIL_OTP' = 'SMS') => findLimitProblems(method, settings).join('; ')

test('RL-01: a limit of wrong answers that is looser than the lock is refused, with the reason', () => {
  assert.equal(problems({ submissionRateLimitConfiguration: limit(20, 5) }), '')
  assert.equal(
    problems({ submissionRateLimitConfiguration: limit(21, 1440) }),
    '`submissionRateLimitConfiguration` allows 21 wrong answers; an authenticator is locked after 20 in a row, so at most 20 can be set',
  )
  assert.match(problems({ rateLimitConfiguration: limit(100, 1) }), /^`rateLimitConfiguration` allows 100/)
})

test('the two names of one limit must not contradict each other', () => {
  assert.equal(problems({ submissionRateLimitConfiguration: limit(5, 5), rateLimitConfiguration: limit(5, 5) }), '')
  assert.match(
    problems({ submissionRateLimitConfiguration: limit(5, 5), rateLimitConfiguration: limit(6, 5) }),
    /one limit under two names/,
  )
})

test('OT-08: sends to one user that are more than ever hold are refused, whatever the windows', () => {
  assert.equal(problems({ sendingRateLimitConfigurations: [limit(12, 10), limit(100, 1440)] }), '')
  assert.equal(problems({ sendingRateLimitConfigurations: [limit(2, 1), limit(12, 60)] }), '')
  assert.equal(
    problems({ sendingRateLimitConfigurations: [limit(2, 1)] }),
    '`sendingRateLimitConfigurations` allows 20 messages to one user in 10 minutes; at most 12 can be set',
  )
  assert.equal(problems({ sendingRateLimitConfiguration: limit(30, 10) }, 'EMAIL_OTP'), '')
  assert.match(problems({ sendingRateLimitConfiguration: limit(31, 10) }, 'EMAIL_OTP'), /at most 30/)
})

test('a block of phone numbers is a power of ten, or a country', () => {
  const prefix = (blockSize: 'country' | number) => ({ prefixRateLimitConfigurations: [{ blockSize, ...limit(5, 1) }] })
  for (const size of ['country', 10, 10_000] as const) assert.equal(problems(prefix(size)), '')
  assert.match(problems(prefix(250)), /^`prefixRateLimitConfigurations\[0\].blockSize`/)
})

test('the fields accept what the wire API has, and no limit without end', () => {
  const schema = z.object({ ...answerLimitFields, ...sendLimitFields, ...prefixLimitFields })
  const isAccepted = (settings: object) => schema.safeParse(settings).success
  assert.ok(isAccepted({ prefixRateLimitConfigurations: [{ enabled: true, blockSize: 'country', rateLimit: 5, windowInMinutes: 0.5 }] }))
  assert.ok(isAccepted({ submissionRateLimitConfiguration: limit(100, 1440), sendingRateLimitConfigurations: null }))
  for (const [rateLimit, windowInMinutes] of [
    [0, 5],
    [101, 5],
    [5, 0],
    [5, 1441],
    [1.5, 5],
  ] as const)
    assert.ok(!isAccepted({ rateLimitConfiguration: { rateLimit, windowInMinutes } }), `${rateLimit} in ${windowInMinutes}`)
})
