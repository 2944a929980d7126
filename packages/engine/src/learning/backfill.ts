import type { FeatureDefinition } from '../features/feature-definition.ts'
import { addToFeature, compileFeatures, counts, type FeatureWindows, mergeWindows } from '../features/feature-windows.ts'
import { decodeSignals } from '../signals/encoding.ts'
import { slot } from '../signals/registry.ts'
import type { Entity, EntityRef } from '../stored/entity.ts'
import type { PastInstance } from '../stored/past-instance.ts'
import { entitiesOf } from './entities-of.ts'
import { declaredOnly, type OtherRecord } from './memory.ts'
import { readUserProfile } from './user-profile.ts'

/** Fills one feature's windows from past instances, apart from those that live traffic is filling. */
export interface Backfill {
  /** The number of entities that have counted windows. */
  readonly size: number
  /** Counts an instance. Instances come in the order of their decisions. Entities for which `isWanted` returns false are left out. */
  add(instance: PastInstance, isWanted?: (ref: EntityRef) => boolean): void
  /** The counted entities, in an order that is always the same. */
  refs(): EntityRef[]
  /** The entity with the counted windows merged into it. */
  mergeInto(ref: EntityRef, entity: Entity | undefined, declared: readonly FeatureDefinition[]): Entity
}

/**
 * Counts instances that were decided before the feature was declared. `before`: the time of the declaration. An instance that reached its
 * state after that was counted live.
 *
 * A feature that counts states counts the current state of an instance, at the time it was reached: earlier states are not on record.
 */
export function createBackfill(definition: FeatureDefinition, before: number): Backfill {
  const features = [definition]
  const [group] = compileFeatures(features)
  const feature = group?.features[0]
  if (group === undefined || feature === undefined) throw new Error('one feature makes one group')
  const windows = new Map<string, FeatureWindows[string]>()

  function refOf(instance: PastInstance, { values, custom }: ReturnType<typeof decodeSignals>): EntityRef | undefined {
    const address = values[slot['ip.address']]
    const ip = typeof address === 'string' ? { address } : null
    const refs = entitiesOf({ userId: instance.userId, deviceId: instance.tracked.deviceId ?? null, ip, custom }, features)
    return refs.find(({ kind }) => kind === definition.per)
  }

  return {
    get size() {
      return windows.size
    },
    add(instance, isWanted) {
      const byState = definition.states !== undefined
      const at = byState ? instance.stateUpdatedAt : instance.createdAt
      if ((byState && at >= before) || !counts(feature, instance.action, byState ? instance.state : null)) return
      // An instance that no decision made was never counted.
      if (instance.signals.length === 0) return
      const signals = decodeSignals(instance)
      const ref = refOf(instance, signals)
      if (ref === undefined || isWanted?.(ref) === false) return
      const counted = windows.get(ref.key)
      // States come in another order than decisions: each is counted by itself, at its own time.
      const window = addToFeature(byState ? undefined : counted, feature, at, signals)
      if (window !== undefined) windows.set(ref.key, byState ? mergeWindows(counted, window, feature) : window)
    },
    refs: () => [...windows.keys()].sort().map((key) => ({ kind: definition.per, key })),
    mergeInto(ref, entity, declared) {
      const window = windows.get(ref.key)
      const record: OtherRecord = ref.kind === 'user' ? readUserProfile(entity) : entity?.v === 1 ? (entity as OtherRecord) : { v: 1 }
      if (window === undefined) return record as Entity
      const x = declaredOnly(record.x, compileFeatures(declared).find(({ per }) => per === definition.per) ?? group)
      x[feature.id] = mergeWindows(x[feature.id], window, feature)
      return { ...record, x } as Entity
    },
  }
}
