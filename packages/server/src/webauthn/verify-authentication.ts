import { credentialDigest } from './authentication-challenge.ts'
import { type Refusal, refuse, refuseOrigin } from './ceremony-refusal.ts'
import { findAuthenticatorDataFault, readAuthenticatorDataHead } from './check-authenticator-data.ts'
import { type ClientData, findClientDataFault } from './check-client-data.ts'
import { findCredentialIdFault } from './check-credential-id.ts'
import { mayFollow } from './check-sign-count.ts'
import type { AuthenticationCredential } from './credential-schema.ts'
import { importStoredPublicKey } from './import-public-key.ts'
import { verifySignature } from './verify-signature.ts'
import { parseWholeAuthenticatorData } from './webauthn-library.ts'

/** The stored credential an assertion is checked against. */
export interface StoredCredential {
  credentialId: string
  /** COSE key, base64url. */
  publicKey: string
  signCount: number
  /** `null`: not known yet, because the credential was imported. The first verified assertion tells. */
  backupEligible: boolean | null
  /** Of the user it belongs to. `null`: not known yet, because the credential was imported without it. The first verified assertion tells. */
  userHandle: string | null
}

export interface AuthenticationRequest {
  credential: AuthenticationCredential
  /** Of the credential; `undefined`: it could not be read. */
  clientData: ClientData | undefined
  stored: StoredCredential
  /** The challenge of the options, base64url. */
  challenge: string
  rpId: string
  origins: readonly string[]
  topOrigins: readonly string[]
  requireUserVerification: boolean
  /** Digests of the ids the options allowed; `null` when any passkey of the relying party could answer. */
  allowedCredentials: readonly string[] | null
  /** Nobody was known when the options were made: only the user handle says whose passkey it is, so it must be there. */
  requireUserHandle: boolean
}

export interface Assertion {
  credentialId: string
  signCount: number
  userVerified: boolean
  backupEligible: boolean
  backupState: boolean
  /** `undefined`: not sent. */
  userHandle: string | undefined
}

export type AuthenticationVerdict = { verified: true; assertion: Assertion } | Refusal

/**
 * Verifies the answer to authentication options: WebAuthn Level 3, "Verifying an Authentication Assertion". Its steps are these checks; what is CBOR is the
 * library's to read. What the library would refuse is refused, and more: `agree-with-library.test.ts` compares the two.
 *
 * Pure: that the challenge is unused and the stored credential still in force is the caller's to check, and the new sign count the caller's to store (WA-20).
 */
export async function verifyAuthentication(request: AuthenticationRequest): Promise<AuthenticationVerdict> {
  const { credential, clientData, stored } = request
  const idFault = findCredentialIdFault(credential)
  if (idFault !== undefined) return refuse(idFault)
  // WA-06: the library verifies with whatever key it is given and never looks whether that key belongs to the id.
  if (credential.id !== stored.credentialId) return refuse('credential_id_mismatch')
  if (request.allowedCredentials !== null && !request.allowedCredentials.includes(credentialDigest(credential.id))) {
    return refuse('credential_not_allowed')
  }
  const userHandle = credential.response.userHandle
  if (userHandle === undefined || userHandle === null || userHandle === '') {
    if (request.requireUserHandle) return refuse('user_handle_missing')
  } else if (stored.userHandle !== null && userHandle !== stored.userHandle) return refuse('user_handle_mismatch')

  if (clientData === undefined) return refuse('client_data_malformed')
  const { challenge, origins, topOrigins, rpId, requireUserVerification } = request
  const clientDataFault = findClientDataFault(clientData, { type: 'webauthn.get', challenge, origins, topOrigins })
  if (clientDataFault === 'origin_not_allowed') return refuseOrigin(clientData.origin)
  if (clientDataFault !== undefined) return refuse(clientDataFault)
  const authenticatorData = Buffer.from(credential.response.authenticatorData, 'base64url')
  const head = readAuthenticatorDataHead(authenticatorData)
  if (head === undefined) return refuse('authenticator_data_malformed')
  const dataFault = findAuthenticatorDataFault(head, { rpId, requireUserPresence: true, requireUserVerification })
  if (dataFault !== undefined) return refuse(dataFault)
  if (stored.backupEligible !== null && head.backupEligible !== stored.backupEligible) return refuse('backup_eligibility_changed')

  if (!head.isAll) {
    const whole = await parseWholeAuthenticatorData(authenticatorData)
    if (!whole.ok) return refuse('authenticator_data_malformed', whole.cause)
  }

  const publicKey = importStoredPublicKey(stored.publicKey)
  if (!publicKey.imported) return refuse('public_key_invalid', publicKey.cause)
  const signed = { authenticatorData, clientData: clientData.bytes, signature: Buffer.from(credential.response.signature, 'base64url') }
  const signature = await verifySignature(publicKey, signed)
  if (signature !== 'valid') return refuse(`signature_${signature}`)
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
      userHandle: userHandle || undefined,
    },
  }
}
