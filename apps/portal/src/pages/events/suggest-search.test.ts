import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSearch } from './parse-search.ts'
import { suggestSearch } from './suggest-search.ts'

const vocabulary = {
  actions: ['adaptive-mfa-transfer', 'sign-in'],
  rules: [
    { ruleId: 'r1', name: 'High amount', actionCode: 'adaptive-mfa-transfer' },
    { ruleId: 'r2', name: 'Tor', actionCode: 'sign-in' },
    { ruleId: 'r3', name: 'Tor', actionCode: 'adaptive-mfa-transfer' },
  ],
}
const texts = (text: string) => suggestSearch(text, vocabulary).map((one) => one.text)

test('the last word is gone on with, and the words before it stay', () => {
  assert.deepEqual(texts('user:1 rule:hi'), ['user:1 rule:"High amount"'])
  assert.deepEqual(texts('rule:"High am'), ['rule:"High amount"'])
  assert.deepEqual(texts('rule:to'), ['rule:r2', 'rule:r3'])
  assert.deepEqual(texts('action:tr'), ['action:adaptive-mfa-transfer'])
  assert.ok(texts('stat').includes('state:'))
  assert.ok(texts('state:cha').includes('state:challenge'))
  assert.ok(texts('la').includes('last 3 h'))
  assert.deepEqual(texts('user:4'), [])
})

test('whatever is suggested and complete is understood', () => {
  for (const begin of ['', 's', 'state:', 'rule:', 'action:', 'la', 'label:', 'disputed:', 'order:', 't', 'hi']) {
    for (const text of texts(begin)) {
      if (text.endsWith(':')) continue
      const { problems, filters, range } = parseSearch(text, vocabulary, 0)
      assert.deepEqual(problems, [], text)
      assert.ok(Object.keys(filters).length > 0 || range !== undefined, text)
      assert.equal(filters.text, undefined, text)
    }
  }
})
