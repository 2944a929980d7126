import type { NamedMethod } from '../../authenticators/named-method.ts'
import { type ChallengeRow, challengeKind } from '../../challenges/challenge-row.ts'
import type { Db } from '../../storage/store.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'

/** What is kept of a code that was sent. */
export interface CodeDetails {
  hash: string
  to: string
  /** The token that binds with it. Only of a binding. */
  jti?: string
  /** What it was sent to. Only of a challenge of a user. */
  userAuthenticatorId?: string
}

/** The code that was sent last for the instance of a token, and can still be used: to bind an authenticator by this token, or to answer the challenge. */
export async function findOpenCode(db: Db, token: TokenClaims, method: NamedMethod, at: number): Promise<ChallengeRow | undefined> {
  return (await findSentCodes(db, token, method)).find((row) => row.consumed_at === null && row.expires_at > at)
}

/** The codes that were sent for the instance of a token, to answer its challenge or to bind an authenticator by this token, used or not. Latest first. */
export async function findSentCodes(db: Db, token: TokenClaims, { name }: NamedMethod): Promise<ChallengeRow[]> {
  const rows = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', token.tenantId)
    .where('user_id', '=', token.userId)
    .where('action_code', '=', token.actionCode)
    .where('idempotency_key', '=', token.idempotencyKey)
    .where('kind', 'in', [challengeKind(name, 'registration'), challengeKind(name, 'code')])
    .orderBy('created_at', 'desc')
    .orderBy('kind', 'desc')
    .execute()
  return rows.filter((row) => row.kind === challengeKind(name, 'code') || codeDetailsOf(row).jti === token.jti)
}

export function codeDetailsOf({ details }: Pick<ChallengeRow, 'details'>): CodeDetails {
  return JSON.parse(details) as CodeDetails
}

/** A code that was made, and for what. */
export type MadeCode = Pick<ChallengeRow, 'tenant_id' | 'challenge_id' | 'kind' | 'user_id' | 'action_code' | 'idempotency_key'>

/** A code that was sent takes the place of every earlier one for the same instance (OT-06). */
export async function replaceOlderCodes(db: Db, sent: MadeCode, at: number): Promise<void> {
  await db
    .updateTable('challenges')
    .set({ consumed_at: at })
    .where('tenant_id', '=', sent.tenant_id)
    .where('user_id', '=', sent.user_id)
    .where('kind', '=', sent.kind)
    .where('action_code', '=', sent.action_code)
    .where('idempotency_key', '=', sent.idempotency_key)
    .where('challenge_id', '!=', sent.challenge_id)
    .where('consumed_at', 'is', null)
    .execute()
}

/** A code that nobody received is none. */
export async function withdrawCode(db: Db, { tenant_id, challenge_id }: MadeCode): Promise<void> {
  await db.deleteFrom('challenges').where('tenant_id', '=', tenant_id).where('challenge_id', '=', challenge_id).execute()
}
