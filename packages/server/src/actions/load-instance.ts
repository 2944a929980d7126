import type { Instance } from '@sallyport/engine'
import type { z } from 'zod'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { findPolicyAtDecision } from '../configuration/find-policy-at-decision.ts'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { findClaim } from '../review-claims/review-claim.ts'
import type { Store } from '../storage/store.ts'
import { explainInstance, explanation } from './explain-instance.ts'
import { claimJson, instanceView, toClaimJson, toInstanceView } from './instance-json.ts'
import { type InstancePath, instanceNotFound } from './settle-instance.ts'

export const explainedInstance = instanceView
  .extend({
    output: explanation,
    claim: claimJson.optional().meta({ description: 'Who looks at the action that waits for a review. Absent: nobody does.' }),
  })
  .meta({ id: 'ExplainedAction' })

export interface LoadInstanceDeps {
  store: Store
  methods: readonly NamedMethod[]
  clock: () => number
}

/** One instance with the reasons for its decision. */
export async function loadInstance(deps: LoadInstanceDeps, tenant: Tenant, path: InstancePath): Promise<z.infer<typeof explainedInstance>> {
  const { tenantId } = tenant
  const instance = await deps.store.findInstance({ tenantId, ...path })
  if (instance === undefined) throw instanceNotFound()
  const [ofThen, { user }, claim] = await Promise.all([
    findPolicyAtDecision(deps.store.db, tenant, instance),
    deps.store.loadSnapshot(tenantId, path.userId, []),
    instance.state === 'REVIEW_REQUIRED' ? findClaim(deps.store.db, instance, deps.clock()) : undefined,
  ])
  return {
    ...toInstanceView(instance, ofThen?.policy.definition),
    output: explainInstance(deps.methods, tenant, instance, ofThen?.policy, user),
    claim: claim && toClaimJson(claim),
  }
}

/** An instance as it is shown after a change. */
export async function viewInstance(deps: { store: Store }, tenant: Tenant, instance: Instance): Promise<z.infer<typeof instanceView>> {
  return toInstanceView(instance, await findPolicyDefinition(deps.store.db, tenant, instance))
}
