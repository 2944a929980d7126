import { type Entity, entitiesOf, type IpFacts, parseUserAgent, type Snapshot, type TrackedEvent, type UserFacts } from '@sallyport/engine'
import { homeAddress } from '../packages/server/test/support/address-facts.ts'
import { type BankEvent, bankEvents } from './bank-events.ts'

const userAgents = new Map<string, ReturnType<typeof parseUserAgent>>()

/** The transfers of `bank-events.ts` as input of the engine, one every few seconds, with the facts about their addresses. */
export function trackedBankEvents(users: number, seed: number): () => TrackedEvent {
  const next = bankEvents(users, seed)
  let at = Date.UTC(2026, 0, 5, 8)
  return () => {
    at += 7_000
    return toTrackedEvent(next(), at)
  }
}

/** Turns one transfer into the engine's input. `at` is milliseconds UTC. */
export function toTrackedEvent(
  { userId, idempotencyKey, ipAddress, userAgent, deviceId, custom: given }: BankEvent,
  at: number,
): TrackedEvent {
  const custom = Object.assign(Object.create(null), given)
  return {
    tenantId: 'bench',
    userId,
    action: 'transfer',
    idempotencyKey,
    at,
    ip: factsOf(ipAddress),
    userAgent: parsed(userAgent),
    deviceId,
    custom,
    tracked: { ipAddress, userAgent, deviceId, custom },
    dataVersion: 'bench',
  }
}

function parsed(text: string): ReturnType<typeof parseUserAgent> {
  const known = userAgents.get(text) ?? parseUserAgent(text)
  userAgents.set(text, known)
  return known
}

function factsOf(address: string): IpFacts {
  const isHosting = address.endsWith('7')
  return {
    ...homeAddress,
    address,
    network: `${address.slice(0, address.lastIndexOf('.'))}.0/24`,
    isHosting,
    isAnonymous: isHosting,
    anonymityConfidence: 0.8,
    countryCode: address.startsWith('73.') ? 'US' : 'NZ',
  }
}

export const customer: UserFacts = {
  createdAt: Date.UTC(2025, 0, 1),
  email: null,
  phoneNumber: null,
  username: null,
  custom: Object.create(null),
  enrolledMethods: ['PASSKEY'],
  devices: [],
  authenticators: [],
}

/** The profiles of the bank's customers, in memory: a store without its disk. */
export interface BankMemory {
  snapshot(event: TrackedEvent): Snapshot
  remember(event: TrackedEvent, entities: Readonly<Record<string, Entity | undefined>>): void
}

export function createBankMemory(): BankMemory {
  const remembered = new Map<string, Entity>()
  return {
    snapshot(event) {
      const entities: Record<string, Entity> = {}
      for (const { kind, key } of entitiesOf(event)) {
        const entity = remembered.get(`${kind} ${key}`)
        if (entity !== undefined) entities[kind] = entity
      }
      return { user: customer, entities }
    },
    remember(event, entities) {
      for (const { kind, key } of entitiesOf(event)) {
        const entity = entities[kind]
        if (entity !== undefined) remembered.set(`${kind} ${key}`, entity)
      }
    },
  }
}
