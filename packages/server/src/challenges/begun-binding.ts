import type { NamedMethod } from '../authenticators/named-method.ts'
import type { Db, Store } from '../storage/store.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { type ChallengeRow, challengeKind } from './challenge-row.ts'

/** Whether this very token began the binding: only it may finish it (EN-09). */
export function isBegunBy(token: TokenClaims, row: ChallengeRow): boolean {
  return (
    row.user_id === token.userId &&
    row.action_code === token.actionCode &&
    row.idempotency_key === token.idempotencyKey &&
    (JSON.parse(row.details) as { jti?: unknown }).jti === token.jti
  )
}

/**
 * The id of the challenge that this token began last and can still answer, for a method whose answers name none. `undefined`: there is none, so an answer is
 * not about a binding.
 */
export async function findBegunBinding(
  { store, clock }: { store: Pick<Store, 'db'>; clock: () => number },
  token: TokenClaims,
  method: NamedMethod,
): Promise<string | undefined> {
  return (await listOpen(store.db, token, method, clock())).at(-1)?.challenge_id
}

/** Ends the bindings that this token began before, so that an answer can only be about the one to come. */
export async function endBegunBindings(db: Db, token: TokenClaims, method: NamedMethod, at: number): Promise<void> {
  for (const { tenant_id, challenge_id } of await listOpen(db, token, method, at)) {
    await db
      .updateTable('challenges')
      .set({ consumed_at: at })
      .where('tenant_id', '=', tenant_id)
      .where('challenge_id', '=', challenge_id)
      .execute()
  }
}

async function listOpen(db: Db, token: TokenClaims, method: NamedMethod, at: number): Promise<ChallengeRow[]> {
  const open = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', token.tenantId)
    .where('user_id', '=', token.userId)
    .where('kind', '=', challengeKind(method.name, 'registration'))
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', at)
    .orderBy('created_at')
    .execute()
  return open.filter((row) => isBegunBy(token, row))
}
