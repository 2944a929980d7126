import type { DatabaseSync } from 'node:sqlite'
import type { UndoLog } from './undo-log.ts'

/**
 * The places of the log whose row was changed or erased since it was appended, in the order of the changes: what the read side has to look at again. A
 * decision adds nothing. They are written with the change itself, so none is missed, and go when the read side has seen them.
 */
export interface InstanceChanges {
  /** Number of the last one; 0: there was none. */
  readonly last: number
  /** Within a group. */
  add(seq: number, tenantNo: number, createdAt: number): void
  /** Forgets those up to a number. Within a group. */
  forget(through: number): void
}

export function createInstanceChanges(database: DatabaseSync, undoLog: UndoLog): InstanceChanges {
  const insert = database.prepare('INSERT INTO instance_changes (seq, tenant_no, created_at) VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM instance_changes WHERE no <= ?')
  // Numbers are never given again: this table of SQLite's own knows the last one, though its row is gone.
  const known = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'instance_changes'").get()
  let last = Number(known?.seq ?? 0)
  return {
    get last() {
      return last
    },
    add(seq, tenantNo, createdAt) {
      const before = last
      last = Number(insert.run(seq, tenantNo, createdAt).lastInsertRowid)
      undoLog.add(() => {
        last = before
      })
    },
    forget(through) {
      remove.run(through)
    },
  }
}
