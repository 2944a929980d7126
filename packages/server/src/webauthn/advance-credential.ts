import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db } from '../storage/store.ts'
import { isAuthenticatorRemoved } from '../tokens/is-authenticator-removed.ts'
import { type CredentialDetails, isUserHandleOpen } from './credential-details.ts'
import type { Credential } from './find-credential.ts'
import type { Assertion } from './verify-authentication.ts'

/**
 * Writes what an assertion says of its credential: counter, backup state, time of use, and once what was not known before. Answers with why it does not count
 * when another answer moved the counter on, or somebody removed the credential, while the signature was checked.
 *
 * INVARIANT: a stored sign count never goes down (I8), and a removed authenticator proves nothing (TK-10). One statement sees to both.
 */
export async function advanceCredential(
  db: Db,
  credential: Credential,
  assertion: Assertion,
  at: number,
): Promise<'authenticator_removed' | 'sign_count' | 'user_handle_mismatch' | undefined> {
  const { row } = credential
  const { tenant_id: tenantId, user_authenticator_id: id } = row
  const { signCount } = assertion
  // Both zero: it does not count at all.
  const below = Math.max(signCount, 1)
  const { numAffectedRows } = await updateUsed(db, tenantId, id, signCount, below, at, assertion.backupState ? 1 : 0)
  if (numAffectedRows !== 1n) return (await isAuthenticatorRemoved(db, tenantId, id)) ? 'authenticator_removed' : 'sign_count'
  const details = learn(credential.details, assertion)
  if (details === undefined) return undefined
  const { userHandle } = details
  if (userHandle !== credential.details.userHandle && userHandle !== undefined) {
    const owner = await db
      .selectFrom('users')
      .select('user_id')
      .where('tenant_id', '=', tenantId)
      .where('user_handle', '=', userHandle)
      .executeTakeFirst()
    if (owner !== undefined && owner.user_id !== row.user_id) return 'user_handle_mismatch'
  }
  // A person may have renamed it since it was read.
  const now = await db
    .selectFrom('authenticators')
    .select('details')
    .where('tenant_id', '=', tenantId)
    .where('user_authenticator_id', '=', id)
    .executeTakeFirstOrThrow()
  const { givenName }: CredentialDetails = JSON.parse(now.details)
  await db
    .updateTable('authenticators')
    .set({ backup_eligible: assertion.backupEligible ? 1 : 0, details: JSON.stringify({ ...details, givenName }) })
    .where('tenant_id', '=', tenantId)
    .where('user_authenticator_id', '=', id)
    .execute()
  return undefined
}

const updateUsed = prepareQuery(
  (db, tenantId: string, id: string, sign_count: number, below: number, last_verified_at: number, backup_state: 0 | 1) =>
    db
      .updateTable('authenticators')
      .set({ sign_count, last_verified_at, backup_state })
      .where('tenant_id', '=', tenantId)
      .where('user_authenticator_id', '=', id)
      .where('removed_at', 'is', null)
      .where('sign_count', '<', below),
)

/** The details with what this answer is the first to tell; `undefined`: nothing new. */
function learn(details: CredentialDetails, { userHandle, userVerified }: Assertion): CredentialDetails | undefined {
  const { isImported, isUserHandleOpen: _, ...known } = details
  const isOpen = isUserHandleOpen(details)
  // One that was made without verifying its user stays so: a PIN that is set later may be a thief's.
  const isVerificationNew = details.uvInitialized === undefined && userVerified
  if (isImported !== true && !(isOpen && userHandle !== undefined) && !isVerificationNew) return undefined
  return {
    ...known,
    ...(isVerificationNew && { uvInitialized: true }),
    ...(isOpen && (userHandle === undefined ? { isUserHandleOpen: true } : { userHandle })),
  }
}
