import { textArray } from '../storage/postgres/array-parameter.ts'
import type { Run } from '../storage/postgres/connections.ts'
import { execute } from '../storage/postgres/migrate-postgres.ts'
import type { MovedRow } from './moved-row.ts'
import { toRow } from './source-table.ts'
import type { TableShape } from './table-shapes.ts'

/** Writes and reads one table of the target. */
export interface TargetTable {
  readonly name: string
  /** Stores rows, each once, over what is there under their keys. */
  put(run: Run, rows: readonly MovedRow[]): Promise<void>
  remove(run: Run, keys: readonly string[]): Promise<void>
  /** A tenant's rows after one, in the order of keys. */
  page(run: Run, tenantId: string, after: MovedRow | undefined): Promise<MovedRow[]>
  /** The rows of these keys that are there. */
  load(run: Run, keys: readonly string[]): Promise<MovedRow[]>
  hasRowsOf(run: Run, tenantIds: readonly string[]): Promise<string | undefined>
  removeTenant(run: Run, tenantId: string): Promise<void>
}

export const ROWS_PER_TARGET_PAGE = 2000

/** A table whose rows are the same in both stores. `drawn`: columns that are not moved but made, with the SQL that makes them. */
export function createTargetTable(shape: TableShape, drawn: Readonly<Record<string, string>> = {}): TargetTable {
  const { name, columns, key } = shape
  const written = [...columns, ...Object.keys(drawn)]
  const changed = written.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`)
  const keys = key.join(', ')
  const given = `json_populate_recordset(NULL::${name}, $1::json)`
  const isSame = key.map((column) => `t.${column} = k.${column}`).join(' AND ')
  const insert = `INSERT INTO ${name} (${written.join(', ')}) SELECT ${[...columns, ...Object.values(drawn)].join(', ')} FROM ${given}
    ON CONFLICT (${keys}) DO ${changed.length === 0 ? 'NOTHING' : `UPDATE SET ${changed.join(', ')}`}`
  const selectPage = (condition: string) =>
    `SELECT ${columns.join(', ')} FROM ${name} WHERE tenant_id = $1 ${condition} ORDER BY ${keys} LIMIT ${ROWS_PER_TARGET_PAGE}`
  const selectFirst = selectPage('')
  const selectNext = selectPage(`AND (${keys}) > (${key.map((_, index) => `$${index + 2}`).join(', ')})`)

  return {
    name,
    async put(run, rows) {
      if (rows.length === 0) return
      // Rows that have ended make room first: only one authenticator holds a credential id.
      const inOrder = rows.toSorted(
        (a, b) => Number((b.values.removed_at ?? null) !== null) - Number((a.values.removed_at ?? null) !== null),
      )
      await execute(run, insert, [JSON.stringify(inOrder.map(({ values }) => values))])
    },
    async remove(run, gone) {
      if (gone.length > 0) await execute(run, `DELETE FROM ${name} AS t USING ${given} AS k WHERE ${isSame}`, [toRecords(key, gone)])
    },
    async page(run, tenantId, after) {
      const rows = await execute<Record<string, unknown>>(
        run,
        after === undefined ? selectFirst : selectNext,
        after === undefined ? [tenantId] : [tenantId, ...key.map((column) => after.values[column])],
      )
      return rows.map((row) => toRow(shape, row))
    },
    async load(run, wanted) {
      if (wanted.length === 0) return []
      const selected = columns.map((column) => `t.${column}`).join(', ')
      const rows = await execute<Record<string, unknown>>(run, `SELECT ${selected} FROM ${given} AS k JOIN ${name} AS t ON ${isSame}`, [
        toRecords(key, wanted),
      ])
      return rows.map((row) => toRow(shape, row))
    },
    hasRowsOf: (run, tenantIds) => findTenantWithRows(run, name, tenantIds),
    async removeTenant(run, tenantId) {
      await execute(run, `DELETE FROM ${name} WHERE tenant_id = $1`, [tenantId])
    },
  }
}

/** JSON of an array of objects, from JSON arrays. */
export function toRecords(key: readonly string[], keys: readonly string[]): string {
  return JSON.stringify(keys.map((text) => Object.fromEntries((JSON.parse(text) as unknown[]).map((value, index) => [key[index], value]))))
}

/** The first of some tenants that has a row in a table. */
export async function findTenantWithRows(run: Run, table: string, tenantIds: readonly string[]): Promise<string | undefined> {
  const rows = await execute<{ tenant_id: string }>(
    run,
    `SELECT w.tenant_id FROM unnest($1::text[]) AS w (tenant_id) WHERE EXISTS (SELECT 1 FROM ${table} AS t WHERE t.tenant_id = w.tenant_id) LIMIT 1`,
    [textArray(tenantIds)],
  )
  return rows[0]?.tenant_id
}
