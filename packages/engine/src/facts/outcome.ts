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

/** What happens when an outcome is `CHALLENGE` and the user has nothing to be challenged with. */
export type WhenUnenrolled = 'ENROLL' | 'BLOCK' | 'ALLOW'

const strictness: Record<Outcome, number> = { ALLOW: 0, CHALLENGE: 1, REVIEW: 2, BLOCK: 3 }

/** True when `a` puts more in the user's way than `b`. */
export function isStricter(a: Outcome, b: Outcome): boolean {
  return strictness[a] > strictness[b]
}
