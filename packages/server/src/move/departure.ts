import { setImmediate as turn } from 'node:timers/promises'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry, serverChain } from '../audit/insert-audit-entry.ts'
import { WrongMasterKeyError } from '../keys/api-keys.ts'
import { findClosure, findMoveUnderWay, removeClosure } from '../storage/closures.ts'
import { migrations } from '../storage/migrations/migrations.ts'
import type { SqliteStore } from '../storage/sqlite/open-sqlite-store.ts'
import type { Db } from '../storage/store.ts'
import type { StoreGate } from '../storage/store-gate.ts'
import { listTenantDeletions } from '../storage/tenant-deletions.ts'
import { HoldEndedError, MoveError } from './move-error.ts'
import { type MoveMark, putMoved, putMoveUnderWay, removeMoveUnderWay } from './move-marks.ts'
import { forgetChanges, recordChanges, stopRecordingChanges } from './record-changes.ts'

/** The data that moves, and its destination. */
export interface MoveTarget {
  /** Without user and password. */
  to: string
  /** `null`: every tenant. */
  tenantId: string | null
}

/** The process that moves it. */
export interface Mover {
  schemaVersion: number
  /** Fingerprint of the mover's master key. */
  keyFingerprint: string
}

/** The state of a move, as the source has it. */
export interface BegunMove {
  id: string
  /** The source has given everything away already: nothing changes there any more. */
  isDone: boolean
  /** Fingerprint of the source's master key. */
  keyFingerprint: string
}

/**
 * The part of a move that happens in the process of the embedded store. Only this process can record changes, write its memory to the file, and stop
 * answering. Each call takes and returns plain JSON, so that a running server can be asked over its control socket.
 */
export interface Departure {
  /** Begins a move, or goes on with it. Refuses while another move is under way, and a mover of another release or with another master key. */
  begin(target: MoveTarget & Mover): Promise<BegunMove>
  /** Forgets recorded changes up to a place, and writes memory to the file. */
  flush(input: { consumed: number }): Promise<void>
  /**
   * Refuses writes from now on and writes everything to the file. Writes are accepted again after `forMs`, unless it is called again with the value that it
   * returned: then it holds them for `forMs` more, and throws when writes were accepted in between.
   */
  hold(input: { forMs: number; hold: string | null }): Promise<string>
  /** Accepts writes again. */
  release(): Promise<void>
  /**
   * The target has everything: from now on the source refuses the moved data, in this process and the next. Throws when writes were accepted since the
   * hold.
   */
  finish(input: { id: string; hold: string }): Promise<void>
  /** Gives a move up, also one that is done: the source is as if it had never begun. */
  abandon(input: { tenantId: string | null }): Promise<MoveMark | null>
}

export interface DepartureDeps {
  /** Not behind the gate. */
  store: Pick<SqliteStore, 'transaction' | 'flush'>
  gate: StoreGate
  keyFingerprint: string
  clock: () => number
  newId: () => string
  /** Stores other data that is only in memory. */
  save?(): Promise<void>
  /** Forgets what is cached of a tenant. */
  forgetTenant?(tenantId: string): void
}

/** Changes forgotten with one commit. */
const CHANGES_PER_STEP = 2000

const heldReason = 'the server is being moved to another database, and takes changes again in a few seconds'
const heldRetrySeconds = 2

export function createDeparture(deps: DepartureDeps): Departure {
  const { store, gate, clock, newId } = deps
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

  /** In the chain of the server itself, which does not move. */
  function putOnRecord(db: Db, event: string, { to, tenantId }: MoveTarget): Promise<void> {
    const details = { to, movedTenantId: tenantId }
    return insertAuditEntry(db, newId(), { tenantId: serverChain, at: clock(), actor: systemActor('command line'), event, details })
  }

  return {
    async begin({ to, tenantId, schemaVersion, keyFingerprint }) {
      if (schemaVersion !== migrations.length) {
        throw new MoveError('the running server has a different version: use the `sallyport` of that version, or start this version first')
      }
      if (keyFingerprint !== deps.keyFingerprint) throw new WrongMasterKeyError(new Error('the server that runs has another'))
      const begun = await inTransaction(async (db): Promise<{ id: string; isDone: boolean } | string> => {
        const done = (await findClosure(db, null)) ?? (tenantId === null ? undefined : await findClosure(db, tenantId))
        if (done !== undefined) return done.to === to ? { id: done.id, isDone: true } : `${describe(done)} was moved to ${done.to}`
        const deleted = (await listTenantDeletions(db)).find((deletion) => tenantId === null || deletion.tenantId === tenantId)
        if (deleted !== undefined)
          return `tenant \`${deleted.tenantId}\` is being deleted: finish that first, with \`sallyport tenant delete ${deleted.tenantId}\``
        const underWay = await findMoveUnderWay(db)
        if (underWay === undefined) {
          const mark = { id: newId(), to, tenantId, at: clock() }
          await stopRecordingChanges(db)
          await recordChanges(db)
          await putMoveUnderWay(db, mark)
          await putOnRecord(db, 'store.move_began', mark)
          return { id: mark.id, isDone: false }
        }
        if (underWay.to === to && underWay.tenantId === tenantId) return { id: underWay.id, isDone: false }
        return `a move of ${describe(underWay)} to ${underWay.to} is in progress; finish it with the same command, or abandon it with --abandon`
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
      gate.hold(heldReason, heldRetrySeconds)
      try {
        // Calls that the gate let through just before are queued after this turn, and their effects in memory are there.
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
          await putOnRecord(db, 'store.moved', done)
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
        const done = await findClosure(db, tenantId)
        if (underWay !== undefined && underWay.tenantId === tenantId) {
          await stopRecordingChanges(db)
          await removeMoveUnderWay(db)
        }
        await removeClosure(db, tenantId)
        const abandoned = (underWay?.tenantId === tenantId ? underWay : undefined) ?? done ?? null
        if (abandoned !== null) await putOnRecord(db, 'store.move_abandoned', abandoned)
        return abandoned
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
