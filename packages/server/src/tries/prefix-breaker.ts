import { sql } from 'kysely'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Db, Store } from '../storage/store.ts'
import { longestLockMs, type Window } from './count-windows.ts'
import { subjectOf } from './subject.ts'

/** Phone numbers that are watched together: those of a country (ISO 3166-1), or the 10,000 that share all but their last four digits. */
export interface WatchedPrefix {
  scope: 'country' | 'block'
  prefix: string
}

export interface PrefixBreakerDeps {
  store: Pick<Store, 'db' | 'transaction'>
  newId: () => string
  metrics: Pick<Metrics, 'countStoppedPrefix'>
}

const minute = 60_000
const hour = 60 * minute
/** Messages of the last hour are looked at, once their users have had three minutes to answer. */
const watchedMs = hour
const timeToAnswerMs = 3 * minute
/** Below this share of answered messages, somebody is paid for messages that nobody reads. */
const leastShare = 0.2
/** Fewer messages than these say nothing. */
const leastSends: Readonly<Record<WatchedPrefix['scope'], number>> = { country: 20, block: 10 }
const mostSends = 1_000_000_000

/** The name under which stops of a prefix are stored. */
export function prefixSubject({ scope, prefix }: WatchedPrefix): string {
  return subjectOf('prefix', scope, prefix)
}

/** Counts nothing that matters; taken with the other windows of a send, it is refused while the prefix is stopped. */
export function prefixWindow(watched: WatchedPrefix): Window {
  return { subject: prefixSubject(watched), userId: null, limit: mostSends, windowMs: longestLockMs }
}

/** How long sending is stopped: an hour, twice as long when it is stopped again without having recovered, at most a day. */
function stopMs(timesStopped: number): number {
  return Math.min(longestLockMs, hour * 2 ** timesStopped)
}

/**
 * Stops sending to a prefix when too few of its messages were answered lately (SMS pumping). Answers with the milliseconds for which it is stopped; 0: it is not.
 * Of any number of callers one stops it, and puts it on record.
 */
export async function stopIfPumped(deps: PrefixBreakerDeps, tenantId: string, watched: WatchedPrefix, at: number): Promise<number> {
  const { db } = deps.store
  const { sends, completed } = await countSends(db, tenantId, watched, at)
  if (sends < leastSends[watched.scope]) return 0
  const subject = prefixSubject(watched)
  const rowOf = (db: Db) => db.updateTable('tries').where('tenant_id', '=', tenantId).where('subject', '=', subject)
  if (completed >= sends * leastShare) {
    await rowOf(db)
      .where('streak', '>', 0)
      .set({ streak: 0, expires_at: at + longestLockMs })
      .execute()
    return 0
  }
  const known = await db
    .selectFrom('tries')
    .select('streak')
    .where('tenant_id', '=', tenantId)
    .where('subject', '=', subject)
    .executeTakeFirst()
  const forMs = stopMs(Number(known?.streak ?? 0))
  // How often it was stopped is remembered for a week.
  const stop = { locked_until: at + forMs, expires_at: at + forMs + 7 * 24 * hour }
  const details = { ...watched, sends, completed, forMinutes: forMs / minute }
  const isFirst = await deps.store.transaction({ tenantId }, async (tx) => {
    const { numUpdatedRows } = await rowOf(tx.db)
      .where('locked_until', '<=', at)
      .set((set) => ({ ...stop, streak: set('streak', '+', 1) }))
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) return false
    await insertAuditEntry(tx.db, deps.newId(), { tenantId, at, actor: systemActor('limits'), event: 'sends.stopped', details })
    return true
  })
  if (isFirst) deps.metrics.countStoppedPrefix(watched.scope)
  return forMs
}

async function countSends(
  db: Db,
  tenantId: string,
  { scope, prefix }: WatchedPrefix,
  at: number,
): Promise<{ sends: number; completed: number }> {
  const counted = await db
    .selectFrom('sends')
    .select((select) => [select.fn.countAll<number>().as('sends'), sql<number>`COUNT(completed_at)`.as('completed')])
    .where('tenant_id', '=', tenantId)
    .where('verification_method', 'in', ['SMS', 'WHATSAPP'])
    .where('sent_at', '>', at - watchedMs)
    .where('sent_at', '<=', at - timeToAnswerMs)
    .where(scope === 'country' ? 'country' : 'number_block', '=', prefix)
    .executeTakeFirstOrThrow()
  return { sends: Number(counted.sends), completed: Number(counted.completed) }
}
