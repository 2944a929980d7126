import type { Instance } from './instance.ts'

/** What is looked at of an instance when great numbers of them are. */
export type PastInstance = Pick<
  Instance,
  | 'userId'
  | 'action'
  | 'idempotencyKey'
  | 'createdAt'
  | 'state'
  | 'stateUpdatedAt'
  | 'outcome'
  | 'policyVersion'
  | 'configVersion'
  | 'ruleIds'
  | 'shadowRuleIds'
  | 'tracked'
  | 'signals'
  | 'userRead'
  | 'disputedAt'
>

/** An instance that no policy decided, such as a sign-in with a passkey that was not tracked. */
export function isUndecided({ signals }: Pick<PastInstance, 'signals'>): boolean {
  return signals.length === 0
}
