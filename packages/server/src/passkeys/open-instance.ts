import type { ChallengeRequirements, Instance } from '@sallyport/engine'
import { challengeMethods } from '../actions/challenge-methods.ts'
import { ApiError } from '../http/api-error.ts'
import type { ConfiguredAction, Tenant } from '../tenants/tenant.ts'

/**
 * Refuses an instance that no passkey may answer (TX-04, TX-05): one that is blocked, under review, passed, failed or disputed, and one whose challenge
 * another method has to answer.
 * An instance that was allowed may be answered all the same: some applications ask for a proof whatever was decided.
 */
export function refuseClosedInstance(tenant: Tenant, action: ConfiguredAction, instance: Instance): void {
  if (!isOpen(instance)) throw new ApiError('invalid_request', 'this action does not wait for a challenge')
  if (!challengeMethods(tenant, action, instance).includes('PASSKEY')) {
    throw new ApiError('invalid_request', 'this action can not be answered with a passkey')
  }
}

/** Waits for a proof, or does not mind one. */
export function isOpen(instance: Instance): boolean {
  return instance.disputedAt === null && (instance.state === 'CHALLENGE_REQUIRED' || instance.state === 'ALLOW')
}

/** What the rule that decided demands of the proof. */
export function challengeRequirements(action: ConfiguredAction, instance: Instance): ChallengeRequirements {
  return action.definition.rules.find(({ ruleId }) => ruleId === instance.ruleIds[0])?.challenge ?? {}
}
