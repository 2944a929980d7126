import type { DatabaseSync } from 'node:sqlite'
import type { EntityCache } from './entity-cache.ts'
import type { InstanceLog } from './instance-log.ts'
import type { KeyIndex } from './key-index.ts'
import type { StoreState } from './store-state.ts'

/** Rows that one job of a group pays for: more than it adds, so that a cycle ends before the next is due. */
const ROWS_PER_JOB = 8
const ROWS_PER_GROUP = 16
const JOBS_AT_THE_END = 256

/**
 * Writes in the background what is derived from the log: changed entities, in the order of their rows, and the key index. A slice goes
 * with each group, in the same transaction, so there is no flush of its own and no pause.
 *
 * INVARIANT: `entities_through` is a place of the log before which every effect on entities is on disk.
 */
export interface WriteBehind {
  /** Within a group of so many jobs. */
  writeSlice(jobs: number): void
  /** The group is on disk. */
  committed(): void
  /**
   * `true` when everything up to a place of the log is on disk. Otherwise the next groups write more than their share, until it is. Outside a group.
   */
  hasten(place: number): boolean
  /** Writes everything that waits, in transactions of its own. Outside a group, at the end. */
  finish(): void
}

export interface WriteBehindDeps {
  database: DatabaseSync
  entities: EntityCache
  keys: KeyIndex
  log: InstanceLog
  state: StoreState
  /** Changed entities kept in memory before a cycle writes them: bounds memory, and what recovery folds again. */
  entitiesPerCycle: number
}

export function createWriteBehind({ database, entities, keys, log, state, entitiesPerCycle }: WriteBehindDeps): WriteBehind {
  let cycle: { order: Uint32Array; done: number; through: number } | undefined
  /** Numbers of records. */
  let slice: Uint32Array = new Uint32Array()
  let sliceEnd = 0
  /** Up to here the last cycle that ended has written. */
  let through = 0
  let isHastened = false

  function beginCycle(): void {
    if (cycle !== undefined || entities.dirtyCount === 0) return
    cycle = { order: entities.dirtyInOrder(), done: 0, through: log.lastSeq }
  }

  function writeSlice(jobs: number): void {
    const count = ROWS_PER_GROUP + (isHastened ? JOBS_AT_THE_END : jobs) * ROWS_PER_JOB
    isHastened = false
    keys.writeSlice(count)
    slice = new Uint32Array()
    if (cycle === undefined) return
    sliceEnd = Math.min(cycle.order.length, cycle.done + count)
    slice = cycle.order.subarray(cycle.done, sliceEnd)
    for (const no of slice) entities.writeDirty(no, log.lastSeq)
    if (sliceEnd === cycle.order.length) state.set('entities_through', cycle.through)
  }

  function committed(): void {
    for (const no of slice) entities.markClean(no)
    slice = new Uint32Array()
    if (cycle !== undefined) {
      cycle.done = sliceEnd
      if (cycle.done === cycle.order.length) {
        through = cycle.through
        cycle = undefined
      }
    }
    if (entities.dirtyCount >= entitiesPerCycle) beginCycle()
    keys.committed(log.lastSeq, false)
  }

  function commitSlices(): void {
    while (cycle !== undefined || keys.isWriting()) {
      database.exec('BEGIN IMMEDIATE')
      writeSlice(JOBS_AT_THE_END)
      database.exec('COMMIT')
      committed()
      entities.putBack()
    }
  }

  return {
    writeSlice,
    committed,
    hasten(place) {
      if (entities.dirtyCount === 0 || through >= place) return true
      beginCycle()
      isHastened = true
      return false
    },
    finish() {
      // A cycle under way covers only what came before it.
      commitSlices()
      beginCycle()
      keys.committed(log.lastSeq, true)
      commitSlices()
      state.set('entities_through', log.lastSeq)
      state.set('keys_through', log.lastSeq)
    },
  }
}
