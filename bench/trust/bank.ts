import {
  type Changes,
  createPopulationCounter,
  type Decided,
  decide,
  type Entity,
  type EntityRef,
  entitiesOf,
  type Instance,
  instanceEntities,
  type Policy,
  type PopulationStatistics,
  parseUserAgent,
  type Snapshot,
  settle,
  type TrackedEvent,
  type UserAgentFacts,
} from '@sallyport/engine'
import { customer } from '../bank-signals.ts'
import type { Machine } from './plan-transfers.ts'

/** A tenant in memory: the engine decides, settles and learns as it does behind a store. */
export interface Bank {
  /** `joinedAt`: when the user's account was opened. */
  track(transfer: Machine & { at: number; userId: string; amount: number; joinedAt: number }): Decided
  /** The user answers the challenge of an instance with their passkey. */
  pass(instance: Instance, at: number): void
}

const userAgents = new Map<string, UserAgentFacts>()

export function createBank(policy: Policy): Bank {
  const { features } = policy.context
  const remembered = new Map<string, Entity>()
  const counter = createPopulationCounter()
  let population: PopulationStatistics = counter.statistics()
  let countedAt = 0
  let tracked = 0

  return {
    track({ at, userId, amount, joinedAt, ip, deviceId, deviceProof, userAgent }) {
      tracked += 1
      const custom = Object.assign(Object.create(null), { transactionValue: amount })
      const event: TrackedEvent = {
        tenantId: 'bank',
        userId,
        action: policy.definition.action,
        idempotencyKey: String(tracked),
        at,
        ip,
        userAgent: userAgent === null ? null : parsed(userAgent),
        deviceId,
        ...(deviceProof && { deviceProof }),
        custom,
        tracked: { ipAddress: ip.address, userAgent: userAgent ?? undefined, deviceId: deviceId ?? undefined, custom },
        dataVersion: 'made up',
      }
      const refs = entitiesOf(event, features)
      const decided = decide(policy, snapshot(refs, joinedAt), event)
      remember(refs, decided.changes)
      return decided
    },
    pass(instance, at) {
      const refs = instanceEntities(instance, features)
      const settlement = {
        kind: 'challenge_succeeded',
        at,
        verificationMethod: 'PASSKEY',
        userAuthenticatorId: null,
        phishingResistant: true,
      } as const
      const changes = settle(instance, snapshot(refs, instance.createdAt), settlement, features)
      if (changes !== null) remember(refs, changes)
    },
  }

  function snapshot(refs: readonly EntityRef[], createdAt: number): Snapshot {
    const entities: Record<string, Entity> = {}
    for (const { kind, key } of refs) {
      const entity = remembered.get(`${kind} ${key}`)
      if (entity !== undefined) entities[kind] = entity
    }
    return { user: { ...customer, createdAt }, entities, population }
  }

  function remember(refs: readonly EntityRef[], { entities, accepted }: Changes): void {
    for (const { kind, key } of refs) {
      const entity = entities[kind]
      if (entity !== undefined) remembered.set(`${kind} ${key}`, entity)
    }
    if (accepted === undefined) return
    counter.add(accepted)
    // A server publishes them again whenever they have grown by a twentieth.
    if (counter.added < countedAt * 1.05) return
    population = counter.statistics()
    countedAt = counter.added
  }
}

function parsed(text: string): UserAgentFacts {
  const known = userAgents.get(text) ?? parseUserAgent(text)
  userAgents.set(text, known)
  return known
}
