import type { Entity, EntityRef, Snapshot } from '@sallyport/engine'
import type { EntityCache, EntityRecord } from './entity-cache.ts'
import type { SqliteState } from './sqlite-state.ts'

/** A snapshot, with the records that it was read from. */
export interface ReadSnapshot {
  user: EntityRecord
  /** In the order of the references. */
  records: readonly EntityRecord[]
  snapshot: Snapshot
}

/** Reads everything that a decision of this user reads. */
export function readSnapshot(
  { entities, facts }: Pick<SqliteState, 'entities' | 'facts'>,
  tenantNo: number,
  tenantId: string,
  userId: string,
  refs: readonly EntityRef[],
): ReadSnapshot {
  const records = entities.load(tenantNo, refs)
  const isFirst = refs[0]?.kind === 'user' && refs[0].key === userId
  const user = (isFirst && records[0]) || entities.loadOne(tenantNo, 'user', userId)
  return { user, records, snapshot: { user: facts.get(user, tenantId, userId), entities: toValues(entities, refs, records) } }
}

/** The values of some entities, by kind. */
function toValues(entities: EntityCache, refs: readonly EntityRef[], records: readonly EntityRecord[]): Snapshot['entities'] {
  const values: Partial<Record<EntityRef['kind'], Entity>> = {}
  refs.forEach((ref, index) => {
    const record = records[index]
    const value = record && entities.getValue(record)
    if (value !== undefined) values[ref.kind] = value
  })
  return values
}
