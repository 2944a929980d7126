import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'

const always = {
  ALLOW: 'everything is allowed',
  CHALLENGE: 'everything needs a passkey',
  REVIEW: 'a person looks at everything',
  BLOCK: 'everything is blocked',
} as const
const words = {
  ALLOW: 'it is allowed',
  CHALLENGE: 'a passkey is asked for',
  REVIEW: 'a person looks at it',
  BLOCK: 'it is blocked',
} as const

/** The first sentence of the page: what is in force. */
export function describePolicy({ rules, defaultUserActionResult }: PolicyDraft, events: number | undefined, decided: number): string {
  const active = rules.filter(({ mode }) => mode === 'active').length
  const otherwise = words[defaultUserActionResult]
  if (active === 0) return `No rule is active, so ${always[defaultUserActionResult]}.`
  const first =
    active === 1
      ? 'One rule is active; when it does not match'
      : `${active} rules are active, and the first that matches decides; when none does`
  const share =
    events === undefined || events === 0
      ? ''
      : ` In 30 days rules decided ${decided.toLocaleString()} of ${events.toLocaleString()} events.`
  return `${first}, ${otherwise}.${share}`
}

/** `3 changes are not live yet.` */
export function describeChanges(count: number): string {
  return count === 1 ? 'One change is not live yet.' : `${count} changes are not live yet.`
}
