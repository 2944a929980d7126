import { sql } from 'kysely'
import type { Db, Store } from '../storage/store.ts'
import { createClockWatch } from './watch-clock.ts'

export interface PurgeDeps {
  store: Store
  clock: () => number
  stopwatch?: () => number
}

/** Rows that one step deletes at most. */
const purgeBatchSize = 500
const intervalMs = 60 * 1000
const halfAnHour = 30 * 60 * 1000
const day = 24 * 60 * 60 * 1000

/**
 * Makes a function that deletes what expired more than `keptMs` ago, at most once a minute and a bounded number of rows each time, and nothing while the
 * clock is not to be believed. `purgeBatch` deletes one batch and says how many rows it was.
 *
 * INVARIANT: no single clock decides that the record of a single use is forgotten. Processes that share a database ask its clock too and believe the
 * earlier one: a process whose clock is ahead would otherwise delete what others still need.
 */
export function createExpiredPurge(
  { store, clock, stopwatch }: PurgeDeps,
  keptMs: number,
  purgeBatch: (store: Store, expiredBefore: number) => Promise<number>,
): () => Promise<void> {
  const isClockBelieved = createClockWatch({ clock, stopwatch, tolerance: halfAnHour, holdFor: day })
  let purgedAt = 0
  return async () => {
    const at = clock()
    if (at - purgedAt < intervalMs || !isClockBelieved()) return
    purgedAt = at
    const expiredBefore = (await earlierClock(store, at)) - keptMs
    let deleted = purgeBatchSize
    // As many as a busy minute can have left behind; the rest waits for the next minute.
    for (let batch = 0; batch < 40 && deleted === purgeBatchSize; batch += 1) deleted = await purgeBatch(store, expiredBefore)
  }
}

/** Tables whose rows are known by their tenant and one more column, and expire. */
const expiring = {
  challenges: 'challenge_id',
  tries: 'subject',
  sends: 'send_id',
  consumed_tokens: 'jti',
  admin_sessions: 'session_id',
  admin_invitations: 'invitation_id',
  user_sessions: 'session_id',
} as const

/** Deletes one batch of the rows of a table that expired before a time, oldest first. Resolves with their number. */
export async function deleteExpired(db: Db, table: keyof typeof expiring, expiredBefore: number): Promise<number> {
  const [name, id] = [sql.table(table), sql.ref(expiring[table])]
  const { numAffectedRows } = await sql`
    DELETE FROM ${name} WHERE (tenant_id, ${id}) IN
      (SELECT tenant_id, ${id} FROM ${name} WHERE expires_at < ${expiredBefore} ORDER BY expires_at LIMIT ${sql.lit(purgeBatchSize)})`.execute(
    db,
  )
  return Number(numAffectedRows)
}

async function earlierClock({ kind, db }: Store, at: number): Promise<number> {
  if (kind === 'sqlite') return at
  const { rows } = await sql<{ at: string }>`SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS at`.execute(db)
  return Math.min(at, Number(rows[0]?.at ?? 0))
}
