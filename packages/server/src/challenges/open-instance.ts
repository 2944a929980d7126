import { type ChallengeStrength, challengeStrength, decidingRule, type Instance } from '@sallyport/engine'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import { instanceMethods } from './challenge-methods.ts'

/**
 * What an instance demands of a passkey that answers it, by the policy that decided it.
 *
 * Refuses one that no passkey may answer (TX-04, TX-05): blocked, under review, passed, failed or disputed, and one whose challenge another method has to
 * answer. An instance that was allowed may be answered all the same: some applications ask for a proof whatever was decided.
 */
export async function loadDemands(db: Db, tenant: Tenant, instance: Instance): Promise<ChallengeStrength> {
  if (!isOpen(instance)) throw new ApiError('invalid_request', 'this action does not wait for a challenge')
  const decidedBy = await findPolicyDefinition(db, tenant, instance)
  if (!instanceMethods(tenant, decidedBy, instance).includes('PASSKEY')) {
    throw new ApiError('invalid_request', 'this action can not be answered with a passkey')
  }
  return challengeStrength(decidingRule(instance, decidedBy))
}

/** Waits for a proof, or does not mind one. */
export function isOpen(instance: Instance): boolean {
  return instance.disputedAt === null && (instance.state === 'CHALLENGE_REQUIRED' || instance.state === 'ALLOW')
}
