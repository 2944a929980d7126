import { challengeLifetimeMs } from '../challenges/challenge-row.ts'
import type { ChallengeSeal } from '../challenges/challenge-seal.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import { findAuthenticatorName } from '../webauthn/authenticator-name.ts'
import type { RegistrationCredential } from '../webauthn/credential-schema.ts'
import { offeredAlgorithms } from '../webauthn/import-public-key.ts'
import { verifyRegistration } from '../webauthn/verify-registration.ts'
import { type CeremonyOwner, type OpenedCeremony, openCeremony, sealCeremony, useUpCeremony } from './ceremony-challenge.ts'
import { portalSite } from './portal-site.ts'

export interface CeremonyDeps {
  challengeSeal: ChallengeSeal
  config: { publicUrl: string }
  clock: () => number
}

/** The admin who is to hold the passkey. Travels in the challenge, sealed. */
export interface NewHolder {
  adminId: string
  userHandle: string
  name: string
}

interface KnownPasskey {
  credential_id: string
  transports: string | null
}

/** Makes the options to create a passkey of an admin: discoverable, with user verification, on the host of the public URL. */
export function beginRegistration(deps: CeremonyDeps, owner: CeremonyOwner, holder: NewHolder, known: readonly KnownPasskey[]) {
  const { rpId, problem } = portalSite(deps.config.publicUrl)
  if (problem !== undefined) throw new ApiError('invalid_configuration', problem)
  return {
    challenge: sealCeremony(deps.challengeSeal, owner, holder, deps.clock()),
    rp: { id: rpId, name: 'Sallyport' },
    user: { id: holder.userHandle, name: holder.name, displayName: holder.name },
    pubKeyCredParams: offeredAlgorithms.map((alg) => ({ type: 'public-key' as const, alg })),
    timeout: challengeLifetimeMs,
    attestation: 'none' as const,
    excludeCredentials: known.map(toDescriptor),
    authenticatorSelection: { residentKey: 'required' as const, requireResidentKey: true, userVerification: 'required' as const },
    hints: [],
    extensions: { credProps: true },
  }
}

/** A verified passkey that is not stored yet. */
export interface NewPasskey {
  ceremony: OpenedCeremony<NewHolder>
  credentialId: string
  publicKey: string
  signCount: number
  backupEligible: boolean
  transports: string[]
  name: string | null
}

/** Verifies the answer to those options. Changes nothing. */
export async function verifyNewPasskey(deps: CeremonyDeps, owner: CeremonyOwner, credential: RegistrationCredential): Promise<NewPasskey> {
  const ceremony = openCeremony<NewHolder>(deps.challengeSeal, owner, credential.response.clientDataJSON, deps.clock())
  if (ceremony === undefined) throw unusableCeremony()
  const { rpId, origin } = portalSite(deps.config.publicUrl)
  const verdict = await verifyRegistration({
    credential,
    challenge: ceremony.text,
    rpId,
    origins: [origin],
    topOrigins: [],
    requireUserVerification: true,
    isConditionalCreate: false,
  })
  if (!verdict.verified) throw passkeyNotAccepted(verdict.reason)
  const { credentialId, publicKey, signCount, backupEligible, aaguid } = verdict.credential
  const transports = credential.response.transports?.filter((transport) => /^[a-z-]{1,32}$/.test(transport)) ?? []
  return { ceremony, credentialId, publicKey, signCount, backupEligible, transports, name: findAuthenticatorName(aaguid) ?? null }
}

/** Stores a verified passkey, once for each challenge. Refuses one that is known already. */
export async function insertPasskey(
  db: Db,
  { tenantId, adminId, passkeyId, at }: { tenantId: string; adminId: string; passkeyId: string; at: number },
  passkey: NewPasskey,
): Promise<void> {
  if (!(await useUpCeremony(db, tenantId, passkey.ceremony, at))) throw unusableCeremony()
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('admin_passkeys')
    .values({
      tenant_id: tenantId,
      passkey_id: passkeyId,
      admin_id: adminId,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      sign_count: passkey.signCount,
      backup_eligible: passkey.backupEligible ? 1 : 0,
      transports: passkey.transports.length === 0 ? null : JSON.stringify(passkey.transports),
      name: passkey.name,
      created_at: at,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw new ApiError('already_exists', 'this passkey is already in use')
}

export function toDescriptor({ credential_id, transports }: KnownPasskey) {
  return {
    type: 'public-key' as const,
    id: credential_id,
    ...(transports === null ? {} : { transports: JSON.parse(transports) as string[] }),
  }
}

/** It was made for somebody else, has expired, or was answered. */
export function unusableCeremony(): ApiError {
  return new ApiError('invalid_credential', 'the challenge is unknown, was used or has expired: begin again')
}

export function passkeyNotAccepted(reason: unknown): ApiError {
  return new ApiError('invalid_credential', 'the passkey was not accepted', { cause: new Error(String(reason)) })
}
