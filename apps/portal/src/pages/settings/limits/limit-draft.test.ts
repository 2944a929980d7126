import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asChange, changedLimits, draftProblem, limitDraftOf, restoreOf, usualOf } from './limit-draft.ts'
import { chanceWords, limitWords, prefixWords } from './limit-words.ts'

const limits = {
  answers: { isUsual: true, limit: { rateLimit: 10, windowInMinutes: 5 } },
  sends: { isUsual: false, limits: [{ rateLimit: 6, windowInMinutes: 10 }] },
  prefixes: { isUsual: true, limits: [{ rateLimit: 300, windowInMinutes: 60, blockSize: 'country' as const, countryCodes: ['NZ'] }] },
}
const before = limitDraftOf(limits)

test('only a limit that was changed is proposed, and its older name is cleared with it', () => {
  assert.deepEqual(changedLimits(before, before), {})
  const after = { ...before, answers: { rateLimit: '3', windowInMinutes: '10' } }
  const proposed = changedLimits(before, after)
  assert.deepEqual(proposed, { submissionRateLimitConfiguration: { rateLimit: 3, windowInMinutes: 10 } })
  assert.deepEqual(asChange(proposed), { ...proposed, rateLimitConfiguration: null })
  const prefixes = [{ rateLimit: '10', windowInMinutes: '60', blockSize: '10000', countryCodes: 'nz, au', isOff: false }]
  assert.deepEqual(changedLimits(before, { ...before, prefixes }).prefixRateLimitConfigurations, [
    { rateLimit: 10, windowInMinutes: 60, blockSize: 10000, countryCodes: ['NZ', 'AU'] },
  ])
})

test('what was set is put back as it was, and what was usual becomes usual again', () => {
  assert.deepEqual(restoreOf(limits), {
    submissionRateLimitConfiguration: null,
    rateLimitConfiguration: null,
    sendingRateLimitConfigurations: [{ rateLimit: 6, windowInMinutes: 10 }],
    sendingRateLimitConfiguration: null,
    prefixRateLimitConfigurations: null,
  })
  assert.equal(usualOf(limits).sendingRateLimitConfigurations, null)
  assert.deepEqual(restoreOf({}), {})
})

test('a limit that is no number, a time that is too long and a country that is none are named', () => {
  assert.equal(draftProblem(before), undefined)
  assert.match(draftProblem({ answers: { rateLimit: '0', windowInMinutes: '5' } }) ?? '', /whole number/)
  assert.match(draftProblem({ sends: [{ rateLimit: '5', windowInMinutes: '' }] }) ?? '', /half a minute/)
  const prefix = { rateLimit: '5', windowInMinutes: '5', blockSize: 'country', countryCodes: 'Samoa', isOff: false }
  assert.match(draftProblem({ prefixes: [prefix] }) ?? '', /two letters/)
})

test('limits and chances are said as people say them', () => {
  const said = [
    [6, 10],
    [20, 1440],
    [300, 60],
    [4, 120],
  ].map(([rateLimit = 0, windowInMinutes = 0]) => limitWords({ rateLimit, windowInMinutes }))
  assert.deepEqual(said, ['6 in 10 minutes', '20 a day', '300 an hour', '4 in 2 hours'])
  assert.deepEqual(
    [prefixWords({ blockSize: 'country' }), prefixWords({ blockSize: 10000, countryCodes: ['WS'] })],
    ['to one country', 'to 10,000 numbers in a row (WS)'],
  )
  assert.deepEqual([0.159, 0.02, 0.00002, 0, 1e-18].map(chanceWords), ['16 %', '2 %', '1 in 50,000', 'none', 'less than 1 in a trillion'])
})
