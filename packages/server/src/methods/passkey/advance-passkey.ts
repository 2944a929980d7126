import { isAuthenticatorRemoved } from '../../authenticators/is-authenticator-removed.ts'
import { prepareQuery } from '../../storage/prepare-query.ts'
import type { Db } from '../../storage/store.ts'
import type { Passkey } from './find-passkey.ts'
import type { PasskeyDetails } from './passkey-details.ts'
import type { Assertion } from './verify-authentication.ts'

/**
 * Writes what an assertion says of its passkey: counter, backup state, time of use. Answers with why it does not count when another answer moved the counter
 * on, or somebody removed the passkey, while the signature was checked.
 *
 * INVARIANT: a stored sign count never goes down (I8), and a removed authenticator proves nothing (TK-10). One statement sees to both.
 */
export async function advancePasskey(
  db: Db,
  { row, backupEligible }: Passkey,
  assertion: Assertion,
  at: number,
): Promise<'authenticator_removed' | 'sign_count' | undefined> {
  const { tenant_id: tenantId, user_authenticator_id: id } = row
  const { signCount } = assertion
  // Both zero: it does not count at all.
  const below = Math.max(signCount, 1)
  const { numAffectedRows } = await updateUsed(db, tenantId, id, signCount, below, at, assertion.backupState ? 1 : 0)
  if (numAffectedRows !== 1n) return (await isAuthenticatorRemoved(db, tenantId, id)) ? 'authenticator_removed' : 'sign_count'
  if (backupEligible !== null) return undefined
  await db
    .updateTable('authenticators')
    .set({ backup_eligible: assertion.backupEligible ? 1 : 0, details: withoutImport(row.details) })
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

function withoutImport(details: string): string {
  const { isImported: _, ...others } = JSON.parse(details) as PasskeyDetails
  return JSON.stringify(others)
}
