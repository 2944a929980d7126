import type { IpFacts } from '../facts/event.ts'
import type { JsonValue } from '../facts/json-value.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import { compileFeatures } from '../features/feature-windows.ts'
import { shortHash } from '../hash.ts'
import { decodeSignals } from '../signals/encoding.ts'
import { slot } from '../signals/registry.ts'
import type { EntityKind, EntityRef } from '../stored/entity.ts'
import type { Instance } from '../stored/instance.ts'
import { addressKeyOf, networkOf } from './address-key.ts'

/** What of an event says which entities take part. */
export interface EventIdentity {
  userId: string
  deviceId: string | null
  ip: Pick<IpFacts, 'address'> | null
  custom: Readonly<Record<string, JsonValue>>
}

/**
 * The entities that the decision of an event reads and may change: the user, the device, the address, and those that the tenant's velocity features
 * count by. At most one of each kind, always in the same order.
 */
export function entitiesOf(event: EventIdentity, features: readonly FeatureDefinition[] = []): EntityRef[] {
  return refsOf(event.userId, event.deviceId, event.ip?.address, event.custom, features)
}

/** The same of a stored instance. */
export function instanceEntities(instance: Instance, features: readonly FeatureDefinition[] = []): EntityRef[] {
  const address = decodeSignals(instance).values[slot['ip.address']]
  const { userId, tracked } = instance
  return refsOf(userId, tracked.deviceId ?? null, typeof address === 'string' ? address : undefined, tracked.custom ?? {}, features)
}

function refsOf(
  userId: string,
  deviceId: string | null,
  address: string | undefined,
  custom: Readonly<Record<string, JsonValue>>,
  features: readonly FeatureDefinition[],
): EntityRef[] {
  const refs: EntityRef[] = [{ kind: 'user', key: userId }]
  if (deviceId !== null) refs.push({ kind: 'device', key: deviceId })
  if (address !== undefined) refs.push({ kind: 'address', key: addressKeyOf(address) })
  for (const { per, field, isOfUser } of compileFeatures(features)) {
    const key = per === 'network' ? address && networkOf(address) : field === undefined ? undefined : customKeyOf(custom, field)
    // The user as a hash: keys of other entities hold no user. Users with one hash share the record, which keeps them apart.
    if (key !== undefined) refs.push({ kind: per, key: isOfUser ? `${shortHash(userId)}:${key}` : key })
  }
  return refs
}

/** Of the kinds that only declared features count by, those that take part. */
export function otherKindsOf(
  address: string | null,
  custom: Readonly<Record<string, JsonValue>>,
  features: readonly FeatureDefinition[] | undefined,
): readonly EntityKind[] {
  let kinds: EntityKind[] | undefined
  for (const { per, field } of compileFeatures(features)) {
    if (per === 'network' ? address === null : field === undefined || !hasCustomKey(custom, field)) continue
    kinds ??= []
    kinds.push(per)
  }
  return kinds ?? none
}

const none: readonly EntityKind[] = []

function hasCustomKey(custom: Readonly<Record<string, JsonValue>>, name: string): boolean {
  const type = Object.hasOwn(custom, name) ? typeof custom[name] : 'undefined'
  return type === 'string' || type === 'number' || type === 'boolean'
}

/** A custom value as the key of an entity: the type is part of it, so that 1 and "1" stay apart. */
function customKeyOf(custom: Readonly<Record<string, JsonValue>>, name: string): string | undefined {
  const value = Object.hasOwn(custom, name) ? custom[name] : undefined
  if (typeof value === 'string') return `s:${value.slice(0, 256)}`
  return typeof value === 'number' || typeof value === 'boolean' ? `v:${value}` : undefined
}
