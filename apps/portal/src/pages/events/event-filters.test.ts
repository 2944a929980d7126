import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chipsOf, mergeFilters, readFilters, withoutChip, writeFilters } from './event-filters.ts'

const names = new Map([['r1', 'High amount']])

test('the filters of the API are the parameters of the page, and what else the address keeps stays', () => {
  const filters = readFilters('state=BLOCK&time=-3h&text=jane+doe&open=x&pages=3')
  assert.deepEqual(filters, { state: 'BLOCK', text: 'jane doe' })
  assert.equal(writeFilters('columns=a&open=x&pages=3&state=BLOCK&time=-3h', { userId: 'a b' }), 'columns=a&time=-3h&userId=a+b')
})

test('every value is a chip of its own, and taking it away leaves the others', () => {
  const filters = { state: 'BLOCK,ALLOW', ruleId: 'r1', text: 'jane doe' }
  const chips = chipsOf(filters, names)
  assert.deepEqual(
    chips.map(({ words }) => words),
    ['state: blocked', 'state: allowed', 'matched rule High amount', 'a word begins with “jane”', 'a word begins with “doe”'],
  )
  assert.deepEqual(withoutChip(filters, chips[0] ?? assert.fail()), { state: 'ALLOW', ruleId: 'r1', text: 'jane doe' })
  assert.deepEqual(withoutChip(filters, chips[2] ?? assert.fail()), { state: 'BLOCK,ALLOW', text: 'jane doe' })
  const none = chips.reduce(withoutChip, filters)
  assert.deepEqual(none, {})
})

test('what decided, and comparisons, are chips that say so', () => {
  const filters = { decidedBy: 'r1', isAlone: 'true', shadowRuleId: 'r1', outcome: 'REVIEW', custom: 'amount>=2000,currency=EUR' }
  assert.deepEqual(
    chipsOf(filters, names).map(({ words }) => words),
    [
      'decided by High amount',
      'one rule matched alone',
      'shadow rule High amount would have matched',
      'outcome: review',
      'amount >= 2000',
      'currency = EUR',
    ],
  )
  assert.equal(chipsOf({ decidedBy: 'none' }, names)[0]?.words, 'decided by no rule')
})

test('states, actions and words add up; of anything else the new one counts, and the page can say so', () => {
  const { filters, replaced } = mergeFilters({ state: 'BLOCK', userId: '1', text: 'a' }, { state: 'ALLOW', userId: '2', text: 'b a' })
  assert.deepEqual(filters, { state: 'BLOCK,ALLOW', userId: '2', text: 'a b' })
  assert.deepEqual(replaced, [{ name: 'userId', value: '1', words: 'user 1' }])
})
