import { hash } from 'node:crypto'
import { challengeLifetimeMs, orderedChallengeIdOf } from '../../challenges/challenge-row.ts'
import type { ChallengeOwner, ChallengeSeal } from '../../challenges/challenge-seal.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'

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
  /** The challenge that named the action, when there was one. */
  challengeId: string | null
}

/** A challenge that was answered, and can be: made here, for this caller, not expired. */
export interface AuthenticationChallenge extends AuthenticationDetails {
  challengeId: string
  /** As the browser signed it. */
  text: string
  actionCode: string
  idempotencyKey: string | null
}

/** How far apart the clocks of two server processes may be. */
const maxSkewMs = 60_000

/** Seals the challenge of an authentication ceremony. Nothing is stored until it is answered. */
export function sealAuthenticationChallenge(
  seal: ChallengeSeal,
  tenantId: string,
  token: TokenClaims | undefined,
  details: AuthenticationDetails,
): { challengeId: string; challenge: string } {
  const challenge = seal.seal(ownerOf(tenantId, token), details)
  return { challengeId: orderedChallengeIdOf(challenge, details.expiresAt), challenge }
}

/**
 * The challenge that was signed, when it can be answered by this caller: one made with a token is answered with a token for the same instance, one
 * made without is answered without. That nobody has answered it yet is not known from it.
 */
export function openAuthenticationChallenge(
  seal: ChallengeSeal,
  tenantId: string,
  token: TokenClaims | undefined,
  text: string,
  at: number,
): AuthenticationChallenge | undefined {
  // TK-03: the token of a passed challenge answers no other one.
  if (token !== undefined && token.kind !== 'challenge') return undefined
  const details = seal.open(ownerOf(tenantId, token), text) as AuthenticationDetails | undefined
  if (details === undefined) return undefined
  const left = details.expiresAt - at
  // a clock that was set back makes no challenge live longer.
  if (left <= 0 || left > challengeLifetimeMs + maxSkewMs) return undefined
  return {
    ...details,
    challengeId: orderedChallengeIdOf(text, details.expiresAt),
    text,
    actionCode: token?.actionCode ?? details.action?.code ?? signInActionCode,
    idempotencyKey: token?.idempotencyKey ?? details.action?.idempotencyKey ?? null,
  }
}

/** The action of a sign-in that names none. */
export const signInActionCode = 'passkey-sign-in'

/** Stands for a credential id where there is little room. */
export function credentialDigest(credentialId: string): string {
  return hash('sha256', credentialId, 'buffer').toString('base64url', 0, 16)
}

function ownerOf(tenantId: string, token: TokenClaims | undefined): ChallengeOwner {
  return token === undefined ? [tenantId] : [tenantId, token.userId, token.actionCode, token.idempotencyKey]
}
