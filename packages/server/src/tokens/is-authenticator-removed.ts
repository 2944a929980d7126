import type { Db } from '../storage/store.ts'

/** TK-10: a proof does not outlive the authenticator that gave it. One that is not there at all counts as removed. */
export async function isAuthenticatorRemoved(db: Db, tenantId: string, userAuthenticatorId: string): Promise<boolean> {
  const row = await db
    .selectFrom('authenticators')
    .select('removed_at')
    .where('tenant_id', '=', tenantId)
    .where('user_authenticator_id', '=', userAuthenticatorId)
    .executeTakeFirst()
  return row === undefined || row.removed_at !== null
}
