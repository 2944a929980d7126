import { enrolledMethods, listAuthenticators } from '../authenticators/list-authenticators.ts'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Store } from '../storage/store.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { loadTokenInstance } from '../tokens/load-token-instance.ts'
import { findUser } from '../user-record/user-row.ts'
import { defaultChallengeMethod, instanceMethods } from './challenge-methods.ts'

export interface DescribeChallengeDeps {
  store: Store
  clock: () => number
}

/** What can answer the challenge of a token: methods that its instance accepts and its user has. Refuses a token that no longer stands. */
export async function describeChallenge({ store, clock }: DescribeChallengeDeps, tenant: Tenant, token: TokenClaims) {
  const { tenantId, userId, actionCode } = token
  const instance = await loadTokenInstance(store, token, clock())
  const decidedBy = await findPolicyDefinition(store.db, tenant, instance)
  const allowed = instanceMethods(tenant, decidedBy, instance)
  const enrolled = enrolledMethods(await listAuthenticators(store.db, tenantId, userId), allowed)
  const user = await findUser(store.db, tenantId, userId)
  const settings = tenant.actions.get(actionCode)?.settings ?? {}
  return {
    defaultVerificationMethod: defaultChallengeMethod(decidedBy, settings, instance, allowed, enrolled),
    verificationMethods: enrolled,
    user: { email: user?.email ?? undefined, phoneNumber: user?.phone_number ?? undefined },
  }
}
