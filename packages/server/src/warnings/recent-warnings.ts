import type { Logger } from 'pino'
import type { Metrics } from '../metrics/metrics.ts'
import { hasTenant } from '../storage/has-tenant.ts'
import type { ChangingStore, Db } from '../storage/store.ts'
import type { Warning, WarningCode } from './warning.ts'

/** A warning as the list shows it: once, with the number of times. */
export interface RecentWarning extends Warning {
  action: string
  count: number
  firstAt: number
  lastAt: number
}

/**
 * What looked wrong lately, for each tenant: at most a hundred warnings of the last thirty days, the latest kept.
 *
 * They are counted in memory and stored every few seconds and when the server stops; a process that is killed loses the last of them.
 */
export interface RecentWarnings {
  note(tenantId: string, action: string, warnings: readonly Warning[]): void
  /** Stores what was noted since the last time. */
  save(): Promise<void>
  /** The latest first, with what is not stored yet. */
  list(tenantId: string): Promise<RecentWarning[]>
  /** Drops what is not stored yet of a tenant that is deleted. */
  forget(tenantId: string): void
}

export interface RecentWarningsDeps {
  store: Pick<ChangingStore, 'db' | 'transaction'>
  metrics: Pick<Metrics, 'countWarning'>
  log: Pick<Logger, 'warn'>
  clock: () => number
}

const mostKept = 100
const keptMs = 30 * 24 * 60 * 60 * 1000

export function createRecentWarnings({ store, metrics, log, clock }: RecentWarningsDeps): RecentWarnings {
  let unsaved = new Map<string, Map<string, RecentWarning>>()

  function add(tenantId: string, warning: RecentWarning): void {
    const ofTenant = unsaved.get(tenantId) ?? new Map<string, RecentWarning>()
    unsaved.set(tenantId, ofTenant)
    const name = `${warning.code}\n${warning.action}\n${warning.subject}`
    const known = ofTenant.get(name)
    if (known !== undefined) {
      known.count += warning.count
      known.lastAt = Math.max(known.lastAt, warning.lastAt)
      known.firstAt = Math.min(known.firstAt, warning.firstAt)
    } else if (ofTenant.size < mostKept) ofTenant.set(name, warning)
  }

  async function save(): Promise<void> {
    const saving = unsaved
    unsaved = new Map()
    for (const [tenantId, warnings] of saving) {
      try {
        await store.transaction({ tenantId }, async ({ db }) => {
          // Nobody reads them any longer where the tenant was deleted meanwhile.
          if (await hasTenant(db, tenantId)) await addToStored(db, tenantId, [...warnings.values()], clock())
        })
      } catch (err) {
        log.warn({ err, tenantId }, 'what looked wrong lately could not be stored')
        for (const warning of warnings.values()) add(tenantId, warning)
      }
    }
  }

  return {
    note(tenantId, action, warnings) {
      const at = clock()
      for (const { code, subject, message } of warnings) {
        metrics.countWarning(tenantId, code)
        add(tenantId, { code, subject, message, action, count: 1, firstAt: at, lastAt: at })
      }
    },
    save,
    forget: (tenantId) => void unsaved.delete(tenantId),
    async list(tenantId) {
      await save()
      return listStoredWarnings(store.db, tenantId)
    },
  }
}

/** The stored warnings of a tenant, the latest first. */
export async function listStoredWarnings(db: Db, tenantId: string): Promise<RecentWarning[]> {
  const rows = await db
    .selectFrom('recent_warnings')
    .where('tenant_id', '=', tenantId)
    .selectAll()
    .orderBy('last_at', 'desc')
    .orderBy('code')
    .orderBy('action_code')
    .orderBy('subject')
    .execute()
  return rows.map((row) => ({
    code: row.code as WarningCode,
    action: row.action_code,
    subject: row.subject,
    message: row.message,
    count: row.times,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }))
}

async function addToStored(db: Db, tenantId: string, warnings: readonly RecentWarning[], now: number): Promise<void> {
  for (const { code, action, subject, message, count, firstAt, lastAt } of warnings) {
    await db
      .insertInto('recent_warnings')
      .values({
        tenant_id: tenantId,
        code,
        action_code: action,
        subject,
        message,
        times: count,
        first_at: firstAt,
        last_at: lastAt,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'code', 'action_code', 'subject'])
          .doUpdateSet((known) => ({ message, times: known('recent_warnings.times', '+', count), last_at: lastAt })),
      )
      .execute()
  }
  await db
    .deleteFrom('recent_warnings')
    .where('tenant_id', '=', tenantId)
    .where('last_at', '<', now - keptMs)
    .execute()
  const surplus = (await listStoredWarnings(db, tenantId)).slice(mostKept)
  for (const { code, action, subject } of surplus) {
    await db
      .deleteFrom('recent_warnings')
      .where('tenant_id', '=', tenantId)
      .where('code', '=', code)
      .where('action_code', '=', action)
      .where('subject', '=', subject)
      .execute()
  }
}
