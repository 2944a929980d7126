import { hash } from 'node:crypto'

/** What an assertion is checked against when it comes, beside the challenge itself. It travels in the challenge, sealed. */
export interface AuthenticationDetails {
  /** Milliseconds UTC. */
  expiresAt: number
  requireUserVerification: boolean
  requireDeviceBound: boolean
  /** Digests of the credential ids that the options allowed; `null`: any passkey of the relying party. */
  allowedCredentials: string[] | null
  /** What a sign-in without a token is for; with one, the token says it. */
  action: SignInAction | null
}

interface SignInAction {
  code: string
  idempotencyKey: string | null
  /** Digest of the id of the challenge that named the action. */
  challengeId: string
}

/** The action of a sign-in that names none. */
export const signInActionCode = 'passkey-sign-in'

/** Stands for a credential id where there is little room. */
export function credentialDigest(credentialId: string): string {
  return hash('sha256', credentialId, 'buffer').toString('base64url', 0, 16)
}
