import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instance, JsonValue } from '@sallyport/engine'
import fc from 'fast-check'
import type { TextNumbers } from './instance-row.ts'
import { decodeInstance, decodePastInstance, encodeInstance, states } from './instance-row.ts'
import { membersOf } from './json-cursor.ts'

function createTexts(): TextNumbers {
  const texts = ['']
  return {
    toNumber: (text) => (texts.includes(text, 1) ? texts.indexOf(text, 1) : texts.push(text) - 1),
    toText: (number) => texts[number] ?? assert.fail(),
  }
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('"', '\\', '\\"', ']', '[1]', 'Mozilla/5.0 ({})', '\u2028'),
)
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constantFrom(2 ** 53, 1e17, 1e21, 0.1),
)
const signal = fc.oneof(fc.constant(null), number, text, fc.constantFrom([1], [2]), fc.array(text, { maxLength: 3 }))
const ids = fc.uniqueArray(fc.constantFrom('r1', 'r2', 'r3', 'r4'), { maxLength: 3 })
const time = fc.integer({ min: 0, max: 1e12 })

const userRead = fc.dictionary(
  fc.constantFrom('email', 'phoneNumber', 'custom', 'custom.tier'),
  fc.oneof(
    text,
    fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value))),
  ),
  { noNullPrototype: true },
)
const label: fc.Arbitrary<NonNullable<Instance['label']>> = fc.record(
  {
    value: fc.constantFrom('good', 'fraud'),
    at: time,
    source: fc.constantFrom('person', 'chargeback', 'challenge'),
    reason: text,
    actor: fc.record({ kind: fc.constantFrom('management_key', 'user'), id: text }, { requiredKeys: ['kind'] }),
  },
  { requiredKeys: ['value', 'at', 'source', 'actor'], noNullPrototype: true },
)
const decided = fc.record({
  tenantId: fc.constant('tenant'),
  userId: text,
  action: fc.constantFrom('transfer', 'login'),
  idempotencyKey: text,
  createdAt: time,
  updatedAt: time,
  state: fc.constantFrom(...states),
  stateUpdatedAt: time,
  outcome: fc.constantFrom('ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK'),
  policyVersion: fc.nat(),
  configVersion: fc.nat(),
  dataVersion: text,
  ruleIds: ids,
  undeterminedRuleIds: ids,
  shadowRuleIds: ids,
  tracked: fc.record(
    {
      ipAddress: text,
      userAgent: text,
      deviceId: text,
      custom: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })),
      locale: text,
      scope: text,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Instance['tracked']>,
  signals: fc.array(signal, { maxLength: 20 }) as fc.Arbitrary<Instance['signals']>,
  verificationMethod: fc.option(text),
  verifiedByAuthenticatorId: fc.option(text),
  disputedAt: fc.option(time),
  learnt: fc.constantFrom(null, 'success', 'failure'),
  vouched: fc.option(fc.record({ place: fc.nat(15), device: fc.nat(15) }), { nil: undefined }),
}) satisfies fc.Arbitrary<Instance>
const arbitraryInstance: fc.Arbitrary<Instance> = fc
  .tuple(decided, fc.option(userRead, { nil: undefined }), fc.option(label, { nil: undefined }))
  .map(([instance, read, known]) => ({
    ...instance,
    ...(read !== undefined && { userRead: read }),
    ...(known !== undefined && { label: known }),
  }))

test('skimming a row brings what parsing it brings, at the places asked for', () => {
  fc.assert(
    fc.property(arbitraryInstance, fc.uniqueArray(fc.nat(22), { maxLength: 8 }), fc.boolean(), (instance, chosen, isExtended) => {
      const dictionary = createTexts()
      const stored = isExtended ? { ...instance, later: { addition: [']', '"'] } } : instance
      const row = encodeInstance(stored, dictionary)
      const whole = decodeInstance(row, dictionary)
      assert.deepEqual(whole.userRead, instance.userRead)
      assert.deepEqual(whole.vouched, instance.vouched && { ...instance.vouched })
      assert.deepEqual(JSON.parse(JSON.stringify(whole.label ?? null)), JSON.parse(JSON.stringify(instance.label ?? null)))
      const places = chosen.sort((a, b) => a - b)
      const skimmed = decodePastInstance(row, dictionary, places)
      for (const key of Object.keys(skimmed) as (keyof typeof skimmed)[]) {
        if (key !== 'signals' && key !== 'tracked') assert.deepEqual(skimmed[key], whole[key], key)
      }
      assert.equal(skimmed.signals.length === 0, whole.signals.length === 0)
      for (const place of places) assert.deepEqual(skimmed.signals[place] ?? null, whole.signals[place] ?? null, `place ${place}`)
      const { ipAddress, deviceId, custom } = whole.tracked
      assert.deepEqual([skimmed.tracked.ipAddress, skimmed.tracked.deviceId], [ipAddress, deviceId])
      assert.deepEqual(Object.entries(skimmed.tracked.custom ?? {}), Object.entries(custom ?? {}))
    }),
    { numRuns: 2000 },
  )
})

test('of the custom data, skimming a row brings the members asked for and no others', () => {
  const name = fc.constantFrom<string>('amount', 'a.b', 'currency', '', 'say "so"', 'back\\slash', ']', '\u2028', 'сумма')
  const value = fc.oneof(
    fc.constantFrom(null, true, false, {}, { amount: ['}', { '': 1 }] }),
    number,
    text,
    fc.array(text, { maxLength: 3 }),
  )
  const custom = fc.dictionary(name, value, { noNullPrototype: true }) as fc.Arbitrary<Record<string, JsonValue>>
  fc.assert(
    fc.property(arbitraryInstance, custom, fc.uniqueArray(name), (instance, sent, names) => {
      const dictionary = createTexts()
      const row = encodeInstance({ ...instance, tracked: { ...instance.tracked, custom: sent } }, dictionary)
      const whole = decodePastInstance(row, dictionary, [1])
      const skimmed = decodePastInstance(row, dictionary, [1], membersOf(names))
      const wanted = Object.entries(sent).filter(([member]) => names.includes(member))
      assert.deepEqual(skimmed, { ...whole, tracked: { ...whole.tracked, custom: Object.fromEntries(wanted) } })
    }),
    { numRuns: 1000 },
  )
})

test('a row that is cut short is refused', () => {
  const dictionary = createTexts()
  const [instance] = fc.sample(arbitraryInstance, { numRuns: 1, seed: 5 })
  const row = encodeInstance(instance ?? assert.fail(), dictionary)
  for (const body of ['', '[', '[0,0,0,0,1,1,1,0,0,0,[0,"', row.body.slice(0, 30)]) {
    assert.throws(() => decodePastInstance({ ...row, body }, dictionary, [3]))
  }
})
