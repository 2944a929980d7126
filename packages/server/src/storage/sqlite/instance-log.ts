import type { DatabaseSync } from 'node:sqlite'
import type { Instance } from '@sallyport/engine'
import type { InstanceKey } from '../instance-key.ts'
import { decodeInstance, encodeInstance, type InstanceRow } from '../instance-row.ts'
import type { Dictionary } from './dictionary.ts'
import type { InstanceChanges } from './instance-changes.ts'
import type { KeyIndex } from './key-index.ts'
import type { StoreState } from './store-state.ts'
import type { UndoLog } from './undo-log.ts'

/** An instance at its place in the log. */
export interface LoggedInstance {
  seq: number
  /** Place of the user's instance before this one; 0: it is the first, or those before are gone. */
  previous: number
  /** Its effect on entities follows from the row alone; otherwise it was written through when the row was. */
  isFolded: boolean
  instance: Instance
}

/**
 * The truth: one row for each instance, in the order of decision. A user's rows are chained from the newest to the oldest, so a listing
 * needs no index; the index from key to place is `key-index.ts`.
 *
 * INVARIANT: places grow and are never given twice, not even after an erasure or a crash.
 */
export interface InstanceLog {
  readonly lastSeq: number
  find(key: InstanceKey): LoggedInstance | undefined
  findAt(seq: number): LoggedInstance | undefined
  append(instance: Instance, previous: number, isFolded: boolean): number
  replace(seq: number, instance: Instance): void
  /** Erases a user's rows, from the newest back, and shows each. */
  eraseChain(newest: number, show: (instance: Instance) => void): void
  /** Erases one row, and leaves those of its user before it out of reach: there are none, or they go too. */
  erase(logged: LoggedInstance): void
  /** Forgets what the index of keys holds for rows before the first one that is left. Within a group. */
  forgetBeforeFirst(): void
  /** Up to `count` rows after a place, in order. */
  page(after: number, count: number): LoggedInstance[]
  /** Up to `count` rows of one tenant between two places, in order. */
  pageOf(tenantNo: number, after: number, through: number, count: number): LoggedInstance[]
  /** Rows after a place, in order. */
  after(seq: number): Iterable<LoggedInstance>
}

export interface InstanceLogDeps {
  database: DatabaseSync
  changes: InstanceChanges
  dictionary: Dictionary
  keys: KeyIndex
  state: StoreState
  undoLog: UndoLog
}

type LogRow = InstanceRow & { seq: number; previous: number; is_folded: number }
type LogColumns = [
  seq: number,
  previous: number,
  is_folded: number,
  tenant_no: number,
  user_id: string,
  action_no: number,
  idempotency_key: string,
  created_at: number,
  body: string,
]

export function createInstanceLog({ database, changes, dictionary, keys, state, undoLog }: InstanceLogDeps): InstanceLog {
  const columns = 'seq, previous, is_folded, tenant_no, user_id, action_no, idempotency_key, created_at, body'
  const insert = database.prepare(`INSERT INTO instances (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const update = database.prepare('UPDATE instances SET body = ? WHERE seq = ?')
  const remove = database.prepare('DELETE FROM instances WHERE seq = ?')
  const selectAt = database.prepare(`SELECT ${columns} FROM instances WHERE seq = ?`)
  const selectAfter = database.prepare(`SELECT ${columns} FROM instances WHERE seq > ? ORDER BY seq`)
  const selectPage = database.prepare(`SELECT ${columns} FROM instances WHERE seq > ? ORDER BY seq LIMIT ?`)
  const selectPageOf = database.prepare(
    `SELECT ${columns} FROM instances WHERE seq > ? AND seq <= ? AND tenant_no = ? ORDER BY seq LIMIT ?`,
  )
  for (const statement of [selectAt, selectAfter, selectPage, selectPageOf]) statement.setReturnArrays(true)
  const selectFirst = database.prepare('SELECT min(seq) AS seq FROM instances')
  const newest = Number(database.prepare('SELECT max(seq) AS seq FROM instances').get()?.seq ?? 0)
  let lastSeq = Math.max(newest, Number(state.find('last_seq') ?? 0))

  function rowAt(seq: number): LogRow | undefined {
    const columns = selectAt.get(seq) as LogColumns | undefined
    return columns && toRow(columns)
  }
  function toLogged(row: LogRow): LoggedInstance {
    return { seq: row.seq, previous: row.previous, isFolded: row.is_folded === 1, instance: decodeInstance(row, dictionary) }
  }

  return {
    get lastSeq() {
      return lastSeq
    },
    find(key) {
      const tenantNo = dictionary.findNumber(key.tenantId)
      const actionNo = dictionary.findNumber(key.action)
      if (tenantNo === undefined || actionNo === undefined) return undefined
      for (const seq of keys.candidates(tenantNo, key.userId, actionNo, key.idempotencyKey)) {
        const row = rowAt(seq)
        if (row === undefined) continue
        const isSame = row.tenant_no === tenantNo && row.user_id === key.userId && row.action_no === actionNo
        if (isSame && row.idempotency_key === key.idempotencyKey) return toLogged(row)
      }
      return undefined
    },
    findAt(seq) {
      const row = rowAt(seq)
      return row && toLogged(row)
    },
    append(instance, previous, isFolded) {
      const row = encodeInstance(instance, dictionary)
      const seq = lastSeq + 1
      const { tenant_no, user_id, action_no, idempotency_key, created_at, body } = row
      insert.run(seq, previous, isFolded ? 1 : 0, tenant_no, user_id, action_no, idempotency_key, created_at, body)
      lastSeq = seq
      undoLog.add(() => {
        lastSeq = seq - 1
      })
      keys.add(seq, tenant_no, user_id, action_no, idempotency_key)
      return seq
    },
    replace(seq, instance) {
      const { tenant_no, created_at, body } = encodeInstance(instance, dictionary)
      update.run(body, seq)
      changes.add(seq, tenant_no, created_at)
    },
    eraseChain(newestOfUser, show) {
      let row = rowAt(newestOfUser)
      while (row !== undefined) {
        keys.remove(row.seq, row.tenant_no, row.user_id, row.action_no, row.idempotency_key)
        remove.run(row.seq)
        changes.add(row.seq, row.tenant_no, row.created_at)
        show(decodeInstance(row, dictionary))
        row = rowAt(row.previous)
      }
      state.set('last_seq', lastSeq)
    },
    erase({ seq, instance: { tenantId, userId, action, idempotencyKey, createdAt } }) {
      const tenantNo = dictionary.toNumber(tenantId)
      keys.remove(seq, tenantNo, userId, dictionary.toNumber(action), idempotencyKey)
      remove.run(seq)
      changes.add(seq, tenantNo, createdAt)
      state.set('last_seq', lastSeq)
    },
    forgetBeforeFirst() {
      keys.forgetBefore(Number(selectFirst.get()?.seq ?? lastSeq + 1))
    },
    page: (after, count) => (selectPage.all(after, count) as unknown as LogColumns[]).map((columns) => toLogged(toRow(columns))),
    pageOf: (tenantNo, after, through, count) =>
      (selectPageOf.all(after, through, tenantNo, count) as unknown as LogColumns[]).map((columns) => toLogged(toRow(columns))),
    *after(seq) {
      for (const row of selectAfter.iterate(seq)) yield toLogged(toRow(row as unknown as LogColumns))
    },
  }
}

function toRow([seq, previous, is_folded, tenant_no, user_id, action_no, idempotency_key, created_at, body]: LogColumns): LogRow {
  return { seq, previous, is_folded, tenant_no, user_id, action_no, idempotency_key, created_at, body }
}
