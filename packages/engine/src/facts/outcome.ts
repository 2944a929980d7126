/** What a rule, or an action's default, asks for. */
export type Outcome = 'ALLOW' | 'CHALLENGE' | 'REVIEW' | 'BLOCK'

/** Where an action instance stands. The names are the wire API's. */
export type State =
  | 'ALLOW'
  | 'BLOCK'
  | 'CHALLENGE_REQUIRED'
  | 'CHALLENGE_SUCCEEDED'
  | 'CHALLENGE_FAILED'
  | 'REVIEW_REQUIRED'
  | 'REVIEW_SUCCEEDED'
  | 'REVIEW_FAILED'

/** What happens when the outcome is `CHALLENGE` and the user has no authenticator. */
export type WhenUnenrolled = 'ENROLL' | 'BLOCK' | 'ALLOW'

const strictness: Record<Outcome, number> = { ALLOW: 0, CHALLENGE: 1, REVIEW: 2, BLOCK: 3 }

/** True when `a` is more of an obstacle to the user than `b`. */
export function isStricter(a: Outcome, b: Outcome): boolean {
  return strictness[a] > strictness[b]
}
