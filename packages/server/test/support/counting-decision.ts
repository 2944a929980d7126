import type { Decided, Entity, EntityKind, EntityRef, Instance, Snapshot } from '@sallyport/engine'
import type { DecideRequest, InstanceKey, UserTraces } from '../../src/storage/store.ts'

/**
 * A small stand-in for the engine, for tests of stores: every entity counts its instances and keeps the keys of the last ones, so that
 * a lost, doubled or reordered update shows.
 */
const REMEMBERED = 8

export interface Tracked extends InstanceKey {
  at?: number
  deviceId?: string
  ipAddress?: string
  email?: string
  padding?: string
}

export function instanceOf(tracked: Tracked): Instance {
  const { tenantId, userId, action, idempotencyKey, at = 1_000, deviceId, ipAddress, padding } = tracked
  return {
    tenantId,
    userId,
    action,
    idempotencyKey,
    createdAt: at,
    updatedAt: at,
    state: 'ALLOW',
    stateUpdatedAt: at,
    outcome: 'ALLOW',
    policyVersion: 1,
    configVersion: 1,
    dataVersion: 'none',
    ruleIds: [],
    undeterminedRuleIds: [],
    shadowRuleIds: [],
    tracked: {
      ...(ipAddress !== undefined && { ipAddress }),
      ...(deviceId !== undefined && { deviceId }),
      ...(padding !== undefined && { custom: { padding } }),
    },
    signals: [],
    verificationMethod: null,
    verifiedByAuthenticatorId: null,
    disputedAt: null,
    learnt: null,
  }
}

export function instanceEntities({ userId, tracked }: Instance): EntityRef[] {
  const refs: EntityRef[] = [{ kind: 'user', key: userId }]
  if (tracked.deviceId !== undefined) refs.push({ kind: 'device', key: tracked.deviceId })
  if (tracked.ipAddress !== undefined) refs.push({ kind: 'address', key: tracked.ipAddress })
  return refs
}

export function recordTracked(instance: Instance, { entities }: Pick<Snapshot, 'entities'>): Partial<Record<EntityKind, Entity>> {
  return Object.fromEntries(instanceEntities(instance).map(({ kind }) => [kind, counted(entities[kind], instance.idempotencyKey)]))
}

function counted(entity: Entity | undefined, key: string): Entity {
  const { count = 0, last = [] } = (entity ?? {}) as { count?: number; last?: string[] }
  return { ...entity, count: count + 1, last: [...last, key].slice(-REMEMBERED) }
}

export function requestOf(tracked: Tracked): DecideRequest {
  const { tenantId, userId, action, idempotencyKey, at = 1_000, deviceId, email } = tracked
  return {
    key: { tenantId, userId, action, idempotencyKey },
    entities: instanceEntities(instanceOf(tracked)),
    user: email === undefined ? {} : { email },
    deviceId: deviceId ?? null,
    at,
  }
}

export function decideCounting(tracked: Tracked): (snapshot: Snapshot) => Decided {
  return (snapshot) => {
    const instance = instanceOf(tracked)
    return {
      decision: { state: 'ALLOW', outcome: 'ALLOW', ruleId: null, isEnrolled: false, allowedVerificationMethods: [] },
      changes: { instance, entities: recordTracked(instance, snapshot) },
    }
  }
}

/** In this stand-in, a device is one user's own, and an address is everybody's. */
export const countingTraces: UserTraces = {
  entitiesOf: instanceEntities,
  withoutUser: ({ kind }, entity) => (kind === 'device' ? undefined : { ...entity, forgot: 'a user' }),
}
