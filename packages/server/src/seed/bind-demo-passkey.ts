import { hash } from 'node:crypto'
import { type BeginBindingDeps, beginBinding } from '../challenges/begin-binding.ts'
import { type FinishBindingDeps, finishBinding } from '../challenges/finish-binding.ts'
import { toUuid } from '../challenges/to-uuid.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { passkeyName } from '../methods/passkey/passkey-name.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import type { CredentialDetails } from '../webauthn/credential-details.ts'
import type { Credential } from '../webauthn/find-credential.ts'
import { enrolmentRulesOf, loadRelyingParty } from '../webauthn/relying-party.ts'
import { demoPasskeyColumns } from './demo-passkey.ts'

/** How long a person takes to touch a sensor. */
const touchMs = 9_000

export type BindDemoPasskeyDeps = BeginBindingDeps & FinishBindingDeps

/** Where the user is, and with what. */
export interface BindingPlace {
  ipAddress: string
  deviceId: string
  userAgent: string
}

/** Binds a passkey to the user of a token, as a browser does it, but for the signature: challenge, binding, audit entry, all at the given time. */
export async function bindDemoPasskey(
  deps: BindDemoPasskeyDeps,
  tenant: Tenant,
  token: TokenClaims,
  seed: string,
  at: number,
  { ipAddress, deviceId, userAgent }: BindingPlace,
): Promise<Credential> {
  const rules = enrolmentRulesOf(loadRelyingParty(tenant, passkeyName))
  const text = hash('sha256', `${seed} challenge of ${token.jti}`, 'base64url')
  const challengeId = toUuid(hash('sha256', text, 'buffer'))
  await beginBinding({ ...deps, clock: () => at }, token, passkeyName, rules, () => ({ challengeId, text, details: {}, reply: null }))
  const columns = demoPasskeyColumns(seed, token.userId, deviceId, userAgent)
  const { row } = await finishBinding({ ...deps, clock: () => at + touchMs }, tenant, token, {
    method: passkeyName,
    rules,
    challengeId,
    check: async () => ({ verified: true, columns, userVerified: true }),
    ipAddress,
  })
  return {
    row,
    credentialId: row.credential_id ?? '',
    publicKey: row.public_key ?? '',
    backupEligible: true,
    details: JSON.parse(row.details) as CredentialDetails,
  }
}
