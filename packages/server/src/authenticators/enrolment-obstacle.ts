import type { Instance } from '@sallyport/engine'
import type { TokenClaims } from '../tokens/challenge-token.ts'

/** How strict a tenant is with a method. */
export interface EnrolmentRules {
  /** A user without any authenticator may bind the first one with a token that was not made for it. Off: see `enrolmentObstacle`. */
  allowFirstEnrolmentWithoutScope: boolean
  /** A further authenticator can be bound only after a passed challenge, whatever scope the application asked for. */
  requireChallengeToAdd: boolean
}

export interface EnrolmentRequest {
  token: Pick<TokenClaims, 'scopes' | 'basis'>
  /** The tracked instance the token is for, as it stands now. */
  instance: Pick<Instance, 'state' | 'disputedAt'>
  /** The user has an authenticator of any method already. */
  isEnrolled: boolean
  rules: EnrolmentRules
  /** Of the method, such as `passkey`. */
  noun: string
}

/**
 * Why a token may not bind an authenticator now, as a sentence for the developer; `undefined` when it may. An enrolment is the soft spot of every second
 * factor, so it needs proof other than being asked (EN-01, EN-02):
 *
 * | state of the instance | user without authenticator | user with one |
 * |---|---|---|
 * | `ALLOW`, `REVIEW_SUCCEEDED` | scope `add:authenticators` | scope `add:authenticators` (off: `requireChallengeToAdd`) |
 * | `CHALLENGE_SUCCEEDED` | scope | scope; every passed challenge gives it |
 * | `CHALLENGE_REQUIRED` | scope: the application vouches for the user | never: the challenge comes first |
 * | all others | never | never |
 *
 * A user who had an authenticator when the token was issued counts as one with it, although it was removed since: the removal is no proof.
 */
export function enrolmentObstacle({ token, instance, rules, noun, ...user }: EnrolmentRequest): string | undefined {
  const { state } = instance
  const isEnrolled = user.isEnrolled || token.basis?.isEnrolled === true
  if (instance.disputedAt !== null) return 'the action was disputed'
  const isGood = state === 'ALLOW' || state === 'CHALLENGE_SUCCEEDED' || state === 'REVIEW_SUCCEEDED'
  if (!isGood && state !== 'CHALLENGE_REQUIRED') return 'the action was not allowed'
  if (state === 'CHALLENGE_REQUIRED' && isEnrolled) return 'the user must pass the challenge of this action first'
  if (!token.scopes.includes('add:authenticators')) {
    const isFirst = !isEnrolled && state === 'ALLOW' && rules.allowFirstEnrolmentWithoutScope
    return isFirst ? undefined : 'the token lacks the scope `add:authenticators`'
  }
  if (isEnrolled && rules.requireChallengeToAdd && state !== 'CHALLENGE_SUCCEEDED') {
    return `the user must pass a challenge before adding another ${noun}`
  }
  return undefined
}
