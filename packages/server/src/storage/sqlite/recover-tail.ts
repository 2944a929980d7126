import {
  type Entity,
  type EntityKind,
  type EntityRef,
  type FeatureDefinition,
  type Instance,
  type Snapshot,
  unknownUser,
} from '@sallyport/engine'
import type { FeatureHistory } from '../feature-history.ts'
import type { Dictionary } from './dictionary.ts'
import type { EntityCache, EntityRecord } from './entity-cache.ts'
import type { InstanceLog } from './instance-log.ts'
import type { KeyIndex } from './key-index.ts'
import type { StoreState } from './store-state.ts'

/**
 * The engine's part in recovery: which entities an instance took part in, and what it made of them, from the stored instance and the velocity features that
 * were declared when it was decided.
 */
export interface Folding {
  instanceEntities(instance: Instance, features: readonly FeatureDefinition[]): readonly EntityRef[]
  recordTracked(instance: Instance, snapshot: Snapshot, features: readonly FeatureDefinition[]): Snapshot['entities']
}

export interface RecoverDeps {
  entities: EntityCache
  keys: KeyIndex
  log: InstanceLog
  state: StoreState
  dictionary: Dictionary
  folding: Folding
  featuresAt: FeatureHistory
}

/**
 * Folds the end of the log again, into memory: what had not been written behind when the process ended. Each row knows up to which place of the
 * log it is complete, so an instance counts once. Returns how many instances it read.
 */
export function recoverTail({ entities, keys, log, state, dictionary, folding, featuresAt }: RecoverDeps): number {
  const entitiesThrough = Number(state.find('entities_through') ?? 0)
  const keysThrough = Number(state.find('keys_through') ?? 0)
  let count = 0
  for (const { seq, isFolded, instance } of log.after(Math.min(entitiesThrough, keysThrough))) {
    count++
    const tenantNo = dictionary.toNumber(instance.tenantId)
    if (seq > keysThrough) {
      keys.add(seq, tenantNo, instance.userId, dictionary.toNumber(instance.action), instance.idempotencyKey)
    }
    if (seq <= entitiesThrough) continue
    const user = entities.loadOne(tenantNo, 'user', instance.userId)
    if (user.head < seq) entities.setHead(user, seq)
    if (isFolded) fold(tenantNo, seq, instance)
    entities.putBack()
  }
  return count

  function fold(tenantNo: number, seq: number, instance: Instance): void {
    const features = featuresAt(instance.tenantId, instance.configVersion)
    const refs = folding.instanceEntities(instance, features)
    const records = entities.load(tenantNo, refs)
    const values: Partial<Record<EntityKind, Entity>> = {}
    for (const [index, ref] of refs.entries()) {
      const value = entities.getValue(records[index] as EntityRecord)
      if (value !== undefined) values[ref.kind] = value
    }
    const changed = folding.recordTracked(instance, { user: unknownUser, entities: values }, features)
    for (const [index, ref] of refs.entries()) {
      const record = records[index] as EntityRecord
      const value = changed[ref.kind]
      if (value === undefined || record.asOf >= seq) continue
      entities.setValue(record, value)
      record.asOf = seq
    }
  }
}
