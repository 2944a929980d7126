import { type ChallengeStrength, challengeStrength, decidingRule, type Instance } from '@sallyport/engine'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db, Store } from '../storage/store.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { loadTokenInstance } from '../tokens/load-token-instance.ts'
import { instanceMethods } from './challenge-methods.ts'
import { notWaiting } from './refused-answer.ts'

/**
 * What the instance of a token demands of a method that is asked for a challenge. Refuses the token of a passed challenge, which starts no other one
 * (TK-03), and what `loadDemands` refuses.
 */
export async function beginChallenge(
  { store, clock }: { store: Store; clock: () => number },
  tenant: Tenant,
  token: TokenClaims,
  method: NamedMethod,
): Promise<ChallengeStrength> {
  if (token.kind !== 'challenge') throw new ApiError('invalid_request', 'the token comes from a challenge that was already passed')
  return loadDemands(store.db, tenant, await loadTokenInstance(store, token, clock()), method)
}

/**
 * What an instance demands of the proof that answers it, by the policy that decided it.
 *
 * Refuses an instance that this method may not answer (TX-04, TX-05): blocked, under review, passed, failed or disputed, and one whose challenge another
 * method has to answer. An instance that was allowed may be answered all the same: some applications ask for a proof whatever was decided.
 */
export async function loadDemands(db: Db, tenant: Tenant, instance: Instance, method: NamedMethod): Promise<ChallengeStrength> {
  if (!isOpen(instance)) throw notWaiting()
  const decidedBy = await findPolicyDefinition(db, tenant, instance)
  if (!instanceMethods(tenant, decidedBy, instance).includes(method.name)) throw wrongMethod(method)
  return challengeStrength(decidingRule(instance, decidedBy))
}

export function wrongMethod({ aNoun }: NamedMethod): ApiError {
  return new ApiError('invalid_request', `${aNoun} cannot answer the challenge of this action`)
}

/** Waits for a proof, or does not mind one. */
function isOpen(instance: Instance): boolean {
  return instance.disputedAt === null && (instance.state === 'CHALLENGE_REQUIRED' || instance.state === 'ALLOW')
}
