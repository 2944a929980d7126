import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Assignment,
  hostileCondition,
  missingVariables,
  presentAssignment,
  signalsOf,
  standardCondition,
} from '../../test/arbitrary-conditions.ts'
import { assertCost } from '../../test/assert-cost.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import type { Outcome } from '../facts/outcome.ts'
import { compilePolicy, type Policy } from '../policy/compile-policy.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import type { RuleDefinition } from '../policy/policy-definition.ts'
import { changeSignal } from './change-signals.ts'
import { explainDecision, summarizeDecision } from './explain-decision.ts'

const numRuns = process.env.FUZZ === '1' ? 20_000 : 200

const lists = new Map<string, ReadonlySet<string | number>>([
  ['blocked', new Set(['KP'])],
  ['office', new Set(['203.0.113.0/24'])],
])
const v = (name: string): JsonValue => ({ var: name })

function policyOf(rules: (Partial<RuleDefinition> & { name: string })[], defaultOutcome: Outcome = 'ALLOW'): Policy {
  return compilePolicy(
    {
      action: 'transfer',
      version: 1,
      defaultOutcome,
      whenUnenrolled: 'ENROLL',
      verificationMethods: [],
      rules: rules.map((rule, priority) => ({ ruleId: `r${priority}`, priority, mode: 'active', outcome: 'CHALLENGE', ...rule })),
    },
    { lists, enabledMethods: [], configVersion: 1 },
  )
}

function explain(policy: Policy, assignment: Assignment, outcome: Outcome = 'CHALLENGE') {
  return explainDecision(policy, { userId: 'user-42', createdAt: 0, outcome }, signalsOf(assignment))
}

const anonymous = { name: 'Anonymous address', conditions: { and: [{ '==': [v('ip.isAnonymous'), true] }] } }
const high = { name: 'High amount', conditions: { '>': [v('custom.transactionValue'), 2000] } }
const veryHigh = { name: 'Very high amount', outcome: 'BLOCK' as const, conditions: { '>': [v('custom.transactionValue'), 10_000] } }

test('a device that is not plausible is explained by what does not fit', () => {
  const policy = policyOf([{ name: 'Copied device', conditions: { '==': [v('device.isPlausible'), false] } }])
  const changed = { 'device.browserChanged': false, 'device.osChanged': true, 'device.networkChanged': true }
  assert.equal(
    explain(policy, { 'device.isPlausible': false, ...changed }).sentence,
    'Challenged by *Copied device*: the device was not consistent with its browser, operating system and network (the operating system had changed and the device was in a network where it was not proven).',
  )
})

test('A-19: a signed device that came without its proof is explained as such', () => {
  const policy = policyOf([{ name: 'New device', conditions: { '==': [v('device.isNew'), true] } }])
  assert.equal(
    explain(policy, { 'device.isNew': true, 'device.isProven': true }).sentence,
    'Challenged by *New device*: the device was new.',
  )
  assert.equal(
    explain(policy, { 'device.isNew': true, 'device.isProven': false }).sentence,
    'Challenged by *New device*: the device was new (the device did not prove its id).',
  )
})

test('a decision is explained by its rule, its values, and what would have changed it', () => {
  const table: [Policy, Assignment, string, string | undefined][] = [
    [
      policyOf([anonymous, high]),
      { 'ip.isAnonymous': false, 'custom.transactionValue': 3000 },
      'Challenged by *High amount*: the transaction value was 3,000, limit 2,000.',
      'Would have been allowed if the transaction value were at most 2,000.',
    ],
    [
      policyOf([anonymous, high]),
      { 'ip.isAnonymous': true, 'custom.transactionValue': 3000 },
      'Challenged by *Anonymous address*: the address was anonymous.',
      'Would have been allowed if the address were not anonymous and the transaction value were at most 2,000.',
    ],
    [
      policyOf([anonymous, high]),
      { 'ip.isAnonymous': false, 'custom.transactionValue': 100 },
      'Allowed by default: no rule matched.',
      'Would have been challenged if the transaction value were over 2,000.',
    ],
    [
      policyOf([veryHigh, high]),
      { 'custom.transactionValue': 20_000 },
      'Blocked by *Very high amount*: the transaction value was 20,000, limit 10,000.',
      'Would not have been blocked if the transaction value were at most 10,000.',
    ],
    [
      policyOf([{ name: 'Blocked country', outcome: 'BLOCK', conditions: { in: [v('ip.countryCode'), v('lists.blocked')] } }]),
      { 'ip.location.country.countryCode': 'KP' },
      'Blocked by *Blocked country*: the country of the address was KP, on the list “blocked”.',
      'Would have been allowed if the country of the address were not on the list “blocked”.',
    ],
    [
      policyOf([
        {
          name: 'Half the balance',
          outcome: 'REVIEW',
          conditions: { '>': [v('custom.amount'), { '*': [0.5, v('user.custom.balance')] }] },
        },
      ]),
      { 'custom.amount': 600, 'user.custom.balance': 1000 },
      'Sent to review by *Half the balance*: the amount was 600, limit 500.',
      'Would have been allowed if the amount were at most 500.',
    ],
    [
      policyOf([{ name: 'Office', outcome: 'ALLOW', conditions: { in: [v('ip.address'), v('lists.office')] } }, { name: 'Every time' }]),
      { 'ip.address': '192.0.2.1' },
      'Challenged by *Every time*, which always applies.',
      'Would have been allowed if the address were on the list “office”.',
    ],
    [
      policyOf([anonymous]),
      { 'ip.isAnonymous': UNAVAILABLE },
      'Challenged by *Anonymous address* to be on the safe side: it was unknown whether the address is anonymous.',
      'Would have been allowed if it were known that the address is not anonymous.',
    ],
    [
      policyOf([{ ...anonymous, whenUndetermined: 'SKIP' }]),
      { 'ip.isAnonymous': UNAVAILABLE },
      'Allowed by default: no rule matched; *Anonymous address* could not be determined, because it was unknown whether the address is anonymous.',
      'Would have been challenged if it were known that the address is anonymous.',
    ],
    [policyOf([{ name: 'Every time' }]), {}, 'Challenged by *Every time*, which always applies.', undefined],
  ]
  for (const [policy, assignment, sentence, counterfactual] of table) {
    const explanation = explain(policy, assignment)
    assert.equal(explanation.sentence, sentence)
    assert.equal(explanation.counterfactual?.sentence, counterfactual)
  }
})

test('of two thresholds that would both change the outcome, the nearer one is told', () => {
  const unrecognised: Partial<RuleDefinition> & { name: string } = {
    name: 'Unrecognised address',
    conditions: { and: [{ '==': [v('ip.isUnrecognized'), true] }, { '>': [v('custom.transactionValue'), 1000] }] },
  }
  const policy = policyOf([anonymous, high, unrecognised])
  const values: Assignment = { 'ip.isAnonymous': false, 'ip.isUnrecognized': true, 'custom.transactionValue': 500 }
  assert.equal(
    explain(policy, values, 'ALLOW').counterfactual?.sentence,
    'Would have been challenged if the transaction value were over 1,000.',
  )
})

test('the sentence for the user reveals no rule, value or threshold', () => {
  const table: [Policy, Assignment, string][] = [
    [policyOf([high]), { 'custom.transactionValue': 3000 }, 'We want to make sure it is you because this is a larger amount than usual.'],
    [
      policyOf([anonymous]),
      { 'ip.isAnonymous': true },
      'We want to make sure it is you because you seem to be using a VPN or another service that hides where you are.',
    ],
    [
      policyOf([{ name: 'New', conditions: v('device.isNew') }]),
      { 'device.isNew': true },
      'We want to make sure it is you because we do not know this device well yet.',
    ],
    [
      policyOf([veryHigh]),
      { 'custom.transactionValue': 30_000 },
      'This was stopped to protect your account. If it was you, please contact support.',
    ],
    [policyOf([{ name: 'Every time' }]), {}, 'We want to make sure it is you.'],
  ]
  for (const [policy, assignment, sentence] of table) assert.equal(explain(policy, assignment).endUserSentence, sentence)
})

test('D9: the user is told what the rule looked at, and not of habits that it did not', () => {
  const table: [JsonValue, Assignment, string][] = [
    [v('ip.isVpn'), { 'ip.isVpn': true }, 'because you seem to be using a VPN.'],
    [v('ip.isTor'), { 'ip.isTor': true }, 'because you seem to be using Tor.'],
    [v('ip.isNewAsn'), { 'ip.isNewAsn': true }, 'because the network you are connecting from is unusual for you.'],
    [{ '==': [v('ip.countryCode'), 'KP'] }, { 'ip.location.country.countryCode': 'KP' }, 'because of the place you are connecting from.'],
    [v('ip.isNewCountry'), { 'ip.isNewCountry': true }, 'because you are connecting from a place that is unusual for you.'],
    [{ '==': [v('device.os.name'), 'Windows'] }, { 'device.os.name': 'Windows' }, 'We want to make sure it is you.'],
    [{ between: [v('time.hour'), 1, 5] }, { 'time.hour': 3 }, 'We want to make sure it is you.'],
  ]
  for (const [conditions, assignment, end] of table) {
    const { endUserSentence } = explain(policyOf([{ name: 'Rule', conditions }]), assignment)
    assert.ok(endUserSentence.endsWith(end), endUserSentence)
  }
})

test('D9: a decision names its values as the rule itself does', () => {
  const features = [
    { name: 'sum24h', metric: 'sum', of: 'custom.transactionValue', per: 'user', windowMinutes: 1_440, actions: ['transfer'] },
  ] as const
  const table: [JsonValue, Assignment, string][] = [
    [{ between: [v('time.hour'), 1, 5] }, { 'time.hour': 3 }, 'the hour of the day was 3:00, from 1:00 to 5:59'],
    [{ '!': [{ between: [v('time.hour'), 1, 5] }] }, { 'time.hour': 9 }, 'the hour of the day was 9:00, not from 1:00 to 5:59'],
    [
      { '>': [v('velocity.sum24h'), 100] },
      { 'velocity.sum24h': 120 },
      'the total transaction value in “transfer” actions per user in one day was 120, limit 100',
    ],
    [{ '>': [v('custom.transactionValue'), 100] }, { 'custom.transactionValue': 120 }, 'the amount in dollars was 120, limit 100'],
  ]
  for (const [conditions, assignment, text] of table) {
    const { evidence } = explainDecision(
      policyOf([{ name: 'Rule', conditions }]),
      { userId: 'user-42', createdAt: 0, outcome: 'CHALLENGE' },
      { ...signalsOf(assignment), features: 'velocity.sum24h' in assignment ? { sum24h: 120 } : {} },
      conditions === table[3]?.[0]
        ? { features, dataPoints: new Map([['transactionValue', { dataType: 'number', label: 'the amount in dollars' }]]) }
        : { features },
    )
    assert.equal(evidence[0]?.text, text)
  }
})

test('rules that matched without deciding are named, and another policy version is noticed', () => {
  const { alsoMatched, isReproduced } = explain(
    policyOf([anonymous, high]),
    { 'ip.isAnonymous': true, 'custom.transactionValue': 3000 },
    'BLOCK',
  )
  assert.deepEqual(alsoMatched, ['High amount'])
  assert.equal(isReproduced, false)
})

test('the trace shows every leaf with its value', () => {
  const policy = policyOf([
    {
      name: 'Mixed',
      conditions: {
        or: [
          { and: [{ '<': [500, v('custom.amount')] }, { '!': [{ '==': [v('device.isNew'), true] }] }] },
          { in: [v('ip.countryCode'), v('lists.blocked')] },
        ],
      },
    },
    { name: 'Shadow', mode: 'shadow', conditions: { '>': [v('velocity.actions1h'), 3] } },
    { name: 'Expired', expiresAt: -1 },
  ])
  const { trace } = explain(policy, {
    'custom.amount': 600,
    'device.isNew': NOT_PROVIDED,
    'velocity.actions1h': UNAVAILABLE,
    'ip.location.country.countryCode': 'NZ',
  })
  assert.deepEqual(trace, [
    {
      ruleId: 'r0',
      name: 'Mixed',
      priority: 0,
      outcome: 'CHALLENGE',
      mode: 'active',
      result: 'unknown',
      matched: false,
      applies: true,
      conditions: {
        kind: 'group',
        operator: 'or',
        result: 'unknown',
        children: [
          {
            kind: 'group',
            operator: 'and',
            result: 'unknown',
            children: [
              {
                kind: 'leaf',
                operator: '>',
                signal: 'custom.amount',
                value: 600,
                expected: 500,
                reads: [{ signal: 'custom.amount', value: 600 }],
                result: true,
              },
              {
                kind: 'group',
                operator: '!',
                result: 'unknown',
                children: [
                  {
                    kind: 'leaf',
                    operator: '==',
                    signal: 'device.isNew',
                    missing: 'not_provided',
                    expected: true,
                    reads: [{ signal: 'device.isNew', missing: 'not_provided' }],
                    result: 'unknown',
                  },
                ],
              },
            ],
          },
          {
            kind: 'leaf',
            operator: 'in',
            signal: 'ip.countryCode',
            value: 'NZ',
            expectedSignal: 'lists.blocked',
            reads: [{ signal: 'ip.countryCode', value: 'NZ' }],
            result: false,
          },
        ],
      },
    },
    {
      ruleId: 'r1',
      name: 'Shadow',
      priority: 1,
      outcome: 'CHALLENGE',
      mode: 'shadow',
      result: 'undetermined',
      matched: true,
      applies: true,
      conditions: {
        kind: 'leaf',
        operator: '>',
        signal: 'velocity.actions1h',
        missing: 'unavailable',
        expected: 3,
        reads: [{ signal: 'velocity.actions1h', missing: 'unavailable' }],
        result: 'undetermined',
      },
    },
    {
      ruleId: 'r2',
      name: 'Expired',
      priority: 2,
      outcome: 'CHALLENGE',
      mode: 'active',
      result: true,
      matched: false,
      applies: false,
      conditions: null,
    },
  ])
})

test('a counterfactual is verified: with its changes the policy decides as it says, and with fewer it does not', () => {
  let found = 0
  const outcomes: fc.Arbitrary<Outcome> = fc.constantFrom('ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK')
  fc.assert(
    fc.property(
      fc.array(fc.record({ conditions: fc.oneof(standardCondition(), hostileCondition()), outcome: outcomes }), {
        minLength: 1,
        maxLength: 4,
      }),
      outcomes,
      presentAssignment(),
      missingVariables(),
      (rules, defaultOutcome, present, missing) => {
        const policy = policyOf(
          rules.map((rule, i) => ({ name: `Rule ${i}`, ...rule })),
          defaultOutcome,
        )
        const subject = { userId: 'user-42', at: 0 }
        const signals = signalsOf({ ...present, ...missing })
        const now = evaluatePolicy(policy, signals, subject).outcome
        const instance = { userId: 'user-42', createdAt: 0, outcome: now }
        const { counterfactual, trace, sentence, ruleId, outcome, isReproduced } = explainDecision(policy, instance, signals)
        assert.deepEqual(summarizeDecision(policy, instance, signals), { sentence, ruleId, outcome, isReproduced })
        assert.ok(sentence.endsWith('.') && trace.length === rules.length)
        if (counterfactual === null) return
        found++
        const outcomeAfter = (changes: typeof counterfactual.changes) =>
          evaluatePolicy(policy, changes.reduce(changeSignal, signals), subject).outcome
        assert.notEqual(counterfactual.outcome, now)
        assert.equal(outcomeAfter(counterfactual.changes), counterfactual.outcome)
        if (counterfactual.changes.length === 1) return
        for (const left of counterfactual.changes) {
          assert.equal(outcomeAfter(counterfactual.changes.filter((change) => change !== left)), now)
        }
      },
    ),
    { numRuns },
  )
  assert.ok(found > numRuns / 20, `${found} of ${numRuns}`)
})

test('to explain twice as many rules costs at most ten times as much', () => {
  const conditionsOf = (i: number): JsonValue => ({
    and: [
      { '>': [v('custom.transactionValue'), 1000 + i] },
      { or: [{ '==': [v('device.isNew'), true] }, { '>': [v('velocity.actions1h'), i] }] },
      { '!': [{ '==': [v('ip.isTrusted'), true] }] },
    ],
  })
  const ofRules = (length: number) =>
    policyOf(
      Array.from({ length }, (_, i) => ({
        name: `Rule ${i}`,
        outcome: i % 2 === 0 ? 'CHALLENGE' : 'BLOCK',
        conditions: conditionsOf(i),
      })),
    )
  const policies = [ofRules(50), ofRules(100)] as const
  const assignment = { 'custom.transactionValue': 500, 'device.isNew': false, 'velocity.actions1h': 0, 'ip.isTrusted': true }
  assert.equal(explain(policies[1], assignment).counterfactual?.changes.length, 3)
  assertCost(
    () => explain(policies[1], assignment),
    10,
    () => explain(policies[0], assignment),
  )
})
