import { challengeLifetimeMs } from '../challenges/challenge-row.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db, Store } from '../storage/store.ts'
import { credentialDigest } from '../webauthn/authentication-challenge.ts'
import { readClientData } from '../webauthn/check-client-data.ts'
import type { AuthenticationCredential } from '../webauthn/credential-schema.ts'
import { type Assertion, verifyAuthentication } from '../webauthn/verify-authentication.ts'
import { type CeremonyOwner, type OpenedCeremony, openCeremony, sealCeremony, useUpCeremony } from './ceremony-challenge.ts'
import { portalSite } from './portal-site.ts'
import { type CeremonyDeps, passkeyNotAccepted, toDescriptor, unusableCeremony } from './registration-ceremony.ts'

export interface AuthenticationCeremonyDeps extends CeremonyDeps {
  store: Pick<Store, 'db'>
}

/** What an assertion is checked against. `allowed`: digests of credential ids; `null`: whichever passkey the browser has. */
interface Expected {
  allowed: string[] | null
}

/** Makes the options to use a passkey: one of these, or, for somebody who is not known yet, any. */
export function beginAuthentication(
  deps: CeremonyDeps,
  owner: CeremonyOwner,
  known: readonly { credential_id: string; transports: string | null }[] | null,
) {
  const { rpId, problem } = portalSite(deps.config.publicUrl)
  if (problem !== undefined) throw new ApiError('invalid_configuration', problem)
  const expected: Expected = { allowed: known === null ? null : known.map(({ credential_id }) => credentialDigest(credential_id)) }
  return {
    challenge: sealCeremony(deps.challengeSeal, owner, expected, deps.clock()),
    rpId,
    allowCredentials: known?.map(toDescriptor) ?? [],
    timeout: challengeLifetimeMs,
    userVerification: 'required' as const,
  }
}

/** A passkey that was used well, and whose use is not stored yet. */
export interface UsedPasskey {
  verified: true
  ceremony: OpenedCeremony<Expected>
  tenantId: string
  adminId: string
  passkeyId: string
  assertion: Assertion
}

export interface RefusedPasskey {
  verified: false
  /** What the browser is told. */
  refusal: ApiError
  /** What goes on record. */
  reason: string
  /** Whose passkey it is. */
  holder?: { tenantId: string; adminId: string }
}

/** Verifies the answer to those options. Changes nothing. */
export async function verifyUsedPasskey(
  deps: AuthenticationCeremonyDeps,
  owner: CeremonyOwner,
  credential: AuthenticationCredential,
): Promise<UsedPasskey | RefusedPasskey> {
  const ceremony = openCeremony<Expected>(deps.challengeSeal, owner, credential.response.clientDataJSON, deps.clock())
  if (ceremony === undefined) return { verified: false, refusal: unusableCeremony(), reason: 'challenge_unusable' }
  const row = await findPasskey(deps.store.db, credential.id)
  if (row === undefined) {
    return { verified: false, refusal: new ApiError('unknown_credential', 'no admin has this passkey'), reason: 'unknown_passkey' }
  }
  const { tenant_id: tenantId, admin_id: adminId, passkey_id: passkeyId } = row
  const { rpId, origin } = portalSite(deps.config.publicUrl)
  const verdict = await verifyAuthentication({
    credential,
    clientData: readClientData(credential.response.clientDataJSON),
    stored: {
      credentialId: row.credential_id,
      publicKey: row.public_key,
      signCount: row.sign_count,
      backupEligible: row.backup_eligible === 1,
      userHandle: row.user_handle,
    },
    challenge: ceremony.text,
    rpId,
    origins: [origin],
    topOrigins: [],
    requireUserVerification: true,
    allowedCredentials: ceremony.content.allowed,
    requireUserHandle: ceremony.content.allowed === null,
  })
  if (!verdict.verified) {
    return { verified: false, refusal: passkeyNotAccepted(verdict.reason), reason: verdict.reason, holder: { tenantId, adminId } }
  }
  return { verified: true, ceremony, tenantId, adminId, passkeyId, assertion: verdict.assertion }
}

/** Stores the use of a passkey, once for each challenge. Refuses when the passkey is gone or was used by somebody else meanwhile. */
export async function recordPasskeyUse(db: Db, { ceremony, tenantId, passkeyId, assertion }: UsedPasskey, at: number): Promise<void> {
  if (!(await useUpCeremony(db, tenantId, ceremony, at))) throw unusableCeremony()
  const { numUpdatedRows } = await db
    .updateTable('admin_passkeys')
    .set({ sign_count: assertion.signCount, last_used_at: at })
    .where('tenant_id', '=', tenantId)
    .where('passkey_id', '=', passkeyId)
    // Both zero: it does not count at all.
    .where('sign_count', '<', Math.max(assertion.signCount, 1))
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw passkeyNotAccepted('sign_count')
}

function findPasskey(db: Db, credentialId: string) {
  return db
    .selectFrom('admin_passkeys')
    .innerJoin('admins', (join) =>
      join.onRef('admins.tenant_id', '=', 'admin_passkeys.tenant_id').onRef('admins.admin_id', '=', 'admin_passkeys.admin_id'),
    )
    .selectAll('admin_passkeys')
    .select('admins.user_handle')
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
}
