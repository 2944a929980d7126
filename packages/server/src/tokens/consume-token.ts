import { createHash } from 'node:crypto'
import type { Instance } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import type { TokenClaims } from './challenge-token.ts'

/** How long a passed challenge is remembered as approved after its token has expired: longer than any other token for it can last. */
const approvalRetention = 24 * 60 * 60 * 1000

/**
 * Uses up a result token, and the passed challenge it speaks of: one challenge approves once, however many tokens were issued for it. `false` when
 * either was used before. Keyed on `jti`, never on the token's text, which has many spellings (TK-06); each insert is one atomic statement.
 */
export async function consumeToken(db: Db, claims: TokenClaims, instance: Instance, at: number): Promise<boolean> {
  const isFirstUse = await insertOnce(db, claims.tenantId, claims.jti, at, claims.expiresAt)
  return isFirstUse && insertOnce(db, claims.tenantId, approvalKey(instance), at, Math.max(at, claims.expiresAt) + approvalRetention)
}

async function insertOnce(db: Db, tenantId: string, jti: string, at: number, expiresAt: number): Promise<boolean> {
  const inserted = await db
    .insertInto('consumed_tokens')
    .values({ tenant_id: tenantId, jti, consumed_at: at, expires_at: expiresAt })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'jti']).doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

/** Names one success of one instance. An operator who sets an instance back lets it be approved again. */
function approvalKey({ userId, action, idempotencyKey, stateUpdatedAt }: Instance): string {
  const text = JSON.stringify([userId, action, idempotencyKey, stateUpdatedAt])
  return `approval:${createHash('sha256').update(text).digest('base64url')}`
}
