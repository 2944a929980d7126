import assert from 'node:assert/strict'
import { encodeSignals, findSignal, findStoredReader, type Instance, type LabelValue, type Outcome, type State } from '@sallyport/engine'
import { parseAddress } from '../../src/addresses/parse-address.ts'
import { withParts, wordsOf } from '../../src/storage/search/words-of.ts'
import type { CustomComparison, EventFilter, EventQuery, RollUp, RuleRollUp, SearchingStore } from '../../src/storage/searching-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { createRandom } from '../fuzz/random.ts'
import { decideCounting, instanceOf, requestOf } from './counting-decision.ts'

// Instances of every kind for tests of the read side, and what it should say of them, found by looking at each.

const actions = ['transfer', 'sign-in', 'Überweisung']
const users = ['alice', 'Bob', 'carol@example.com', 'dave/1', 'erin-7']
const devices = [undefined, 'phone-1', 'Phone-1', 'tablet', '3f2a1b4c-5d6e-4f70-8a9b-0c1d2e3f4a5b']
const addresses = [undefined, '192.0.2.7', '192.0.2.8', '192.0.3.7', '198.51.100.1', '2001:db8::1', '2001:db8:0:1::2', '203.0.113.200']
const countries = [undefined, 'NL', 'DE']
const ruleIds = ['rule-a', 'rule-b', 'rule-c']
const outcomes: Outcome[] = ['ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK']
const statesOf: Record<Outcome, State[]> = {
  ALLOW: ['ALLOW'],
  CHALLENGE: ['CHALLENGE_REQUIRED', 'CHALLENGE_SUCCEEDED', 'CHALLENGE_FAILED'],
  REVIEW: ['REVIEW_REQUIRED', 'REVIEW_SUCCEEDED', 'REVIEW_FAILED'],
  BLOCK: ['BLOCK'],
}
const customs: readonly Instance['tracked']['custom'][] = [
  undefined,
  { note: 'Zoë paid order-17' },
  { recipient: 'DE89 3704', amount: 12.5 },
  { tags: ['urgent', 'order-18'] },
]
const texts = [
  'ali',
  'bob',
  'EXAMPLE.com',
  'zoe',
  'order-1',
  '17',
  'k1',
  'phone',
  '192.0.2',
  '2001:db8',
  '3f2a1b4c',
  'order urgent',
  'unheard',
  'de89',
  '12.5',
]

const comparisons: readonly Omit<CustomComparison, 'name'>[] = [
  { operator: '>', value: '12' },
  { operator: '>=', value: '12.5' },
  { operator: '<', value: '12.5' },
  { operator: '<=', value: '1e2' },
  { operator: '=', value: '12.50' },
  { operator: '=', value: 'urgent' },
]

export type Random = () => number

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}

const hour = 60 * 60 * 1000

/** The nth instance of a tenant, tracked within some days. */
export function randomInstance(random: Random, tenantId: string, n: number): Instance {
  const outcome = pick(random, outcomes)
  const matched = outcome === 'ALLOW' ? [] : ruleIds.filter(() => random() < 0.5)
  const ipAddress = pick(random, addresses)
  const deviceId = pick(random, devices)
  const custom = pick(random, customs)
  const createdAt = Math.floor(random() * 60) * hour + Math.floor(random() * 3)
  return {
    ...instanceOf({ tenantId, userId: pick(random, users), action: pick(random, actions), idempotencyKey: `k${n}`, at: createdAt }),
    tracked: { ...(ipAddress && { ipAddress }), ...(deviceId && { deviceId }), ...(custom && { custom }) },
    outcome,
    state: pick(random, statesOf[outcome]),
    ruleIds: matched,
    undeterminedRuleIds: matched.filter(() => random() < 0.2),
    shadowRuleIds: ruleIds.filter(() => random() < 0.1),
    signals: signalsOf(ipAddress, pick(random, countries)),
  }
}

function signalsOf(ipAddress: string | undefined, country: string | undefined): Instance['signals'] {
  const values: (string | { missing: 'not_provided' })[] = []
  for (const [name, value] of [
    ['ip.address', ipAddress],
    ['ip.location.country.countryCode', country],
  ] as const) {
    const position = findSignal(name)?.position
    assert.ok(position !== undefined)
    if (value !== undefined) values[position] = value
  }
  const nothing = Object.create(null)
  return encodeSignals({ values, custom: nothing, userCustom: nothing, features: nothing }, ipAddress)
}

/** A later change of an instance, as settlements, disputes and labels make them. */
export function changed(random: Random, instance: Instance): Instance {
  const at = instance.createdAt + 1_000
  const actor = { kind: 'system' as const }
  switch (Math.floor(random() * 4)) {
    case 0:
      return { ...instance, state: pick(random, statesOf[instance.outcome]), stateUpdatedAt: at }
    case 1:
      return { ...instance, disputedAt: at }
    case 2: {
      const { label: _, ...unlabelled } = instance
      return unlabelled
    }
    default:
      return {
        ...instance,
        label: { value: pick(random, ['good', 'fraud']), at, source: 'person', actor } as NonNullable<Instance['label']>,
      }
  }
}

export async function decide(store: Pick<Store, 'decide'>, instance: Instance, user: { email?: string } = {}): Promise<void> {
  const { tenantId, userId, action, idempotencyKey, createdAt, tracked } = instance
  const { ipAddress, deviceId } = tracked
  const asked = { tenantId, userId, action, idempotencyKey, at: createdAt, ...(ipAddress && { ipAddress }), ...(deviceId && { deviceId }) }
  await store.decide({ ...requestOf(asked), user }, (snapshot) => {
    const decided = decideCounting(asked)(snapshot)
    return { ...decided, changes: { ...decided.changes, instance } }
  })
}

export async function replace(store: Pick<Store, 'transaction'>, instance: Instance): Promise<void> {
  await store.transaction({ tenantId: instance.tenantId, userId: instance.userId }, (tx) =>
    tx.settle(
      instance,
      () => [],
      () => ({ instance, entities: {} }),
    ),
  )
}

export function randomFilter(random: Random): EventFilter {
  const filter: EventFilter = {}
  const often = (share: number) => random() < share
  if (often(0.25)) filter.userId = pick(random, [...users, 'nobody'])
  if (often(0.25)) {
    const [first, last] = pick(random, [
      ['192.0.2.7', '192.0.2.7'],
      ['192.0.2.0', '192.0.2.255'],
      ['192.0.2.8', '192.0.3.7'],
      ['192.0.0.0', '192.127.255.255'],
      ['0.0.0.0', '255.255.255.255'],
      ['2001:db8::', '2001:db8::ffff:ffff:ffff:ffff'],
      ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
      ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ])
    filter.ipAddresses = { first: first as string, last: last as string }
  }
  if (often(0.2)) filter.deviceId = pick(random, [...devices.filter((device) => device !== undefined), 'none'])
  if (often(0.2)) filter.actions = pick(random, [['transfer'], ['transfer', 'sign-in'], ['Überweisung'], ['unheard-of']])
  if (often(0.25)) filter.states = pick(random, [['ALLOW'], ['CHALLENGE_FAILED', 'BLOCK'], ['REVIEW_REQUIRED']])
  if (often(0.2)) filter.ruleId = pick(random, [...ruleIds, 'rule-z'])
  if (often(0.1)) filter.decidedBy = pick(random, [...ruleIds, null])
  if (often(0.1)) filter.hasOneRule = often(0.5)
  if (often(0.1)) filter.shadowRuleId = pick(random, ruleIds)
  if (often(0.1)) filter.outcomes = pick(random, [['ALLOW'], ['REVIEW', 'BLOCK']])
  if (often(0.1)) filter.custom = [{ name: pick(random, ['amount', 'tags', '__proto__']), ...pick(random, comparisons) }]
  if (often(0.2)) filter.label = pick(random, ['good', 'fraud', 'none'])
  if (often(0.2)) filter.isDisputed = often(0.5)
  if (often(0.2)) filter.countries = pick(random, [['NL'], ['DE', null], [null], ['ZZ', 'DE']])
  if (often(0.2)) filter.from = Math.floor(random() * 60) * hour + 1
  if (often(0.2)) filter.to = Math.floor(random() * 60) * hour + 1
  if (often(0.3)) filter.text = pick(random, texts)
  return filter
}

/** Whether an instance matches, by its own members alone. `email`: of its user. */
export function matches(instance: Instance, filter: EventFilter, email?: string): boolean {
  const { userId, action, state, ruleIds, label, disputedAt, createdAt, tracked, idempotencyKey } = instance
  if (filter.userId !== undefined && filter.userId !== userId) return false
  if (filter.ipAddresses !== undefined && !isBetween(tracked.ipAddress, filter.ipAddresses)) return false
  if (filter.deviceId !== undefined && filter.deviceId !== tracked.deviceId) return false
  if (filter.actions !== undefined && !filter.actions.includes(action)) return false
  if (filter.states !== undefined && !filter.states.includes(state)) return false
  if (filter.ruleId !== undefined && !ruleIds.includes(filter.ruleId)) return false
  if (filter.decidedBy !== undefined && filter.decidedBy !== (ruleIds[0] ?? null)) return false
  if (filter.hasOneRule !== undefined && filter.hasOneRule !== (ruleIds.length === 1)) return false
  if (filter.shadowRuleId !== undefined && !instance.shadowRuleIds.includes(filter.shadowRuleId)) return false
  if (filter.outcomes !== undefined && !filter.outcomes.includes(instance.outcome)) return false
  if (filter.custom !== undefined && !filter.custom.every((comparison) => compares(tracked.custom, comparison))) return false
  if (filter.label !== undefined && filter.label !== (label?.value ?? 'none')) return false
  if (filter.isDisputed !== undefined && filter.isDisputed !== (disputedAt !== null)) return false
  if (filter.countries !== undefined && !filter.countries.includes(countryOf(instance))) return false
  if (filter.from !== undefined && createdAt < filter.from) return false
  if (filter.to !== undefined && createdAt >= filter.to) return false
  if (filter.text === undefined) return true
  const said = [userId, idempotencyKey, tracked.ipAddress, tracked.deviceId, email, ...Object.values(tracked.custom ?? {}).flat()]
  const words = said.flatMap((text) => (text === undefined ? [] : wordsOf(String(text)).flatMap(withParts)))
  return wordsOf(filter.text).every((word) => words.some((candidate) => candidate.startsWith(word)))
}

/** For the custom data that instances here have. */
function compares(custom: Instance['tracked']['custom'], { name, operator, value }: CustomComparison): boolean {
  if (name === 'tags') return operator === '=' && value === 'urgent' && custom?.tags !== undefined
  if (name !== 'amount' || custom?.amount === undefined) return false
  return operator !== '<' && value !== 'urgent'
}

function countryOf({ signals, tracked }: Instance): string | null {
  const read = findStoredReader(findSignal('ip.location.country.countryCode')?.position ?? assert.fail())
  const country = read?.(signals, tracked.ipAddress)
  return typeof country === 'string' ? country : null
}

function isBetween(text: string | undefined, { first, last }: { first: string; last: string }): boolean {
  const [address, low, high] = [text ?? '', first, last].map((each) => parseAddress(each))
  if (!address || !low || !high || address.version !== low.version) return false
  return compare(address.words, low.words) >= 0 && compare(address.words, high.words) <= 0
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, word] of a.entries()) if (word !== b[index]) return word - (b[index] ?? 0)
  return 0
}

/** All pages of a search. Checks that they are in order and name nothing twice. */
export async function searchAll(store: SearchingStore, tenantId: string, query: EventQuery): Promise<Instance[]> {
  const found: Instance[] = []
  let after = query.after
  do {
    const { events, next } = await store.searchEvents(tenantId, { ...query, ...(after !== undefined && { after }) })
    assert.ok(events.length <= query.limit)
    found.push(...events)
    after = next
  } while (after !== undefined)
  for (const [index, { createdAt }] of found.entries()) {
    const before = found[index - 1]?.createdAt ?? createdAt
    assert.ok(query.order === 'newest' ? before >= createdAt : before <= createdAt, 'they are in the order of time')
  }
  assert.equal(new Set(found.map(nameOf)).size, found.length, 'none is there twice')
  return found
}

export function nameOf({ userId, action, idempotencyKey }: Instance): string {
  return `${userId} ${action} ${idempotencyKey}`
}

/** Everything the read side says of a tenant is what these instances, all it has, say. */
export async function assertReadSide(store: SearchingStore, tenantId: string, all: Iterable<Instance>): Promise<void> {
  await store.foldReadSide()
  const instances = [...all].filter((instance) => instance.tenantId === tenantId)
  const found = await searchAll(store, tenantId, { filter: {}, order: 'newest', limit: 200 })
  assert.deepEqual(found.map(nameOf).sort(), instances.map(nameOf).sort())
  const byName = new Map(instances.map((instance) => [nameOf(instance), instance]))
  for (const instance of found) assert.deepEqual(plain(instance), plain(byName.get(nameOf(instance))))
  const seeded = createRandom(instances.length)
  for (let n = 0; n < 8; n++) {
    const { text: _, ...filter } = randomFilter(() => seeded.integer(2 ** 30) / 2 ** 30)
    const some = await searchAll(store, tenantId, { filter, order: 'oldest', limit: 100 })
    const expected = instances.filter((instance) => matches(instance, filter))
    assert.deepEqual(some.map(nameOf).sort(), expected.map(nameOf).sort(), JSON.stringify(filter))
  }
  for (const bucket of ['hour', 'day'] as const) {
    const whole = { from: 0, to: 10_000 * hour, bucket }
    assert.deepEqual(sorted(await store.rollUps(tenantId, whole)), sorted(countRollUps(instances, bucket)))
    assert.deepEqual(sorted(await store.ruleRollUps(tenantId, whole)), sorted(countRuleRollUps(instances, bucket)))
  }
}

/** Without what members have of prototypes. */
function plain(instance: Instance | undefined): unknown {
  return instance && JSON.parse(JSON.stringify(instance))
}

export function countRollUps(instances: readonly Instance[], bucket: 'hour' | 'day'): RollUp[] {
  const country = findSignal('ip.location.country.countryCode')
  return count(instances, ({ createdAt, action, outcome, state, ruleIds, signals, label }) => [
    {
      at: beginning(createdAt, bucket),
      action,
      outcome,
      state,
      ruleId: ruleIds[0] ?? null,
      country: (signals.find((value) => country !== undefined && (value === 'NL' || value === 'DE')) ?? null) as string | null,
      label: (label?.value ?? null) as LabelValue | null,
    },
  ])
}

export function countRuleRollUps(instances: readonly Instance[], bucket: 'hour' | 'day'): RuleRollUp[] {
  return count(instances, ({ createdAt, action, state, ruleIds, shadowRuleIds, undeterminedRuleIds, label }) => {
    const common = { at: beginning(createdAt, bucket), action, state, label: (label?.value ?? null) as LabelValue | null }
    return [
      ...ruleIds.map((ruleId) => ({ ...common, ruleId, part: 'matched' as const })),
      ...shadowRuleIds.map((ruleId) => ({ ...common, ruleId, part: 'shadow' as const })),
      ...undeterminedRuleIds.map((ruleId) => ({ ...common, ruleId, part: 'undetermined' as const })),
    ]
  })
}

function count<Key extends object>(instances: readonly Instance[], keysOf: (instance: Instance) => Key[]): (Key & { events: number })[] {
  const counts = new Map<string, Key & { events: number }>()
  for (const key of instances.flatMap(keysOf)) {
    const name = JSON.stringify(key)
    const known = counts.get(name) ?? { ...key, events: 0 }
    known.events += 1
    counts.set(name, known)
  }
  return [...counts.values()]
}

function beginning(at: number, bucket: 'hour' | 'day'): number {
  const span = bucket === 'hour' ? hour : 24 * hour
  return at - (at % span)
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort()
}
