import { type Refusal, refuse } from './ceremony-refusal.ts'
import { findAuthenticatorDataFault, readAuthenticatorDataHead } from './check-authenticator-data.ts'
import { findClientDataFault } from './check-client-data.ts'
import { findCredentialIdFault } from './check-credential-id.ts'
import { mayFollow } from './check-sign-count.ts'
import { isStrictDerSignature } from './check-signature-encoding.ts'
import type { AuthenticationCredential } from './credential-schema.ts'
import { algorithmOf } from './import-public-key.ts'
import { verifyAuthenticationByLibrary } from './webauthn-library.ts'

/** The stored credential an assertion is checked against. */
export interface StoredCredential {
  credentialId: string
  /** COSE key, base64url. */
  publicKey: string
  signCount: number
  /** `null`: not known yet, because the credential was imported. The first verified assertion tells. */
  backupEligible: boolean | null
  /** Of the user it belongs to. */
  userHandle: string
}

export interface AuthenticationRequest {
  credential: AuthenticationCredential
  stored: StoredCredential
  /** The challenge of the options, base64url. */
  challenge: string
  rpId: string
  origins: readonly string[]
  topOrigins: readonly string[]
  requireUserVerification: boolean
  /** The ids the options allowed; `null` when any passkey of the relying party could answer. */
  allowedCredentialIds: readonly string[] | null
  /** Nobody was known when the options were made: only the user handle says whose passkey it is, so it must be there. */
  requireUserHandle: boolean
}

export interface Assertion {
  credentialId: string
  signCount: number
  userVerified: boolean
  backupEligible: boolean
  backupState: boolean
}

export type AuthenticationVerdict = { verified: true; assertion: Assertion } | Refusal

/**
 * Verifies the answer to authentication options: WebAuthn Level 3, "Verifying an Authentication Assertion". The library checks the ceremony; the checks
 * around it are the ones it leaves out, and the ones that both ceremonies must make in the same way.
 *
 * Pure: that the challenge is unused and the stored credential still in force is the caller's to check, and the new sign count the caller's to store (WA-20).
 */
export async function verifyAuthentication(request: AuthenticationRequest): Promise<AuthenticationVerdict> {
  const { credential, stored } = request
  const idFault = findCredentialIdFault(credential)
  if (idFault !== undefined) return refuse(idFault)
  // WA-06: the library verifies with whatever key it is given and never looks whether that key belongs to the id.
  if (credential.id !== stored.credentialId) return refuse('credential_id_mismatch')
  if (request.allowedCredentialIds !== null && !request.allowedCredentialIds.includes(credential.id))
    return refuse('credential_not_allowed')
  const userHandle = credential.response.userHandle
  if (userHandle === undefined || userHandle === null || userHandle === '') {
    if (request.requireUserHandle) return refuse('user_handle_missing')
  } else if (userHandle !== stored.userHandle) return refuse('user_handle_mismatch')

  const clientDataFault = findClientDataFault(credential.response.clientDataJSON, { ...request, type: 'webauthn.get' as const })
  if (clientDataFault !== undefined) return refuse(clientDataFault)
  const head = readAuthenticatorDataHead(Buffer.from(credential.response.authenticatorData, 'base64url'))
  if (head === undefined) return refuse('authenticator_data_malformed')
  const dataFault = findAuthenticatorDataFault(head, { ...request, requireUserPresence: true })
  if (dataFault !== undefined) return refuse(dataFault)
  if (stored.backupEligible !== null && head.backupEligible !== stored.backupEligible) return refuse('backup_eligibility_changed')

  const publicKey = Buffer.from(stored.publicKey, 'base64url')
  const algorithm = algorithmOf(publicKey)
  if (algorithm === undefined) return refuse('public_key_invalid')
  if (algorithm === -7 && !isStrictDerSignature(Buffer.from(credential.response.signature, 'base64url'))) {
    return refuse('signature_malformed')
  }
  const answer = await verifyAuthenticationByLibrary(credential, { ...request, publicKey })
  if (!answer.ok) return refuse('signature_invalid', answer.cause)
  if (!answer.value.verified) return refuse('signature_invalid')
  // Last, so that only the holder of the key can raise this alarm.
  if (!mayFollow(head.signCount, stored.signCount)) return refuse('sign_count')

  return {
    verified: true,
    assertion: {
      credentialId: credential.id,
      signCount: head.signCount,
      userVerified: head.userVerified,
      backupEligible: head.backupEligible,
      backupState: head.backupState,
    },
  }
}
