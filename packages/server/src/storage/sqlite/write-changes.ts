import type { Changes, EntityRef, Instance } from '@sallyport/engine'
import type { EntityCache, EntityRecord } from './entity-cache.ts'
import type { ReadSnapshot } from './read-snapshot.ts'
import type { SqliteState } from './sqlite-state.ts'

/**
 * Writes what a decision changes, within a group: one row at the end of the log. Entities change in memory, and `write-behind.ts` brings them to the disk
 * later: they follow from the log.
 */
export function writeChanges(parts: SqliteState, refs: readonly EntityRef[], { user, records }: ReadSnapshot, changes: Changes): void {
  appendInstance(parts, user, changes.instance, true)
  applyValues(parts.entities, refs, records, changes.entities)
}

/** Takes new values over into memory. */
export function applyValues(
  entities: EntityCache,
  refs: readonly EntityRef[],
  records: readonly EntityRecord[],
  values: Changes['entities'],
): void {
  refs.forEach((ref, index) => {
    const record = records[index]
    const value = values[ref.kind]
    if (record !== undefined && value !== undefined) entities.setValue(record, value)
  })
}

/** Appends an instance as the newest of its user. */
export function appendInstance({ log, entities }: SqliteState, user: EntityRecord, instance: Instance, isFolded: boolean): number {
  const seq = log.append(instance, user.head, isFolded)
  entities.setHead(user, seq)
  return seq
}
