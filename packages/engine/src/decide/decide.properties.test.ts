import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Attempt, home, isTrue, linuxFirefox, noon, testEvent, throughJson, windowsChrome } from '../../test/tenant.ts'
import { NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import { entitiesOf, instanceEntities } from '../learning/entities-of.ts'
import { recordTracked } from '../learning/record-tracked.ts'
import { mostProfileBytes, readUserProfile } from '../learning/user-profile.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import type { PolicyContext } from '../policy/policy-definition.ts'
import { decodeSignals } from '../signals/encoding.ts'
import type { Entity, EntityRef } from '../stored/entity.ts'
import type { Instance } from '../stored/instance.ts'
import type { Snapshot } from '../stored/snapshot.ts'
import { decide, deriveSignals } from './decide.ts'
import { type Settlement, settle } from './settle.ts'

const features: FeatureDefinition[] = [
  { name: 'sum24h', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 1440 },
  { name: 'recipients', metric: 'distinct', of: 'custom.recipient', per: 'device', windowMinutes: 60, actions: ['transfer'] },
  { name: 'usersOfRecipient', metric: 'distinct', of: 'user.id', per: 'custom.recipient', windowMinutes: 129_600 },
  { name: 'networkFailures', metric: 'count', per: 'network', windowMinutes: 7, states: ['CHALLENGE_FAILED', 'BLOCK'] },
  { name: 'addressPasses', metric: 'count', per: 'address', windowMinutes: 60, states: ['CHALLENGE_SUCCEEDED'] },
]
const context: PolicyContext = { lists: new Map(), enabledMethods: ['PASSKEY'], configVersion: 3, features }
const policy = compilePolicy(
  {
    action: 'transfer',
    version: 2,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ALLOW',
    verificationMethods: [],
    rules: [
      { ruleId: 'b', name: 'b', priority: 0, outcome: 'BLOCK', mode: 'active', conditions: isTrue('ip.isTor') },
      { ruleId: 'c', name: 'c', priority: 1, outcome: 'CHALLENGE', mode: 'active', conditions: { '>': [{ var: 'custom.amount' }, 50] } },
      { ruleId: 'r', name: 'r', priority: 2, outcome: 'REVIEW', mode: 'active', conditions: isTrue('ip.isNewCountry') },
    ],
  },
  context,
)

const missing = fc.constantFrom(NOT_PROVIDED, NOT_APPLICABLE, UNAVAILABLE)
const flag = fc.oneof(
  { weight: 6, arbitrary: fc.constant(false) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: missing },
)
const address = fc.oneof(
  fc.nat(3).map((n) => `198.51.100.${n}`),
  fc.nat(0xffff).map((n) => `2001:db8:${n.toString(16)}::${((n * 7) % 97).toString(16)}`),
  fc.ipV4(),
)
const facts = fc.record({
  address,
  isPrivate: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.boolean() }),
  isTor: flag,
  isVpn: flag,
  isHosting: flag,
  isRelay: flag,
  isAnonymous: flag,
  asn: fc.oneof(fc.nat(4_000_000_000), fc.nat(5), missing),
  countryCode: fc.oneof(fc.constantFrom('NZ', 'AU', 'DE'), fc.string({ minLength: 2, maxLength: 2 }), missing),
  latitude: fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), missing),
  longitude: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), missing),
  accuracyKm: fc.oneof(fc.nat(2000), missing),
  timeZone: fc.oneof(fc.constantFrom('Pacific/Auckland', 'America/New_York', 'No/Where', 'x'.repeat(300)), missing),
})
const attempt = fc.record({
  minutes: fc.oneof(fc.nat(3), fc.nat(600), fc.nat(200_000), fc.integer({ min: -100, max: 0 })),
  userId: fc.constantFrom('jane', 'john'),
  action: fc.constantFrom('transfer', 'login'),
  deviceId: fc.oneof(fc.constantFrom('a', 'b', null), fc.string({ minLength: 1, maxLength: 40 })),
  userAgent: fc.oneof(fc.constantFrom(windowsChrome, linuxFirefox, null), fc.string({ maxLength: 60 })),
  ip: fc.oneof({ weight: 9, arbitrary: facts.map((partial) => ({ ...home, ...partial })) }, { weight: 1, arbitrary: fc.constant(null) }),
  custom: fc.record(
    {
      amount: fc.oneof(fc.nat(100), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
      recipient: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constantFrom('__proto__', 'constructor')),
    },
    { requiredKeys: [] },
  ),
  afterwards: fc.constantFrom('nothing', 'challenge_succeeded', 'challenge_failed', 'set_state', 'dispute'),
  isEnrolled: fc.boolean(),
})
type Step = typeof attempt extends fc.Arbitrary<infer T> ? T : never

/** Runs a history through a store, which keeps JSON unless it is told otherwise, and shows every decision to `visit`. */
function run(steps: readonly Step[], visit: (step: Visit) => void, keep: (entity: Entity) => Entity = throughJson): Map<string, Entity> {
  const entities = new Map<string, Entity>()
  const read = (refs: readonly EntityRef[], isEnrolled: boolean): Snapshot => ({
    user: {
      createdAt: null,
      email: null,
      phoneNumber: null,
      username: null,
      custom: {},
      enrolledMethods: isEnrolled ? ['PASSKEY'] : [],
      devices: [],
      authenticators: [],
    },
    entities: Object.fromEntries(
      refs.flatMap((ref) => ((entity) => (entity ? [[ref.kind, entity]] : []))(entities.get(`${ref.kind} ${ref.key}`))),
    ),
  })
  const write = (refs: readonly EntityRef[], changed: Readonly<Record<string, Entity | undefined>>) => {
    for (const ref of refs) {
      const entity = changed[ref.kind]
      if (entity !== undefined) entities.set(`${ref.kind} ${ref.key}`, keep(entity))
    }
  }
  let at = noon
  for (const [index, { minutes, afterwards, isEnrolled, ...rest }] of steps.entries()) {
    at += minutes * 60_000
    const event = testEvent({ ...rest, at } as Attempt, `key-${index}`)
    const refs = entitiesOf(event, features)
    const snapshot = read(refs, isEnrolled)
    const decided = decide(policy, snapshot, event)
    visit({ event, snapshot, decided, refs })
    write(refs, decided.changes.entities)
    const instance = throughJson(decided.changes.instance)
    const settlement = settlementOf(afterwards, at + 30_000)
    if (settlement === null) continue
    const settleRefs = instanceEntities(instance, features)
    assert.deepEqual(settleRefs, refs)
    const changes = settle(instance, read(settleRefs, isEnrolled), settlement, features)
    if (changes !== null) write(settleRefs, changes.entities)
  }
  return entities
}

interface Visit {
  event: ReturnType<typeof testEvent>
  snapshot: Snapshot
  decided: ReturnType<typeof decide>
  refs: readonly EntityRef[]
}

function settlementOf(afterwards: Step['afterwards'], at: number): Settlement | null {
  switch (afterwards) {
    case 'challenge_succeeded':
      return { kind: afterwards, at, verificationMethod: 'PASSKEY', userAuthenticatorId: null, phishingResistant: at % 2 === 0 }
    case 'challenge_failed':
      return { kind: afterwards, at }
    case 'dispute':
      return { kind: afterwards, at, actor: { kind: 'system' } }
    case 'set_state':
      return { kind: afterwards, at, state: at % 7 === 0 ? 'REVIEW_SUCCEEDED' : 'REVIEW_FAILED' }
    default:
      return null
  }
}

const histories = fc.array(attempt, { minLength: 1, maxLength: 30 })

test('decide changes none of its arguments', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      run(steps, ({ snapshot, event }) => {
        const before = JSON.stringify([snapshot, event])
        decide(policy, deepFrozen(snapshot), deepFrozen(event))
        assert.equal(JSON.stringify([snapshot, event]), before)
      })
    }),
    { numRuns: 60 },
  )
})

test('the same arguments give the same decision, byte for byte, also after a trip through JSON', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      run(steps, ({ snapshot, event, decided }) => {
        const expected = JSON.stringify(decided)
        assert.equal(JSON.stringify(decide(policy, snapshot, event)), expected)
        assert.equal(JSON.stringify(decide(policy, throughJson(snapshot), throughJson(event))), expected)
      })
    }),
    { numRuns: 60 },
  )
})

test('a store may keep what is remembered as it is, or as JSON: the decisions are the same, and so is what is remembered in the end', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      const asJson: string[] = []
      const asItIs: string[] = []
      const inJson = run(steps, ({ decided }) => asJson.push(JSON.stringify(decided)))
      const inMemory = run(steps, ({ decided }) => asItIs.push(JSON.stringify(decided)), deepFrozen)
      assert.deepEqual(asItIs, asJson)
      assert.equal(JSON.stringify([...inMemory]), JSON.stringify([...inJson]))
    }),
    { numRuns: 60 },
  )
})

test('recordTracked makes the same entities from the stored instance as decide did', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      run(steps, ({ snapshot, decided }) => {
        const instance: Instance = throughJson(decided.changes.instance)
        assert.deepEqual(throughJson(recordTracked(instance, throughJson(snapshot), features)), throughJson(decided.changes.entities))
      })
    }),
    { numRuns: 120 },
  )
})

test('what recordTracked makes of an entity depends on no other entity', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      run(steps, ({ snapshot, decided, refs }) => {
        for (const { kind } of refs) {
          const alone = { ...snapshot, entities: { [kind]: snapshot.entities[kind] } }
          const [made, expected] = [recordTracked(decided.changes.instance, alone, features)[kind], decided.changes.entities[kind]]
          assert.deepEqual(made, expected)
        }
      })
    }),
    { numRuns: 30 },
  )
})

test('a stored instance gives back every signal that its decision saw', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      run(steps, ({ snapshot, event, decided }) => {
        const seen = deriveSignals(policy, snapshot, event)
        const stored = decodeSignals(throughJson(decided.changes.instance), snapshot.user)
        assert.deepEqual(stored.values, seen.values)
        assert.deepEqual({ ...stored.features }, { ...seen.features })
        assert.deepEqual(throughJson(stored.custom), throughJson(seen.custom))
      })
    }),
    { numRuns: 60 },
  )
})

test('what is remembered stays within its bounds, whatever happened', () => {
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 150, maxLength: 400 }), (steps) => {
      const oneUser = steps.map((step) => ({ ...step, userId: 'jane' as const, minutes: Math.abs(step.minutes) % 40 }))
      const entities = run(oneUser, () => {})
      for (const [id, entity] of entities) {
        const { x: _features, ...own } = entity
        assert.ok(Buffer.byteLength(JSON.stringify(own)) <= mostProfileBytes, id)
      }
    }),
    { numRuns: 12 },
  )
})

test('a usual user is remembered in less than 1,500 bytes', () => {
  const steps = Array.from(
    { length: 300 },
    (_, i): Step => ({
      minutes: i % 5 === 0 ? 3 : 900,
      userId: 'jane',
      action: 'transfer',
      deviceId: i % 9 === 0 ? 'phone-0b1d3c55-7b1c-4f3e-9d31-4b3f5e1c9f10' : 'laptop-0b1d3c55-7b1c-4f3e-9d31-4b3f5e1c9f10',
      userAgent: i % 9 === 0 ? linuxFirefox : windowsChrome,
      ip: { ...home, address: `198.51.100.${i % 4}` },
      custom: { amount: i },
      afterwards: 'challenge_succeeded',
      isEnrolled: true,
    }),
  )
  const profile = readUserProfile(run(steps, () => {}).get('user jane'))
  const { x: _features, ...own } = profile
  assert.ok(JSON.stringify(own).length < 1500, `${JSON.stringify(own).length} bytes`)
})

test('the engine asks no clock, rolls no dice and touches nothing outside', () => {
  const forbidden =
    /\bDate\.now|new Date\(\)|\bMath\.random|\bperformance\b|\bprocess\.|\bcrypto\b|\bfetch\(|setTimeout|from 'node:|\bglobalThis\b/
  const root = join(import.meta.dirname, '..')
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
  )
  assert.ok(sources.length > 30)
  for (const path of sources) assert.doesNotMatch(readFileSync(join(root, path), 'utf8'), forbidden, path)
})

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) deepFrozen(item)
  }
  return value
}
