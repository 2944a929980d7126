import type { components, paths } from '../../generated/api-types.ts'

type Body = NonNullable<paths['/action-configurations/{actionCode}/policy']['put']>['requestBody']['content']['application/json']

/** A policy as `PUT …/policy` takes it. */
type SentPolicy = Pick<Body, 'defaultUserActionResult' | 'whenUnenrolled' | 'verificationMethods' | 'requires' | 'whenMissing'>
type SentRule = Body['rules'][number]

/** A rule of a draft. Its id is made by the page for a new rule. Snoozes are no part of a draft: they take effect at once, and a save leaves them as they are. */
export type DraftRule = Omit<SentRule, 'ruleId' | 'isActive' | 'mode' | 'snoozes' | 'promptToEnrollVerificationMethods'> & {
  ruleId: string
  mode: 'active' | 'shadow' | 'off'
}

/** A policy that is being changed: its rules in their order, which makes their priorities. */
export type PolicyDraft = SentPolicy & { rules: DraftRule[] }

export type Outcome = PolicyDraft['defaultUserActionResult']

/** What the API answers for a policy, as a draft that changes nothing. */
export function draftOf({ rules, ...policy }: components['schemas']['Policy']['policy']): PolicyDraft {
  const draft = { ...policy, rules: [...rules].sort((a, b) => a.priority - b.priority).map(draftRuleOf) }
  return tidyDraft(draft as PolicyDraft)
}

function draftRuleOf({
  snoozes: _,
  isActive,
  mode,
  promptToEnrollVerificationMethods: __,
  ...rule
}: components['schemas']['Policy']['policy']['rules'][number]) {
  return { ...rule, mode: mode ?? (isActive === false ? 'off' : 'active') }
}

/** Without members that say nothing, so that a change and its taking back are the same draft. */
export function tidyDraft(draft: PolicyDraft): PolicyDraft {
  const { verificationMethods, requires, whenMissing, ...policy } = withoutEmpty(draft)
  return {
    ...policy,
    ...(verificationMethods?.length ? { verificationMethods } : {}),
    ...(requires?.length ? { requires } : {}),
    // To refuse is what happens anyway.
    ...(whenMissing === 'FAIL_CLOSED' ? { whenMissing } : {}),
    rules: draft.rules.map(withoutEmpty),
  }
}

function withoutEmpty<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null && value !== '')) as T
}

export function newRuleId(): string {
  return crypto.randomUUID()
}
