import type { Instance } from './instance.ts'

/** The members of an instance that are read when many instances are. */
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
  | 'label'
>

/** True for an instance that no policy decided, such as a passkey sign-in that was not tracked. */
export function isUndecided({ signals }: Pick<PastInstance, 'signals'>): boolean {
  return signals.length === 0
}
