import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validateConditions } from '@sallyport/engine/check'
import type { JsonValue } from '@sallyport/engine/facts'
import { writeTest } from './edit-tree.ts'
import { findSignals } from './find-signals.ts'
import { readTree, type TreeCondition } from './read-tree.ts'
import { limitScale, niceStep, type RecentSignal, roundNicely, shareOver, suggestLimit, unknownWords } from './recent-values.ts'
import { findChoice, signalChoices } from './signal-choices.ts'
import { freshCondition, testOf, testsFor, valuesFor } from './test-choices.ts'

const choices = signalChoices({
  dataPoints: [
    { name: 'transactionValue', dataType: 'number', modelType: 'action' },
    { name: 'tier', dataType: 'text', modelType: 'user', description: 'gold or silver' },
    { name: 'tags', dataType: 'multiselect', modelType: 'action' },
  ],
  features: [{ name: 'sent24h', metric: 'sum', of: 'custom.transactionValue', per: 'user', windowMinutes: 1440 }],
})
const named = (name: string) => findChoice(choices, name) ?? assert.fail(name)
const context = {
  dataPoints: new Map([
    ['transactionValue', { dataType: 'number', modelType: 'action' }],
    ['tier', { dataType: 'text', modelType: 'user' }],
    ['tags', { dataType: 'multiselect', modelType: 'action' }],
  ] as const),
  lists: new Map<string, ReadonlySet<string | number>>([['names', new Set(['a'])]]),
  features: [{ name: 'sent24h' }],
}

test('a signal is found by what it means, not only by its name', () => {
  const first = (search: string) =>
    findSignals(choices, search)
      .slice(0, 6)
      .map(({ name }) => name)
  assert.ok(first('far away').some((name) => name.startsWith('ip.travel') || name === 'ip.atypicalTravel'))
  assert.equal(first('transactionValue')[0], 'custom.transactionValue')
  assert.ok(first('money').includes('custom.transactionValue'))
  assert.ok(first('vpn').includes('ip.isVpn'))
  assert.ok(first('new device').slice(0, 2).includes('device.isNew'))
  assert.ok(first('gold').includes('user.custom.tier'))
  assert.ok(first('robot').includes('device.isBot'))
  assert.deepEqual(findSignals(choices, 'xyzzy'), [])
  assert.equal(findSignals(choices, ' ').length, choices.length)
})

test('data points and features are offered by the words of the sentence, first of all', () => {
  assert.deepEqual(
    choices.slice(0, 2).map(({ name, label }) => [name, label]),
    [
      ['custom.transactionValue', 'the transaction value'],
      ['user.custom.tier', "the user's tier"],
    ],
  )
  assert.equal(named('velocity.sent24h').label, 'the total transaction value per user in one day')
  assert.equal(named('ip.countryCode').name, 'ip.location.country.countryCode')
})

test('every condition that the builder makes is one that it can draw again, and that the check knows', () => {
  for (const choice of choices) {
    const fresh = freshCondition(choice)
    const node = readTree(fresh) as TreeCondition
    assert.equal(node.kind, 'condition', choice.name)
    const offered = testsFor(choice)
    assert.ok(offered.includes(testOf(node, offered)), `${choice.name} begins with a test that is offered`)
    for (const each of offered) {
      const values = valuesFor(each, choice, [], { lists: ['names'] })
      const inner = writeTest(each.test, { var: choice.name }, values)
      const logic: JsonValue = each.isNegated ? { '!': [inner] } : inner
      const drawn = readTree(logic) as TreeCondition
      assert.equal(drawn.kind, 'condition', JSON.stringify(logic))
      assert.equal(testOf(drawn, offered).id, each.id, JSON.stringify(logic))
      const findings = validateConditions(logic, context)
      assert.ok(!findings.some(({ message }) => /takes|unknown operator/.test(message)), JSON.stringify(findings))
    }
  }
})

test('a test that is not offered keeps its own words', () => {
  const words = (logic: JsonValue, name = 'custom.transactionValue') =>
    testOf(readTree(logic) as TreeCondition, testsFor(named(name))).words
  const amount = { var: 'custom.transactionValue' }
  assert.equal(words({ '===': [amount, 5] }), 'is exactly')
  assert.equal(words({ '!': { '>': [amount, 5] } }), 'not: is over')
  assert.equal(words({ '<': [1, amount, 5] }), 'is between, without the limits')
  assert.equal(words({ '!': [{ var: 'ip.isTor' }] }, 'ip.isTor'), 'no (written short)')
})

test('another test keeps the values that fit', () => {
  const amount = named('custom.transactionValue')
  const offered = testsFor(amount)
  const to = (id: string, before: JsonValue[]) =>
    valuesFor(offered.find((each) => each.id === id) ?? assert.fail(id), amount, before, { lists: ['names'] })
  assert.deepEqual(to('<', [2000]), [2000])
  assert.deepEqual(to('between', [2000]), [2000, 4000])
  assert.deepEqual(to('in', [2000]), [[2000]])
  assert.deepEqual(to('==', [[7, 8]]), [7])
  assert.deepEqual(to('in:list', [2000]), [{ var: 'lists.names' }])
  assert.deepEqual(to('>', [{ '*': [2, { var: 'user.custom.usual' }] }]), [{ '*': [2, { var: 'user.custom.usual' }] }])
})

const recent: RecentSignal = {
  signal: 'custom.transactionValue',
  known: 90,
  missing: { not_provided: 10, not_applicable: 0, unavailable: 0 },
  numbers: {
    min: 3,
    max: 9000,
    quantiles: [
      { share: 0.5, value: 120 },
      { share: 0.95, value: 1983 },
      { share: 0.99, value: 4120 },
    ],
    histogram: { bounds: [0, 1000, 2000, 3000], counts: [60, 20, 10] },
  },
  values: [],
  distinct: 80,
  other: 0,
}

test('a limit is suggested, dragged in steps that are easy to say, and says how much of the traffic it leaves out', () => {
  assert.equal(suggestLimit(recent), 2000)
  assert.deepEqual(limitScale(recent.numbers?.histogram ?? assert.fail()), { min: 0, max: 3000, step: 20 })
  assert.equal(shareOver(recent.numbers?.histogram ?? assert.fail(), 2000), 10 / 90)
  assert.equal(shareOver(recent.numbers?.histogram ?? assert.fail(), 1500), 20 / 90)
  assert.equal(unknownWords(recent), 'Not known in 10 % of events (not sent).')
  assert.deepEqual([niceStep(1, 100), niceStep(7, 100), niceStep(0, 100)], [0.01, 0.05, 1])
  assert.deepEqual([1983, 0.0312, 7, 12.4, 0].map(roundNicely), [2000, 0.03, 7, 10, 0])
})
