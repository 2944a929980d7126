import { decide } from '../src/decide/decide.ts'
import type { Decided } from '../src/decide/decision.ts'
import { type Settlement, settle } from '../src/decide/settle.ts'
import type { IpFacts, TrackedEvent } from '../src/facts/event.ts'
import type { JsonValue } from '../src/facts/json-value.ts'
import { NOT_APPLICABLE } from '../src/facts/missing.ts'
import { parseUserAgent } from '../src/facts/user-agent.ts'
import type { DeviceFacts, UserFacts } from '../src/facts/user-facts.ts'
import type { FeatureDefinition } from '../src/features/feature-definition.ts'
import { entitiesOf, instanceEntities } from '../src/learning/entities-of.ts'
import { compilePolicy } from '../src/policy/compile-policy.ts'
import type { PolicyContext, PolicyDefinition, RuleDefinition } from '../src/policy/policy-definition.ts'
import { emptyPopulation, type PopulationStatistics } from '../src/score/population.ts'
import { decodeSignals } from '../src/signals/encoding.ts'
import { findSignal } from '../src/signals/registry.ts'
import type { Changes } from '../src/stored/changes.ts'
import type { Entity, EntityRef } from '../src/stored/entity.ts'
import type { Instance } from '../src/stored/instance.ts'
import type { Snapshot } from '../src/stored/snapshot.ts'

/** A tenant in memory for tests. It stores everything as JSON, as a store would. */
export interface TestTenant {
  track(attempt?: Attempt): Tracked
  settle(instance: Instance, settlement: Settlement): Changes | null
  /** Tracks an action that is challenged, and passes the challenge. */
  pass(attempt?: Attempt, phishingResistant?: boolean): Instance
  /** Tracks an action that is challenged, and fails the challenge. */
  fail(attempt?: Attempt): Instance
  snapshot(refs: readonly EntityRef[]): Snapshot
  user: UserFacts
  population: PopulationStatistics
  entities: ReadonlyMap<string, Entity>
}

export interface Attempt {
  at?: number
  userId?: string
  action?: string
  ip?: Partial<IpFacts> | null
  deviceId?: string | null
  deviceProof?: TrackedEvent['deviceProof']
  userAgent?: string | null
  custom?: Record<string, JsonValue>
}

export interface Tracked extends Decided {
  event: TrackedEvent
  snapshot: Snapshot
  instance: Instance
  /** The value of a signal that the decision saw. */
  signal(name: string): unknown
}

export const noon = Date.UTC(2026, 0, 5, 12)
export const hour = 3_600_000
export const day = 24 * hour

export const windowsChrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
export const linuxFirefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'

/** A home connection in Auckland. */
export const home: IpFacts = {
  address: '198.51.100.7',
  version: 4,
  network: '198.51.100.0/24',
  isPrivate: false,
  isTor: false,
  isVpn: false,
  isProxy: false,
  isHosting: false,
  isRelay: false,
  isCrawler: false,
  isGateway: false,
  isAnonymous: false,
  anonymityConfidence: 0,
  asn: 64500,
  asnName: 'Example Broadband',
  asnType: 'isp',
  countryCode: 'NZ',
  cityName: 'Auckland',
  latitude: -36.8512,
  longitude: 174.7654,
  accuracyKm: 20,
  timeZone: 'Pacific/Auckland',
  countryCodeInOfacList: false,
}

/** A connection in Berlin, where the attackers of these tests live. */
export const abroad: Partial<IpFacts> = {
  address: '192.0.2.66',
  network: '192.0.2.0/24',
  asn: 64510,
  asnName: 'Example DSL',
  countryCode: 'DE',
  cityName: 'Berlin',
  latitude: 52.52,
  longitude: 13.405,
  timeZone: 'Europe/Berlin',
}

export const torExit: Partial<IpFacts> = { ...abroad, address: '192.0.2.200', isTor: true, isHosting: true, isAnonymous: true }

/** A special-purpose address, as the look-up answers it. */
export const privateAddress: Partial<IpFacts> = {
  address: '10.0.0.5',
  network: '10.0.0.0/24',
  isPrivate: true,
  asn: NOT_APPLICABLE,
  asnName: NOT_APPLICABLE,
  asnType: NOT_APPLICABLE,
  countryCode: NOT_APPLICABLE,
  cityName: NOT_APPLICABLE,
  latitude: NOT_APPLICABLE,
  longitude: NOT_APPLICABLE,
  accuracyKm: NOT_APPLICABLE,
  timeZone: NOT_APPLICABLE,
  countryCodeInOfacList: NOT_APPLICABLE,
}

const rules: RuleDefinition[] = [
  { ruleId: 'must-block', name: 'Must block', priority: 0, outcome: 'BLOCK', mode: 'active', conditions: isTrue('custom.mustBlock') },
  {
    ruleId: 'must-challenge',
    name: 'Must challenge',
    priority: 1,
    outcome: 'CHALLENGE',
    mode: 'active',
    conditions: isTrue('custom.mustChallenge'),
  },
]

/** A condition that a signal is true. */
export function isTrue(name: string): JsonValue {
  return { '==': [{ var: name }, true] }
}

/** A tenant whose action is allowed, unless `custom.mustChallenge` or `custom.mustBlock` is tracked. */
export function createTestTenant(
  policy: Partial<PolicyDefinition> = {},
  features?: readonly FeatureDefinition[],
  context: Partial<PolicyContext> = {},
): TestTenant {
  const compiled = compilePolicy(
    { action: 'transfer', version: 1, defaultOutcome: 'ALLOW', whenUnenrolled: 'ENROLL', verificationMethods: [], rules, ...policy },
    { lists: new Map(), enabledMethods: ['PASSKEY', 'EMAIL_OTP'], configVersion: 1, features, ...context },
  )
  const entities = new Map<string, Entity>()
  const idOf = ({ kind, key }: EntityRef) => `${kind} ${key}`
  let counter = 0

  function snapshot(refs: readonly EntityRef[]): Snapshot {
    const found: Record<string, Entity> = {}
    for (const ref of refs) {
      const entity = entities.get(idOf(ref))
      if (entity !== undefined) found[ref.kind] = entity
    }
    return { user: tenant.user, entities: found, population: tenant.population }
  }
  function store(refs: readonly EntityRef[], changes: Changes): void {
    for (const ref of refs) {
      const entity = changes.entities[ref.kind]
      if (entity !== undefined) entities.set(idOf(ref), throughJson(entity))
    }
  }

  const tenant: TestTenant = {
    user: {
      createdAt: noon - 100 * day,
      email: 'jane@example.com',
      phoneNumber: null,
      username: null,
      custom: {},
      enrolledMethods: ['PASSKEY'],
      devices: [],
      authenticators: [],
    },
    population: emptyPopulation,
    entities,
    snapshot,
    track(attempt = {}) {
      counter += 1
      const event = testEvent(attempt, `key-${counter}`)
      const refs = entitiesOf(event, features)
      const before = snapshot(refs)
      const decided = decide(compiled, before, event)
      store(refs, decided.changes)
      const instance = throughJson(decided.changes.instance)
      const signals = decodeSignals(instance, tenant.user)
      return {
        ...decided,
        event,
        snapshot: before,
        instance,
        signal(name) {
          const found = findSignal(name)
          return found === undefined ? signals.features[name.replace('velocity.', '')] : signals.values[found.position]
        },
      }
    },
    settle(instance, settlement) {
      const refs = instanceEntities(instance, features)
      const changes = settle(instance, snapshot(refs), settlement, features)
      if (changes !== null) store(refs, changes)
      return changes && { instance: throughJson(changes.instance), entities: changes.entities }
    },
    pass(attempt = {}, phishingResistant = true) {
      const { instance } = tenant.track({ ...attempt, custom: { ...attempt.custom, mustChallenge: true } })
      const at = instance.createdAt + 1000
      const method = phishingResistant ? 'PASSKEY' : 'EMAIL_OTP'
      const settlement = {
        kind: 'challenge_succeeded',
        at,
        verificationMethod: method,
        userAuthenticatorId: null,
        phishingResistant,
      } as const
      return tenant.settle(instance, settlement)?.instance ?? instance
    },
    fail(attempt = {}) {
      const { instance } = tenant.track({ ...attempt, custom: { ...attempt.custom, mustChallenge: true } })
      return tenant.settle(instance, { kind: 'challenge_failed', at: instance.createdAt + 1000 })?.instance ?? instance
    },
  }
  return tenant
}

export function testEvent(attempt: Attempt, idempotencyKey: string): TrackedEvent {
  const { at = noon, userId = 'jane', action = 'transfer', deviceId = 'laptop', userAgent = windowsChrome, custom = {} } = attempt
  const ip = attempt.ip === null ? null : { ...home, ...attempt.ip }
  const tracked = {
    ipAddress: ip?.address,
    userAgent: userAgent ?? undefined,
    deviceId: deviceId ?? undefined,
    custom,
  }
  return {
    tenantId: 'tenant',
    userId,
    action,
    idempotencyKey,
    at,
    ip,
    userAgent: userAgent === null ? null : parseUserAgent(userAgent),
    deviceId,
    ...(attempt.deviceProof && { deviceProof: attempt.deviceProof }),
    custom: Object.assign(Object.create(null), custom),
    tracked,
    dataVersion: 'test',
  }
}

export function device(deviceId: string, changes: Partial<DeviceFacts> = {}): DeviceFacts {
  return { deviceId, createdAt: noon - 10 * day, rememberedUntil: null, invalidatedAt: null, hasUsedPasskey: false, ...changes }
}

export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
