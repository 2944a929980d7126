import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amountOf, draftToTry, fromTest, scenarios, sentValue, toTest } from './bench-events.ts'

const number = (name: string) => ({ name, dataType: 'number', modelType: 'action' }) as const

test('the scenarios send money in the data point that the rule or the action uses', () => {
  assert.equal(amountOf([number('items'), number('amount'), number('total')], '{"var":"custom.total"}'), 'total')
  assert.equal(amountOf([number('items'), number('amount')], ''), 'amount')
  assert.equal(amountOf([number('transactionValue'), number('amount')], ''), 'transactionValue')
  assert.equal(amountOf([], ''), 'transactionValue')
  assert.deepEqual(
    scenarios('amount').map(({ event }) => event.custom),
    [{ amount: 100 }, { amount: 3000 }, { amount: 500 }, { amount: 20 }],
  )
})

test('a saved test on the bench keeps what it fixes, and is saved again as it was', () => {
  const saved = {
    name: 'Tor',
    event: { ipAddress: '185.220.101.33', signals: { 'ip.isTor': true } },
    expect: { outcome: 'CHALLENGE' },
  } as const
  const onBench = fromTest(saved)
  assert.equal(onBench.expected, 'CHALLENGE')
  assert.deepEqual(toTest(onBench, 'Tor', 'CHALLENGE'), saved)
  assert.deepEqual(toTest({ ...onBench, event: { ipAddress: '', userId: 'u' } }, 'T', 'ALLOW', 'R').expect, { outcome: 'ALLOW', rule: 'R' })
})

test('a draft is tried in the order of its rules, also before they have a name', () => {
  const rule = { ruleId: 'r', type: 'BLOCK', mode: 'active', priority: 7 } as const
  assert.deepEqual(draftToTry({ defaultUserActionResult: 'ALLOW', rules: [{ ...rule, name: '' }] }).rules, [
    { ruleId: 'r', type: 'BLOCK', mode: 'active', name: 'Rule without a name' },
  ])
})

test('what is typed is sent in the type of its data point', () => {
  assert.deepEqual(
    [
      sentValue('20', 'number'),
      sentValue('', 'number'),
      sentValue('true', 'boolean'),
      sentValue('a, b', 'multiselect'),
      sentValue('20', 'text'),
    ],
    [20, undefined, true, ['a', 'b'], '20'],
  )
})
