import { states } from '../instance-row.ts'
import type { PreparedFilter } from '../search/matches-filter.ts'
import type { EventQuery } from '../searching-store.ts'
import type { Run } from './connections.ts'
import { createParameters, entryConditions, type Parameters } from './entry-conditions.ts'
import { isEntryOf } from './fold-instances.ts'
import type { Place } from './search-place.ts'
import { storableKey } from './storable-key.ts'
import { toWordQuery } from './words-of-tenant.ts'

/**
 * The way in which entries are found. It is chosen here: the planner cannot know how many entries a value has, as a statement is planned once for all.
 *
 * `time`, `address`, `device`, `disputed`, `label`, `state` and `user` are in the order of time. `addresses` and `words` are not: all entries of the range are read and sorted.
 */
export type Driver = 'time' | 'address' | 'device' | 'disputed' | 'label' | 'state' | 'user' | 'addresses' | 'words'

/** What a scan reads of a tenant: a part of its time, in an order, behind a place. */
export interface Range {
  tenantId: string
  tenantNo: number
  order: EventQuery['order']
  /** Milliseconds UTC, inclusive and exclusive. */
  from: number
  to: number
  after: Place | undefined
  /** The word that `words` goes by. */
  word?: string
}

export interface Scan {
  /** In order. */
  found: FoundRow[]
  /** The last entry that was looked at, if there may be more behind it. */
  end: Place | undefined
}

export interface FoundRow {
  user_id: string
  created_at: number
  action: string
  idempotency_key: string
  /** `null`: the instance is gone, and its entry goes soon. */
  body: string | null
}

const key = ['created_at', 'user_id', 'action', 'idempotency_key']
const keys = key.join(', ')
const keysOf = (table: string) => key.map((column) => `${table}.${column}`).join(', ')

/**
 * Looks at up to `rows` entries of a range, and returns up to `limit` instances of those that the filter finds. One statement: it sees entries as they
 * are at one moment.
 */
export async function scanEntries(
  run: Run,
  nameOf: (text: string) => string,
  driver: Driver,
  range: Range,
  filter: PreparedFilter,
  { rows, limit }: { rows: number; limit: number },
): Promise<Scan> {
  const parameters = createParameters()
  const { add } = parameters
  const way = range.order === 'newest' ? 'DESC' : 'ASC'
  const order = (table: string) => key.map((column) => `${table}.${column} ${way}`).join(', ')
  const tenant = add(range.tenantId)
  const looked = lookAt(driver, range, filter, parameters, tenant, order)
  const [rowLimit, found] = [add(rows), add(limit)]
  const text = `
    WITH looked AS MATERIALIZED (${looked} LIMIT ${rowLimit}),
    found AS MATERIALIZED (SELECT ${keys} FROM looked AS l WHERE matches ORDER BY ${order('l')} LIMIT ${found})
    SELECT f.user_id, f.created_at, f.action, f.idempotency_key, i.body, false AS is_end
    FROM found AS f
    LEFT JOIN LATERAL (
      SELECT body FROM instances
      WHERE tenant_id = ${tenant} AND user_id = f.user_id AND created_at = f.created_at AND action = f.action AND idempotency_key = f.idempotency_key
      OFFSET 0) AS i ON true
    UNION ALL
    (SELECT l.user_id, l.created_at, l.action, l.idempotency_key, NULL, true FROM looked AS l
     ORDER BY ${key.map((column) => `l.${column} ${way === 'DESC' ? 'ASC' : 'DESC'}`).join(', ')} LIMIT (SELECT CASE WHEN count(*) = ${rowLimit} THEN 1 ELSE 0 END FROM looked))`
  const answer = await run<FoundRow & { is_end: boolean }>({ name: nameOf(text), text, isRead: true }, parameters.values)
  const end = answer.rows.find(({ is_end }) => is_end)
  const direction = range.order === 'newest' ? -1 : 1
  return {
    found: answer.rows.filter(({ is_end }) => !is_end).sort((a, b) => direction * compare(a, b)),
    end: end && placeOf(end),
  }
}

export function placeOf({ created_at, user_id, action, idempotency_key }: FoundRow): Place {
  return [created_at, user_id, action, idempotency_key]
}

/** The entries to look at, with `matches`. */
function lookAt(
  driver: Driver,
  { tenantNo, order, from, to, after, word }: Range,
  filter: PreparedFilter,
  parameters: Parameters,
  tenant: string,
  orderOf: (table: string) => string,
): string {
  const { add } = parameters
  const time = (table: string) => {
    const conditions = [`${table}.created_at >= ${add(from)}`, `${table}.created_at < ${add(to)}`]
    if (after !== undefined) {
      const place = `${add(after[0])}, ${add(after[1])}, ${add(after[2])}, ${add(after[3])}`
      conditions.push(`(${keysOf(table)}) ${order === 'newest' ? '<' : '>'} (${place})`)
    }
    return conditions.join(' AND ')
  }
  const matches = () => entryConditions(filter, tenantNo, parameters)
  if (driver === 'user') {
    // By the primary key of instances.
    return `SELECT ${keysOf('k')}, (SELECT ${matches()} FROM event_index AS e WHERE ${isEntryOf('e', 'k')} OFFSET 0) AS matches
      FROM (SELECT tenant_id, ${keys} FROM instances AS n WHERE tenant_id = ${tenant} AND user_id = ${add(filter.userId)} AND ${time('n')}
        ORDER BY ${orderOf('n')}) AS k ORDER BY ${orderOf('k')}`
  }
  const way: Record<Exclude<Driver, 'user'>, () => string> = {
    time: () => `(e.tenant_id || '') = ${tenant}`,
    address: () => `e.tenant_id = ${tenant} AND e.address = ${add(filter.addresses?.first)}`,
    addresses: () =>
      `e.tenant_id = ${tenant} AND e.address >= ${add(filter.addresses?.first)} AND e.address <= ${add(filter.addresses?.last)}`,
    device: () => `e.tenant_id = ${tenant} AND e.device_id = ${add(storableKey(filter.deviceId ?? ''))}`,
    label: () => `e.tenant_id = ${tenant} AND e.label = ${add(filter.label)}`,
    state: () => `e.tenant_id = ${tenant} AND e.state = ${add(states.indexOf(filter.states?.[0] ?? 'ALLOW'))} AND e.state <> 0`,
    disputed: () => `e.tenant_id = ${tenant} AND e.is_disputed = 1`,
    words: () => `e.words @@ ${add(toWordQuery(tenantNo, word === undefined ? filter.words : [word]))}::tsquery`,
  }
  return `SELECT ${keysOf('e')}, (${matches()}) AS matches FROM event_index AS e WHERE ${way[driver]()} AND ${time('e')} ORDER BY ${orderOf('e')}`
}

function compare(a: FoundRow, b: FoundRow): number {
  if (a.created_at !== b.created_at) return a.created_at - b.created_at
  for (const column of ['user_id', 'action', 'idempotency_key'] as const) {
    const order = Buffer.compare(Buffer.from(a[column]), Buffer.from(b[column]))
    if (order !== 0) return order
  }
  return 0
}
