import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disputeChanges } from './describe-dispute.ts'
import { describeReplay } from './describe-replay.ts'
import { groupSignals, valueText } from './group-signals.ts'
import type { ReceiptSignal } from './receipt.ts'
import { describeResult, describeVerdict, traceLines } from './word-trace.ts'

const signal = (name: string, value: unknown, more: Partial<ReceiptSignal> = {}): ReceiptSignal => ({
  name,
  value,
  source: 'profile',
  usedBy: [],
  ...more,
})

test('signals stand in families, what changed first, then what rules read; what nobody has is folded away', () => {
  const now = [
    signal('ip.isTrusted', true),
    signal('ip.isAnonymous', true, { source: 'address data', dataSet: 'networks', dataDate: '2026-03-01T00:00:00.000Z' }),
    signal('ip.isVpn', false, { usedBy: ['r1'] }),
    signal('ip.isTor', undefined, { missing: 'unavailable', source: 'address data' }),
    signal('custom.amount', 3000, { source: 'event' }),
    signal('device.ageDays', 0),
    signal('user.accountAgeDays', 5),
    signal('time.hour', 4, { source: 'clock' }),
  ]
  const before = [
    signal('ip.isAnonymous', false),
    signal('ip.isVpn', false),
    signal('device.ageDays', 3),
    signal('user.accountAgeDays', 3),
    signal('time.hour', 5, { source: 'clock' }),
  ]
  const groups = groupSignals(
    { signals: now, createdAt: '2026-03-06T12:00:00.000Z' },
    { signals: before, createdAt: '2026-03-04T12:00:00.000Z' },
  )
  assert.deepEqual(
    groups.map(({ id, lines }) => [id, lines.map(({ name }) => name)]),
    [
      ['custom', ['custom.amount']],
      ['ip', ['ip.isAnonymous', 'ip.isVpn', 'ip.isTrusted']],
      ['device', ['device.ageDays']],
      ['user', ['user.accountAgeDays']],
      ['time', ['time.hour']],
    ],
  )
  const [anonymous] = groups[1]?.lines ?? []
  assert.deepEqual(
    [anonymous?.label, anonymous?.value, anonymous?.before, anonymous?.source],
    ['the address is anonymous', 'yes', 'no', 'data set networks, 5 days old then'],
  )
  assert.deepEqual(
    groups[1]?.silent.map(({ name }) => name),
    ['ip.isTor'],
  )
  assert.deepEqual(
    groups.slice(2).map(({ lines }) => lines[0]?.before),
    ['3 days', undefined, undefined],
    'an age grows, and the clock always differs',
  )
})

test('values read as people write them', () => {
  assert.equal(valueText({ value: 1 }, 'days'), '1 day')
  assert.equal(valueText({ value: 12345.678 }, 'km'), '12,345.678 km')
  assert.equal(valueText({ value: ['a', 'b'] }), 'a, b')
  assert.equal(valueText({ value: { a: 1 } }), '{"a":1}')
  assert.equal(valueText({ missing: 'not_applicable' }), 'not applicable')
})

test('a trace is worded leaf by leaf: what is asked, what was found, and whether it holds', () => {
  const conditions = {
    and: [
      { '>': [{ var: 'custom.amount' }, 2000] },
      { or: [{ '==': [{ var: 'ip.isTor' }, true] }, { '==': [{ var: 'ip.isTrusted' }, false] }] },
    ],
  }
  const trace = {
    conditions: {
      kind: 'group',
      operator: 'and',
      result: true,
      children: [
        {
          kind: 'leaf',
          operator: '>',
          signal: 'custom.amount',
          value: 3000,
          expected: 2000,
          reads: [{ signal: 'custom.amount', value: 3000 }],
          result: true,
        },
        {
          kind: 'group',
          operator: 'or',
          result: true,
          children: [
            {
              kind: 'leaf',
              operator: '==',
              signal: 'ip.isTor',
              expected: true,
              missing: 'unavailable',
              reads: [{ signal: 'ip.isTor', missing: 'unavailable' }],
              result: 'undetermined',
            },
            {
              kind: 'leaf',
              operator: '==',
              signal: 'ip.isTrusted',
              value: false,
              expected: false,
              reads: [{ signal: 'ip.isTrusted', value: false }],
              result: true,
            },
          ],
        },
      ],
    },
  } as const
  const lines = traceLines(trace, conditions as never, {})
  assert.deepEqual(
    lines.map(
      ({ depth, text, readings, result }) => `${'  '.repeat(depth)}${describeResult(result).shape} ${text} (${readings.join('; ')})`,
    ),
    [
      '✓ All of these ()',
      '  ✓ the amount is over 2,000 (the amount was 3,000)',
      '  ✓ Any of these ()',
      '    ? the address is a Tor exit (it was unknown whether the address is a Tor exit)',
      '    ✓ the address is not trusted for this user (the address was not trusted for this user)',
    ],
  )
  assert.match(traceLines(trace, undefined, {})[1]?.text ?? '', /custom\.amount > 2000/)
})

test('what became of a rule is one word', () => {
  const rule = {
    ruleId: 'r',
    name: '',
    priority: 0,
    outcome: 'BLOCK',
    mode: 'active',
    result: true,
    matched: true,
    applies: true,
    conditions: null,
  } as const
  const word = (more: object, by = 'other') => describeVerdict({ ...rule, ...more }, by).word
  assert.equal(word({}, 'r'), 'decided')
  assert.equal(word({}), 'matched too')
  assert.equal(word({ result: false, matched: false }), 'did not match')
  assert.match(word({ result: 'unknown', matched: false }), /missing/)
  assert.match(word({ result: 'undetermined', matched: true }), /counts as matched/)
  assert.match(word({ mode: 'shadow' }), /would have matched/)
  assert.match(word({ applies: false, matched: false }), /not for this user/)
})

test('a dispute says what it took back, and nothing of what stayed', () => {
  const changes = disputeChanges({
    address: {
      address: '203.0.113.7',
      isTrusted: { before: true, after: false },
      timesSeen: { before: 4, after: 0 },
      reputation: { before: 0, after: 12 },
    },
    device: { deviceId: 'd', isTrusted: { before: false, after: false }, timesSeen: { before: 2, after: 1 } },
  })
  assert.deepEqual(
    changes.map(({ before, after }) => `${before} → ${after}`),
    ['trusted → not trusted', '4 times → never', '0 → 12', '2 times → once'],
  )
})

test('a replay is identical, or says where it differs', () => {
  const decision = { outcome: 'BLOCK', ruleId: 'r', ruleIds: ['r'], undeterminedRuleIds: [], shadowRuleIds: [] } as const
  const replay = { identical: true, decision, recomputed: decision } as unknown as Parameters<typeof describeReplay>[0]
  assert.match(describeReplay(replay).sentence, /^Identical/)
  const other = { ...decision, outcome: 'ALLOW', ruleId: null, ruleIds: [] }
  assert.deepEqual(describeReplay({ ...replay, identical: false, recomputed: other } as unknown as typeof replay).differences, [
    { what: 'Outcome', before: 'BLOCK', now: 'ALLOW' },
    { what: 'Rule that decided', before: 'r', now: 'none' },
    { what: 'Rules that matched', before: 'r', now: 'none' },
  ])
})
