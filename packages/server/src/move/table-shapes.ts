/** A table that is moved row by row: the same columns in both stores. */
export interface TableShape {
  name: string
  columns: readonly string[]
  /** Columns of the primary key, in order. */
  key: readonly string[]
}

/** One column of one table, as `selectColumns` reads them. */
export interface ColumnRow {
  table_name: string
  column_name: string
  /** Place in the primary key from 1; 0: not in it. */
  key_place: number
}

/** Every column of every table of the embedded store. */
export const selectColumns = `SELECT t.name AS table_name, c.name AS column_name, c.pk AS key_place
  FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
  WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid`

/** Tables of one store or one process; what `instances` and `entities` of the embedded store hold is moved in a way of its own. */
const notMoved: ReadonlySet<string> = new Set([
  'schema_migrations',
  'store_marks',
  'store_state',
  'leases',
  'dictionary',
  'instances',
  'instance_keys',
  'key_parts',
  'key_filters',
  'entities',
  'entity_ids',
  'instance_changes',
  'move_changes',
])

/** Moved with the last step: from then on the target has the tenant. */
const movedLast: ReadonlySet<string> = new Set(['api_keys', 'tenants'])

/** The tables that are moved row by row: all there are, so that none that a later release adds is forgotten. */
export function tableShapes(rows: readonly ColumnRow[]): { first: TableShape[]; last: TableShape[] } {
  const shapes = [...Map.groupBy(rows, ({ table_name }) => table_name)]
    .filter(([name]) => !notMoved.has(name))
    .map(([name, columns]): TableShape => {
      const key = columns.filter(({ key_place }) => key_place > 0).sort((a, b) => a.key_place - b.key_place)
      return { name, columns: columns.map(({ column_name }) => column_name), key: key.map(({ column_name }) => column_name) }
    })
  return { first: shapes.filter(({ name }) => !movedLast.has(name)), last: shapes.filter(({ name }) => movedLast.has(name)) }
}
