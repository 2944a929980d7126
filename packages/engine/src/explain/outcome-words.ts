import type { Outcome } from '../facts/outcome.ts'

/** How a sentence begins that says what a rule does (`Allow when …`) or what was decided (`Allowed by …`). */
export const outcomeWords: Readonly<Record<Outcome, { readonly verb: string; readonly participle: string }>> = {
  ALLOW: { verb: 'Allow', participle: 'Allowed' },
  CHALLENGE: { verb: 'Challenge', participle: 'Challenged' },
  REVIEW: { verb: 'Send to review', participle: 'Sent to review' },
  BLOCK: { verb: 'Block', participle: 'Blocked' },
}
