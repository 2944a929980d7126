import { type VerificationMethod, verificationMethods } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import type { AuthenticatorDetails } from './authenticator-row.ts'

/** For so long after a recovery, what a user does with the new authenticator counts as seen, not as proven. */
const recoveryWindowMs = 7 * 24 * 60 * 60 * 1000

/**
 * Whether a passed challenge proves its user to the profile. A recovery code does not, and neither does an authenticator that was bound in a recovery less than
 * seven days ago: whoever took the account over by a recovery would teach it the own address and device at once.
 */
export async function provesUser(
  db: Db,
  { tenantId, userAuthenticatorId }: { tenantId: string; userAuthenticatorId: string },
  method: VerificationMethod,
  at: number,
): Promise<boolean> {
  if (verificationMethods[method].recovery) return false
  const row = await db
    .selectFrom('authenticators')
    .select('details')
    .where('tenant_id', '=', tenantId)
    .where('user_authenticator_id', '=', userAuthenticatorId)
    .executeTakeFirst()
  const { recoveredAt } = (row === undefined ? {} : JSON.parse(row.details)) as AuthenticatorDetails
  return recoveredAt === undefined || at - recoveredAt >= recoveryWindowMs
}
