import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../storage/store.ts'

/** At most `limit` tries of one subject in a window, which begins with its first try. */
export interface Window {
  subject: string
  /** Whom the subject belongs to: the count is erased with the user. `null`: not one user. */
  userId: string | null
  limit: number
  windowMs: number
}

/** A try that was counted in a window, so that it can be given back to that window and to no other. */
export interface TakenTry {
  tenantId: string
  subject: string
  windowEndsAt: number
}

export type TakenTries = { isTaken: true; tries: readonly TakenTry[] } | { isTaken: false; msToWait: number; full: readonly string[] }

/** Nothing is locked for longer. A lock that ends later was set under a wrong clock and is ignored. */
export const longestLockMs = 24 * 60 * 60_000

/**
 * Takes one try of each window, or of none when one of them is full or its subject is locked.
 *
 * One statement counts all of them and looks at no row twice: of any number of callers at once, on any number of processes, no more than `limit` get through
 * a window. The rows are written in the order of their names, so that two callers cannot wait for each other.
 */
export async function takeTries(db: Db, tenantId: string, windows: readonly Window[], at: number): Promise<TakenTries> {
  if (windows.length === 0) return { isTaken: true, tries: [] }
  const rows = windows.toSorted(bySubject).map(({ subject, userId, limit, windowMs }) => {
    const endsAt = at + windowMs
    return sql`(${tenantId}, ${subject}, ${userId}, 1, ${limit}, ${endsAt}, 0, 0, ${endsAt})`
  })
  // A window that ends later than a new one would was begun under a wrong clock, or under a longer setting.
  const isRunning = sql`tries.window_ends_at > ${at} AND tries.window_ends_at <= excluded.window_ends_at`
  const { rows: taken } = await sql<{ subject: string; window_ends_at: number }>`
    INSERT INTO tries (tenant_id, subject, user_id, taken, max_taken, window_ends_at, streak, locked_until, expires_at)
    VALUES ${sql.join(rows)}
    ON CONFLICT (tenant_id, subject) DO UPDATE SET
      taken = CASE WHEN ${isRunning} THEN tries.taken + 1 ELSE 1 END,
      window_ends_at = CASE WHEN ${isRunning} THEN tries.window_ends_at ELSE excluded.window_ends_at END,
      expires_at = CASE WHEN tries.expires_at > excluded.expires_at THEN tries.expires_at ELSE excluded.expires_at END,
      max_taken = excluded.max_taken
    WHERE NOT (${isRunning} AND tries.taken >= excluded.max_taken) AND ${isUnlocked(at)}
    RETURNING subject, window_ends_at`.execute(db)
  const tries = taken.map(({ subject, window_ends_at }) => ({ tenantId, subject, windowEndsAt: Number(window_ends_at) }))
  if (tries.length === windows.length) return { isTaken: true, tries }
  await giveBack(db, tries)
  const full = windows.filter(({ subject }) => !tries.some((one) => one.subject === subject)).map(({ subject }) => subject)
  return { isTaken: false, msToWait: await msUntilFree(db, tenantId, full, at), full }
}

/** Gives tries back to the windows they were taken from. A window that has ended meanwhile stays as it is. */
export async function giveBack(db: Db, tries: readonly TakenTry[]): Promise<void> {
  if (tries.length === 0) return
  const rows = tries
    .toSorted(bySubject)
    .map(({ tenantId, subject, windowEndsAt }) => sql`(${tenantId}, ${subject}, 0, 0, ${windowEndsAt}, 0, 0, ${windowEndsAt})`)
  await sql`
    INSERT INTO tries (tenant_id, subject, taken, max_taken, window_ends_at, streak, locked_until, expires_at)
    VALUES ${sql.join(rows)}
    ON CONFLICT (tenant_id, subject) DO UPDATE SET taken = tries.taken - 1
    WHERE tries.window_ends_at = excluded.window_ends_at AND tries.taken > 0`.execute(db)
}

/** Whether a row of `tries` that an insert met is not locked. */
export function isUnlocked(at: number): RawBuilder<boolean> {
  return sql`(tries.locked_until <= ${at} OR tries.locked_until > ${at + longestLockMs})`
}

async function msUntilFree(db: Db, tenantId: string, subjects: readonly string[], at: number): Promise<number> {
  const rows = await db
    .selectFrom('tries')
    .select(['taken', 'max_taken', 'window_ends_at', 'locked_until'])
    .where('tenant_id', '=', tenantId)
    .where('subject', 'in', subjects)
    .execute()
  const ends = rows.map((row) => Math.max(Number(row.locked_until), row.taken >= row.max_taken ? Number(row.window_ends_at) : 0))
  return Math.max(1, ...ends.map((end) => end - at))
}

function bySubject(one: { subject: string }, other: { subject: string }): number {
  return one.subject < other.subject ? -1 : 1
}
