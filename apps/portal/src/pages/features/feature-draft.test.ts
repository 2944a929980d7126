import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definitionOf, emptyDraft, wordsOfPer, wordsOfWindow } from './feature-draft.ts'

test('a feature is written member by member, and says what is missing', () => {
  assert.deepEqual(definitionOf(emptyDraft), { mistakes: { name: 'A letter, then letters, digits and underscores.' } })
  assert.deepEqual(
    definitionOf({ ...emptyDraft, name: 'f', metric: 'sum', per: 'user+custom', window: '91', unit: 'days', condition: '[1]' }),
    {
      mistakes: {
        of: 'What is added up?',
        field: 'Which data point?',
        window: 'From one minute to 90 days.',
        condition: 'A condition is JsonLogic: {">": [{"var": "custom.amount"}, 100]}',
      },
    },
  )
  assert.deepEqual(
    definitionOf({
      ...emptyDraft,
      name: 'paid24h',
      metric: 'sum',
      of: 'custom.amount',
      per: 'custom',
      field: 'recipient',
      window: '1',
      unit: 'days',
      actions: ['transfer'],
      condition: '{">":[{"var":"custom.amount"},1]}',
    }),
    {
      definition: {
        name: 'paid24h',
        metric: 'sum',
        of: 'custom.amount',
        per: 'custom.recipient',
        windowMinutes: 1440,
        actions: ['transfer'],
        condition: { '>': [{ var: 'custom.amount' }, 1] },
      },
    },
  )
})

test('what is not used with a count is not sent', () => {
  assert.deepEqual(definitionOf({ ...emptyDraft, name: 'f', of: 'device.id', field: 'x' }), {
    definition: { name: 'f', metric: 'count', per: 'user', windowMinutes: 60 },
  })
})

test('windows and owners have words', () => {
  assert.equal(wordsOfWindow(10), '10 minutes')
  assert.equal(wordsOfWindow(60), '1 hour')
  assert.equal(wordsOfWindow(129_600), '90 days')
  assert.equal(wordsOfPer('user+custom.recipient'), 'user and recipient')
  assert.equal(wordsOfPer('network'), 'network')
})
