import type { Db, Store } from '../storage/store.ts'
import { type ChallengeRow, consumeChallenge, findOpenChallenge } from './challenge-row.ts'
import { unusableChallenge } from './refused-answer.ts'

/** Whose wrong answers are counted: all of one user that came for one action instance and one method, over every challenge that was to bind one. */
export type Binder = Pick<ChallengeRow, 'tenant_id' | 'kind' | 'user_id' | 'action_code' | 'idempotency_key'>

/** How many wrong answers there were. A new challenge does not begin from nothing (OT-06). */
export async function countWrongBindings(db: Db, of: Binder): Promise<number> {
  const rows = await db
    .selectFrom('challenges')
    .select('details')
    .where('tenant_id', '=', of.tenant_id)
    .where('user_id', '=', of.user_id)
    .where('kind', '=', of.kind)
    .where('action_code', '=', of.action_code)
    .where('idempotency_key', '=', of.idempotency_key)
    .execute()
  return rows.reduce((sum, { details }) => sum + wrongOf(details), 0)
}

/**
 * Puts a wrong answer to the challenge of a binding on record, and uses the challenge up with the last one: says whether this was it. Refuses an answer to
 * a challenge that is used up. In a transaction that holds the user: of any number of answers at once, each counts.
 */
export function countWrongBinding(store: Store, challenge: ChallengeRow, tries: number, at: number): Promise<boolean> {
  const { tenant_id: tenantId, user_id: userId, kind, challenge_id: id } = challenge
  return store.transaction({ tenantId, userId: userId ?? '' }, async ({ db }) => {
    const open = await findOpenChallenge(db, tenantId, kind, id, at)
    if (open === undefined) throw unusableChallenge()
    const details = JSON.stringify({ ...JSON.parse(open.details), wrong: wrongOf(open.details) + 1 })
    const isLast = (await countWrongBindings(db, challenge)) + 1 >= tries
    await db.updateTable('challenges').set({ details }).where('tenant_id', '=', tenantId).where('challenge_id', '=', id).execute()
    if (isLast) await consumeChallenge(db, open, at)
    return isLast
  })
}

function wrongOf(details: string): number {
  return (JSON.parse(details) as { wrong?: number }).wrong ?? 0
}
