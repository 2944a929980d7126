import { setImmediate as turn } from 'node:timers/promises'
import { WrongMasterKeyError } from '../keys/api-keys.ts'
import { migrations } from '../storage/migrations/migration.ts'
import type { SqliteStore } from '../storage/sqlite/open-sqlite-store.ts'
import type { Db } from '../storage/store.ts'
import { HoldEndedError, MoveError } from './move-error.ts'
import {
  findMovedStore,
  findMovedTenant,
  findMoveUnderWay,
  listMovedTenants,
  type MoveMark,
  putMoved,
  putMoveUnderWay,
  removeMoved,
  removeMoveUnderWay,
} from './move-marks.ts'
import { forgetChanges, recordChanges, stopRecordingChanges } from './record-changes.ts'
import type { WriteGate } from './write-gate.ts'

/** What moves, and where to. */
export interface MoveTarget {
  /** Without user and password. */
  to: string
  /** `null`: every tenant. */
  tenantId: string | null
}

/** Who moves it. */
export interface Mover {
  schemaVersion: number
  /** Of the master key that the mover has. */
  keyFingerprint: string
}

/** How the source stands to a move. */
export interface BegunMove {
  id: string
  /** The source has given everything away already: nothing changes there any more. */
  isDone: boolean
  /** Of the master key that the source uses. */
  keyFingerprint: string
}

/**
 * The part of a move that happens in the process which has the embedded store: it alone can say what changes, write what is in its memory, and stop
 * answering. Each takes and returns plain JSON: a running server is asked over its control socket.
 */
export interface Departure {
  /** Begins a move, or goes on with the one under way. Refuses when another one is, and a mover of another release or with another master key. */
  begin(target: MoveTarget & Mover): Promise<BegunMove>
  /** Forgets recorded changes up to a place, and writes to the file what is only in memory. */
  flush(input: { consumed: number }): Promise<void>
  /**
   * Refuses writes from now on and writes everything to the file; without more of it they are accepted again `forMs` later. Called again with what it
   * returned, it holds on for that long from then; it throws when writes were accepted in between.
   */
  hold(input: { forMs: number; hold: string | null }): Promise<string>
  /** Accepts writes again. */
  release(): Promise<void>
  /** The target has everything: what moved is refused from now on, in this process and the next. Throws when writes were accepted since the hold. */
  finish(input: { id: string; hold: string }): Promise<void>
  /** Gives a move up, also one that is done: the source is as if it had never begun. */
  abandon(input: { tenantId: string | null }): Promise<MoveMark | null>
}

export interface DepartureDeps {
  /** Not behind the gate. */
  store: SqliteStore
  gate: WriteGate
  keyFingerprint: string
  clock: () => number
  newId: () => string
  /** Stores what is only in memory besides. */
  save?(): Promise<void>
  /** Forgets what is cached of a tenant. */
  forgetTenant?(tenantId: string): void
}

/** Changes forgotten with one commit. */
const CHANGES_PER_STEP = 2000

/** Refuses from the start what was moved away before. */
export async function createDeparture(deps: DepartureDeps): Promise<Departure> {
  const { store, gate, clock, newId } = deps
  for (const mark of await listMovedTenants(store.db)) gate.shut(mark)
  let current: string | undefined
  let timer: NodeJS.Timeout | undefined

  function releaseNow(): void {
    clearTimeout(timer)
    current = undefined
    gate.open()
  }

  function releaseAfter(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(releaseNow, ms).unref()
  }

  function inTransaction<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return store.transaction({ tenantId: '' }, ({ db }) => work(db))
  }

  return {
    async begin({ to, tenantId, schemaVersion, keyFingerprint }) {
      if (schemaVersion !== migrations.length) {
        throw new MoveError('the running server has a different version: use the `sallyport` of that version, or start this version first')
      }
      if (keyFingerprint !== deps.keyFingerprint) throw new WrongMasterKeyError(new Error('the server that runs has another'))
      const begun = await inTransaction(async (db): Promise<{ id: string; isDone: boolean } | string> => {
        const done = (await findMovedStore(db)) ?? (tenantId === null ? undefined : await findMovedTenant(db, tenantId))
        if (done !== undefined) return done.to === to ? { id: done.id, isDone: true } : `${describe(done)} was moved to ${done.to}`
        const underWay = await findMoveUnderWay(db)
        if (underWay === undefined) {
          const mark = { id: newId(), to, tenantId, at: clock() }
          await stopRecordingChanges(db)
          await recordChanges(db)
          await putMoveUnderWay(db, mark)
          return { id: mark.id, isDone: false }
        }
        if (underWay.to === to && underWay.tenantId === tenantId) return { id: underWay.id, isDone: false }
        return `a move of ${describe(underWay)} to ${underWay.to} is under way; finish it with the same command, or give it up with --abandon`
      })
      if (typeof begun === 'string') throw new MoveError(begun)
      return { ...begun, keyFingerprint }
    },

    async flush({ consumed }) {
      while ((await inTransaction((db) => forgetChanges(db, consumed, CHANGES_PER_STEP))) === CHANGES_PER_STEP);
      await store.flush()
    },

    async hold({ forMs, hold }) {
      if (hold !== null) {
        if (hold !== current) throw new HoldEndedError()
        releaseAfter(forMs)
        return hold
      }
      clearTimeout(timer)
      current = undefined
      gate.hold()
      try {
        // What was let through just before is queued by then, and what it leads to in memory is there.
        await turn()
        await store.flush()
        await turn()
        await deps.save?.()
      } catch (error) {
        releaseNow()
        throw error
      }
      current = newId()
      releaseAfter(forMs)
      return current
    },

    async release() {
      releaseNow()
    },

    async finish({ id, hold }) {
      if (hold !== current) throw new HoldEndedError()
      clearTimeout(timer)
      try {
        const mark = await inTransaction(async (db) => {
          const underWay = await findMoveUnderWay(db)
          if (underWay?.id !== id) throw new MoveError('this move is no longer running')
          const done = { ...underWay, at: clock() }
          await stopRecordingChanges(db)
          await putMoved(db, done)
          return done
        })
        gate.shut(mark)
        if (mark.tenantId !== null) deps.forgetTenant?.(mark.tenantId)
      } finally {
        releaseNow()
      }
    },

    async abandon({ tenantId }) {
      const mark = await inTransaction(async (db) => {
        const underWay = await findMoveUnderWay(db)
        const done = tenantId === null ? await findMovedStore(db) : await findMovedTenant(db, tenantId)
        if (underWay !== undefined && underWay.tenantId === tenantId) {
          await stopRecordingChanges(db)
          await removeMoveUnderWay(db)
        }
        await removeMoved(db, tenantId)
        return (underWay?.tenantId === tenantId ? underWay : undefined) ?? done ?? null
      })
      gate.reopen(tenantId)
      if (tenantId !== null) deps.forgetTenant?.(tenantId)
      return mark
    },
  }
}

function describe({ tenantId }: Pick<MoveMark, 'tenantId'>): string {
  return tenantId === null ? 'everything' : `tenant \`${tenantId}\``
}
