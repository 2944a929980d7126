import { DatabaseSync } from 'node:sqlite'
import type { EntityRef } from '@sallyport/engine'
import pg from 'pg'
import type { Schema } from '../../src/storage/schema.ts'
import type { Store } from '../../src/storage/store.ts'

/** All that a store has of one tenant, row by row, each as JSON. */
export type Scan = Readonly<Record<string, readonly string[]>>

/**
 * Every table with rows of tenants: does not compile when one is left out. Warnings are stored later than what they warn of; tries are counted before
 * anything is judged or sent, and stay counted when that fails: `sweep-counts.ts` looks at them and at sends.
 */
type TenantTableName = Exclude<keyof Schema, 'leases' | 'store_marks' | 'recent_warnings' | 'tries' | 'sends'>
const tables = Object.keys({
  tenants: true,
  api_keys: true,
  action_configurations: true,
  policy_versions: true,
  policy_tests: true,
  value_lists: true,
  value_list_versions: true,
  value_list_entries: true,
  custom_data_points: true,
  authenticator_configurations: true,
  users: true,
  authenticators: true,
  devices: true,
  challenges: true,
  consumed_tokens: true,
  audit_log: true,
  audit_chains: true,
  velocity_features: true,
  population_statistics: true,
  admins: true,
  admin_passkeys: true,
  admin_sessions: true,
  admin_invitations: true,
  admin_recovery_codes: true,
  review_claims: true,
  proposals: true,
  unlearnings: true,
  signing_keys: true,
  app_clients: true,
  user_sessions: true,
} satisfies Record<TenantTableName, true>) as TenantTableName[]

/** The PostgreSQL tables that a crash could leave without the rest. */
const keptApart = ['instance_keys', 'entities']

type Part = readonly [name: string, rows: readonly unknown[]]

/** Reads all that a store has of a tenant. It has a connection of its own: a sweep reads thousands of times, and nothing of that is a call of a request. */
export interface StoreScanner {
  scan(tenantId: string, userIds: readonly string[], refs: readonly EntityRef[]): Promise<Scan>
  close(): Promise<void>
}

export async function openScanner(store: Store): Promise<StoreScanner> {
  const { history } = store
  const { read, close } = history.kind === 'sqlite' ? readEachTable(history.path) : await readTogether(history.databaseUrl)
  return {
    async scan(tenantId, userIds, refs) {
      const users = userIds.flatMap((userId) => [
        store.listInstances(tenantId, userId, { limit: 1000 }).then((found) => [`instances of ${userId}`, found] as const),
        store.loadSnapshot(tenantId, userId, refs).then((snapshot) => [`remembered of ${userId}`, [snapshot]] as const),
      ])
      const parts = [...(await read(tenantId)), ...(await Promise.all(users))]
      return Object.fromEntries(parts.map(([name, found]) => [name, found.map((row) => JSON.stringify(row)).sort()]))
    },
    close,
  }
}

interface Reader {
  read(tenantId: string): Promise<Part[]>
  close(): Promise<void>
}

function readEachTable(path: string): Reader {
  const database = new DatabaseSync(path, { readOnly: true })
  const statements = tables.map((table) => [table, database.prepare(`SELECT * FROM ${table} WHERE tenant_id = ?`)] as const)
  const compared = (table: string, row: Record<string, unknown>) =>
    table in uncompared ? Object.fromEntries(Object.entries(row).filter(([column]) => !uncompared[table]?.includes(column))) : row
  return {
    read: async (tenantId) =>
      statements.map(([table, statement]) => [table, statement.all(tenantId).map((row) => compared(table, row))] as const),
    close: async () => database.close(),
  }
}

/** Columns that are not compared: how often an entity was written. */
const uncompared: Readonly<Record<string, readonly string[]>> = {
  entities: ['version'],
}

/** In one round trip, planned once. */
async function readTogether(connectionString: string): Promise<Reader> {
  const client = new pg.Client({ connectionString })
  // It ends with its server when a sweep has failed.
  client.on('error', () => undefined)
  await client.connect()
  const names = [...tables, ...keptApart]
  const text = names
    .map(
      (table) =>
        `SELECT '${table}' AS name, to_jsonb(t)${(uncompared[table] ?? []).map((column) => ` - '${column}'`).join('')} AS row FROM ${table} t WHERE tenant_id = $1`,
    )
    .join(' UNION ALL ')
  return {
    async read(tenantId) {
      const { rows } = await client.query<{ name: string; row: unknown }>({ name: 'scan', text, values: [tenantId] })
      const byName = Map.groupBy(rows, ({ name }) => name)
      return names.map((table) => [table, (byName.get(table) ?? []).map(({ row }) => row)] as const)
    },
    close: () => client.end(),
  }
}

/** The names of the differences, with both sides. */
export function differences(before: Scan, after: Scan): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
}

/** Random values and times of beginning differ between two tenants with the same history. */
export interface Chance {
  tenantId: string
  startedAt: number
  /** Texts without chance, by those with it: most rows are the same from one scan to the next. */
  known: Map<string, string>
}

/** A scan without chance: two tenants to which the same happened have the same. */
export function withoutChance(scan: Scan, chance: Chance): Scan {
  return Object.fromEntries(Object.entries(scan).map(([name, rows]) => [name, rows.map((row) => plain(row, chance)).sort()]))
}

/** Counters count by minutes, hours and days since 1970, or by sixtieths of a day and of a week; phones sign by ten minutes. */
const units = [1, 10, 24, 60, 168, 12 * 60, 24 * 60].map((minutes) => minutes * 60_000)
const longest = 3 * 24 * 60 * 60_000
/** Times in milliseconds: a proposal stays open for thirty days. */
const longestTime = 31 * 24 * 60 * 60_000

/** A text without identifiers, keys and tokens, and with times counted from the start. */
export function plain(text: string, chance: Chance): string {
  const known = chance.known.get(text)
  if (known !== undefined) return known
  const made = makePlain(text, chance)
  chance.known.set(text, made)
  return made
}

function makePlain(text: string, { tenantId, startedAt }: Chance): string {
  const since = (at: number, unit: number) => {
    const passed = at - Math.floor(startedAt / unit)
    return passed >= 0 && passed * unit < (unit === 1 ? longestTime : longest) + unit ? `at${passed}` : undefined
  }
  return (
    text
      .replaceAll(tenantId, 'TENANT')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => since(Date.parse(time), 1) ?? time)
      .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, (day) => since(Date.parse(day) / 86_400_000, 86_400_000) ?? day)
      .replaceAll(/[A-Za-z0-9_+/=-]{20,}(\.[A-Za-z0-9_-]{20,})*/g, 'ID')
      // Of the shipped data, by the clock of the machine.
      .replaceAll(/"ageDays":[\d.]+/g, '"ageDays":0')
      // Numbers to match.
      .replaceAll(/(verificationCode|number)(\\?":\\?")\d\d(?=\\?")/g, '$1$2NUMBER')
      // Ids of API keys.
      .replaceAll(/\b[0-9a-f]{16}\b/g, 'KEY')
      .replaceAll(/\b\d{13}\b/g, (time) => since(Number(time), 1) ?? time)
      // Seconds, as tokens have them.
      .replaceAll(/\b\d{10}\b/g, (time) => since(Number(time), 1_000) ?? time)
      .replaceAll(
        /\b\d{5,8}\b/g,
        (number) => units.map((unit) => since(Number(number), unit)).find((passed) => passed !== undefined) ?? number,
      )
  )
}
