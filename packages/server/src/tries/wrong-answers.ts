import { sql } from 'kysely'
import type { Db } from '../storage/store.ts'
import { isUnlocked, longestLockMs } from './count-windows.ts'

/** Wrong answers in a row before the first delay. The fifth brings it (RL-01). */
export const freeWrongAnswers = 5
/** Wrong answers in a row after which only `unlock` helps (RL-01: far below 100). */
export const mostWrongAnswers = 20
const firstDelayMs = 30_000
export const longestDelayMs = 60 * 60_000

/** How long nothing is judged after this many wrong answers in a row: 30 s after the fifth, twice as long after each further one, at most an hour (RL-04). */
export function delayAfter(wrongInARow: number): number {
  const doublings = wrongInARow - freeWrongAnswers
  return doublings < 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** doublings)
}

export type CountedWrongAnswer = { isCounted: true; inARow: number } | { isCounted: false; msToWait: number }

/**
 * Counts a wrong answer of a subject in a row, before anybody knows that it is wrong, and begins the delay that follows from it; or says that no answer is
 * judged now. One statement counts: of any number of answers at once, on any number of processes, one is the nth. The look before it only spares a
 * throttled answer the write.
 */
export async function countWrongAnswer(
  db: Db,
  { tenantId, subject, userId }: { tenantId: string; subject: string; userId: string },
  at: number,
): Promise<CountedWrongAnswer> {
  const msToWait = await msUntilJudged(db, { tenantId, subject }, at)
  if (msToWait > 0) return { isCounted: false, msToWait }
  const { rows } = await sql<{ streak: number }>`
    INSERT INTO tries (tenant_id, subject, user_id, taken, max_taken, window_ends_at, streak, locked_until, expires_at)
    VALUES (${tenantId}, ${subject}, ${userId}, 0, 0, 0, 1, 0, NULL)
    ON CONFLICT (tenant_id, subject) DO UPDATE SET streak = tries.streak + 1, locked_until = ${lockAfter(at)}
    WHERE tries.streak < ${mostWrongAnswers} AND ${isUnlocked(at)}
    RETURNING streak`.execute(db)
  if (rows[0] !== undefined) return { isCounted: true, inARow: Number(rows[0].streak) }
  return { isCounted: false, msToWait: Math.max(1, await msUntilJudged(db, { tenantId, subject }, at)) }
}

/** Milliseconds until the next answer of a subject is judged. 0: now. */
async function msUntilJudged(db: Db, { tenantId, subject }: { tenantId: string; subject: string }, at: number): Promise<number> {
  const row = await db
    .selectFrom('tries')
    .select(['streak', 'locked_until'])
    .where('tenant_id', '=', tenantId)
    .where('subject', '=', subject)
    .executeTakeFirst()
  if (row === undefined) return 0
  if (row.streak >= mostWrongAnswers) return longestDelayMs
  const left = row.locked_until - at
  return left > longestLockMs ? 0 : Math.max(0, left)
}

/** The right answer ends the row of wrong ones, of this subject alone (RL-03). */
export async function forgetWrongAnswers(db: Db, { tenantId, subject }: { tenantId: string; subject: string }): Promise<void> {
  await db.deleteFrom('tries').where('tenant_id', '=', tenantId).where('subject', '=', subject).execute()
}

/** Takes back one count: the answer was right, and did not pass for another reason. */
export async function takeBackWrongAnswer(db: Db, { tenantId, subject }: { tenantId: string; subject: string }): Promise<void> {
  await db
    .updateTable('tries')
    .set((set) => ({
      streak: set('streak', '-', 1),
      locked_until: set.case().when('streak', '<=', freeWrongAnswers).then(0).else(set.ref('locked_until')).end(),
    }))
    .where('tenant_id', '=', tenantId)
    .where('subject', '=', subject)
    .where('streak', '>', 0)
    .execute()
}

/** `locked_until` after one more wrong answer than the row has. */
function lockAfter(at: number) {
  const steps: number[] = []
  for (let count = freeWrongAnswers; delayAfter(count) < longestDelayMs; count += 1) steps.push(count)
  const cases = steps.map((count) => sql`WHEN ${sql.lit(count)} THEN ${sql.lit(delayAfter(count))}`)
  return sql`CASE WHEN tries.streak + 1 < ${sql.lit(freeWrongAnswers)} THEN 0
    ELSE CAST(${at} AS BIGINT) + CASE tries.streak + 1 ${sql.join(cases, sql` `)} ELSE ${sql.lit(longestDelayMs)} END END`
}
