import { type BeginBindingDeps, beginBinding } from '../challenges/begin-binding.ts'
import { challengeLifetimeMs } from '../challenges/challenge-row.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { credentialsOf } from './find-credential.ts'
import { offeredAlgorithms } from './import-public-key.ts'
import { createRegistrationChallenge, idOfRegistration } from './registration-challenge.ts'
import { enrolmentRulesOf, loadRelyingParty, type WebauthnMethod } from './relying-party.ts'

export interface RegistrationOptionsInput {
  username?: string
  displayName?: string
  authenticatorAttachment?: 'platform' | 'cross-platform'
}

/** What a registration is checked against when its answer comes, beside the challenge itself. */
export interface RegistrationDetails {
  requireUserVerification: boolean
  username: string
  displayName: string
}

/**
 * Makes the options of a registration ceremony for the user of a token: WebAuthn Level 3, "Options for Credential Creation". Refuses a token that may not
 * bind a credential. The user handle says nothing of who the user is (WA-21), and the user's own credentials are excluded (WA-17).
 */
export async function createRegistrationOptions(
  deps: BeginBindingDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: WebauthnMethod,
  input: RegistrationOptionsInput,
) {
  const party = loadRelyingParty(tenant, method)
  return beginBinding(deps, token, method, enrolmentRulesOf(party), (user, bound) => {
    const challenge = createRegistrationChallenge()
    const challengeId = idOfRegistration(challenge)
    const name = input.username ?? user.username ?? user.email ?? token.userId
    const displayName = input.displayName ?? user.display_name ?? name
    const details: RegistrationDetails = { requireUserVerification: party.userVerification === 'required', username: name, displayName }
    const attachment = party.authenticatorAttachment ?? input.authenticatorAttachment
    const options = {
      challenge,
      rp: { id: party.rpId, name: party.rpName },
      user: { id: user.user_handle, name, displayName },
      pubKeyCredParams: offeredAlgorithms.map((alg) => ({ type: 'public-key' as const, alg })),
      timeout: challengeLifetimeMs,
      attestation: 'none' as const,
      // One that was made without verifying its user may be made again: it takes the place of the old one on its authenticator.
      excludeCredentials: credentialsOf(bound, method)
        .filter(({ details }) => details.uvInitialized !== false)
        .map(toDescriptor),
      authenticatorSelection: {
        ...(attachment === undefined ? {} : { authenticatorAttachment: attachment }),
        residentKey: party.residentKey,
        requireResidentKey: party.residentKey === 'required',
        userVerification: party.userVerification,
      },
      hints: [...party.hints],
      extensions: { credProps: true },
    }
    return { challengeId, text: challenge, details, reply: { challengeId, options } }
  })
}

export function toDescriptor({ credentialId, transports }: { credentialId: string; transports: string[] | undefined }) {
  return { type: 'public-key' as const, id: credentialId, ...(transports === undefined ? {} : { transports }) }
}
