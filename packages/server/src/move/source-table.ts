import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { storableKey } from '../storage/postgres/storable-key.ts'
import type { MovedRow, MovedValue } from './moved-row.ts'
import type { TableShape } from './table-shapes.ts'

/** Reads one table of the embedded store. Within one snapshot. */
export interface SourceTable {
  readonly name: string
  /** The next rows after a place (JSON, '' is the start), in the order of places. */
  page(after: string): SourcePage
  /** The rows of some recorded changes, as they are now, each once, and the keys of the rows that are gone. */
  current(changedKeys: readonly string[]): { rows: MovedRow[]; gone: string[] }
}

export interface SourcePage {
  rows: MovedRow[]
  /** Place of the last row that was read, whether it is among `rows` or not. */
  place: string
  /** Nothing comes after. */
  isLast: boolean
}

/** The tenants whose rows are moved. Read again in each snapshot. */
export type IsMoved = (tenantId: string) => boolean

/** Read at once. Value lists may be large. */
const ROWS_PER_PAGE = 1000
const TEXT_PER_PAGE = 4 * 1024 * 1024

/** Up to a page of rows, and whether there were no more. */
export function takePage(rows: Iterable<unknown>): { taken: Record<string, MovedValue>[]; isLast: boolean } {
  const taken: Record<string, MovedValue>[] = []
  let size = 0
  for (const row of rows) {
    const values = row as Record<string, MovedValue>
    taken.push(values)
    for (const column in values) {
      const value = values[column]
      if (typeof value === 'string') size += value.length
    }
    if (taken.length === ROWS_PER_PAGE || size >= TEXT_PER_PAGE) return { taken, isLast: false }
  }
  return { taken, isLast: true }
}

/** A table whose rows are the same in both stores. */
export function createSourceTable(database: DatabaseSync, shape: TableShape, isMoved: IsMoved): SourceTable {
  const { name, columns, key } = shape
  const tenantAt = key.indexOf('tenant_id')
  const select = `SELECT ${columns.join(', ')} FROM ${name}`
  const selectFirst = database.prepare(`${select} ORDER BY ${key.join(', ')}`)
  const selectNext = database.prepare(`${select} WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')}) ORDER BY ${key.join(', ')}`)
  const selectOne = database.prepare(`${select} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')}`)

  return {
    name,
    page(after) {
      const { taken, isLast } = takePage(iterate(after === '' ? selectFirst : selectNext, after === '' ? [] : JSON.parse(after)))
      const last = taken.at(-1)
      return {
        rows: taken.filter(({ tenant_id }) => isMoved(String(tenant_id))).map((values) => toRow(shape, values)),
        place: last === undefined ? after : JSON.stringify(key.map((column) => last[column])),
        isLast,
      }
    },
    current(changedKeys) {
      const rows: MovedRow[] = []
      const gone: string[] = []
      for (const text of new Set(changedKeys)) {
        const place = JSON.parse(text) as MovedValue[]
        if (!isMoved(String(place[tenantAt]))) continue
        const values = selectOne.get(...place) as Record<string, MovedValue> | undefined
        if (values === undefined) gone.push(JSON.stringify(place.map(storable)))
        else rows.push(toRow(shape, values))
      }
      return { rows, gone }
    },
  }
}

/** A row as it is moved, from what either store has in its columns. */
export function toRow({ columns, key }: TableShape, found: Readonly<Record<string, unknown>>): MovedRow {
  const values: Record<string, MovedValue> = {}
  for (const column of columns) values[column] = storable(found[column] as MovedValue)
  return {
    tenantId: String(values.tenant_id),
    key: JSON.stringify(key.map((column) => values[column])),
    text: JSON.stringify(columns.map((column) => values[column])),
    values,
  }
}

export function iterate(statement: StatementSync, values: readonly MovedValue[]): Iterable<unknown> {
  return statement.iterate(...values)
}

/** The value as PostgreSQL can hold it. */
function storable(value: MovedValue): MovedValue {
  return typeof value === 'string' ? storableKey(value) : value
}
