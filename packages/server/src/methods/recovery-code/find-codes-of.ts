import type { SecretPlace } from '../../authenticators/authenticator-secret.ts'
import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Db } from '../../storage/store.ts'
import { recoveryCodeName } from './recovery-code-name.ts'

/** Where the recovery codes of a user are kept. Refuses a user who has none. */
export async function findCodesOf(db: Db, { tenantId, userId }: { tenantId: string; userId: string }): Promise<SecretPlace> {
  const { name, noun } = recoveryCodeName
  const codes = (await listAuthenticators(db, tenantId, userId)).findLast(({ verification_method }) => verification_method === name)
  if (codes === undefined) throw new ApiError('not_enrolled', `the user has no ${noun}s`)
  return { tenantId, userId, id: codes.user_authenticator_id }
}
