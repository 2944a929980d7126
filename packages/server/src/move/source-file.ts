import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createDictionary, type Dictionary } from '../storage/sqlite/dictionary.ts'
import { createUndoLog } from '../storage/sqlite/undo-log.ts'
import { type MoveMark, marksOf } from './move-marks.ts'
import type { MovedValue } from './moved-row.ts'
import { createSourceEntities } from './source-entities.ts'
import { createSourceInstances } from './source-instances.ts'
import { createSourceTable, type SourceTable } from './source-table.ts'
import { type ColumnRow, selectColumns, type TableShape, tableShapes } from './table-shapes.ts'

/** Recorded changes read at once. */
export const CHANGES_PER_STEP = 1000

/** The file of an embedded store, read beside the process that writes to it. */
export interface SourceFile {
  /** Tables that are copied while the source is in use, instances last. */
  readonly tables: readonly SourceTable[]
  /** Tables that say of the target that it has the tenant. */
  readonly lastTables: readonly SourceTable[]
  readonly shapes: readonly TableShape[]
  /** Whether such a tenant is there. */
  hasTenant(tenantId: string): boolean
  /** The mark of this move in the store, under way or done. */
  mark(): MoveMark | undefined
  /** Fingerprint of the store's master key. `undefined`: no server of this release was started on it yet. */
  keyFingerprint(): string | undefined
  /** Tenants that are moved. Within a snapshot. */
  tenants(): readonly string[]
  /** Recorded changes after a place, in order. Within a snapshot. */
  changes(after: number): { n: number; table: string; key: string }[]
  /** The oldest instance's time; `undefined` when there is none. */
  oldestInstance(): number | undefined
  /** Runs `work`, which only reads, on what was committed at one moment. */
  inSnapshot<T>(work: () => T): T
  /** As `inSnapshot`, for as long as `work` takes. What it reads is kept from being cleaned up meanwhile. */
  holdSnapshot<T>(work: () => Promise<T>): Promise<T>
  close(): void
}

/** Opens it for a move of one tenant, or of all that were not moved before. */
export function openSourceFile(path: string, tenantId: string | null): SourceFile {
  if (!existsSync(path)) throw new Error(`there is no embedded store at ${path}`)
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  database.exec('PRAGMA cache_size = -16000')
  let isInSnapshot = false
  let moved: ReadonlySet<string> | undefined
  let dictionary: Dictionary | undefined

  const selectTenants = database.prepare(
    "SELECT tenant_id FROM tenants WHERE NOT EXISTS (SELECT 1 FROM store_marks WHERE name = 'moved:' || tenant_id)",
  )
  const isMoved = (id: string) => {
    moved ??= new Set(selectTenants.all().map((row) => String(row.tenant_id)))
    return tenantId === null ? moved.has(id) : id === tenantId
  }
  const selectMark = database.prepare('SELECT value FROM store_marks WHERE name = ?')
  const markOf = (name: string) => {
    const value = selectMark.get(name)?.value
    return value === undefined ? undefined : String(value)
  }
  const currentDictionary = () => {
    dictionary ??= createReadDictionary(database)
    return dictionary
  }
  const { first, last } = tableShapes(database.prepare(selectColumns).all() as unknown as ColumnRow[])
  const tables = first.map((shape) => createSourceTable(database, shape, isMoved))
  tables.push(createSourceEntities(database, currentDictionary, isMoved), createSourceInstances(database, currentDictionary, isMoved))

  function begin(): void {
    database.exec('BEGIN')
    isInSnapshot = true
    moved = undefined
    dictionary = undefined
  }

  function end(): void {
    isInSnapshot = false
    database.exec('COMMIT')
  }

  return {
    tables,
    lastTables: last.map((shape) => createSourceTable(database, shape, isMoved)),
    shapes: [...first, ...last],
    hasTenant: (id) => database.prepare('SELECT 1 FROM tenants WHERE tenant_id = ?').get(id) !== undefined,
    mark() {
      for (const name of marksOf(tenantId)) {
        const value = markOf(name)
        const mark = value === undefined ? undefined : (JSON.parse(value) as MoveMark)
        if (mark?.tenantId === tenantId) return mark
      }
      return undefined
    },
    keyFingerprint: () => markOf('master_key'),
    tenants: () => (tenantId === null ? selectTenants.all().map((row) => String(row.tenant_id)) : [tenantId]),
    changes(after) {
      // A move that is done records nothing any more.
      if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'move_changes'").get() === undefined) return []
      const rows = database
        .prepare('SELECT n, table_name, row_key FROM move_changes WHERE n > ? ORDER BY n LIMIT ?')
        .all(after, CHANGES_PER_STEP)
      return rows.map(({ n, table_name, row_key }) => ({ n: Number(n), table: String(table_name), key: String(row_key) }))
    },
    oldestInstance() {
      const row = database.prepare('SELECT created_at FROM instances ORDER BY seq LIMIT 1').get() as { created_at: MovedValue } | undefined
      return row === undefined ? undefined : Number(row.created_at)
    },
    inSnapshot(work) {
      if (isInSnapshot) return work()
      begin()
      try {
        return work()
      } finally {
        end()
      }
    },
    async holdSnapshot(work) {
      begin()
      try {
        return await work()
      } finally {
        end()
      }
    },
    close: () => database.close(),
  }
}

/** The dictionary prepares an insert, which a connection that only reads may do and never run. */
function createReadDictionary(database: DatabaseSync): Dictionary {
  return createDictionary(database, createUndoLog())
}
