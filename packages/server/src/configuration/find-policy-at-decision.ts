import { compilePolicy, type Instance, type Policy, signalReadsOf } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import { findPolicyDefinition } from './find-policy-definition.ts'
import { type ListAtDecision, listKnownAliases, loadListsAtDecision } from './lists-at-decision.ts'
import { policyContextOf } from './load-tenant.ts'
import type { Tenant } from './tenant.ts'

/** The policy an instance was decided by, ready to be evaluated with the value lists of that time. */
export interface PolicyAtDecision {
  policy: Policy
  /** The lists its rules read. */
  lists: readonly ListAtDecision[]
}

/** As `findPolicyDefinition`, ready to be evaluated. A list whose contents are no longer known is used as it is now. */
export async function findPolicyAtDecision(db: Db, tenant: Tenant, instance: Instance): Promise<PolicyAtDecision | undefined> {
  const current = tenant.actions.get(instance.action)?.policy
  const isCurrent = current?.definition.version === instance.policyVersion
  const definition = isCurrent ? current.definition : await findPolicyDefinition(db, tenant, instance)
  if (definition === undefined) return undefined
  const policy = isCurrent ? current : compilePolicy(definition, policyContextOf(tenant))
  const reads = signalReadsOf([policy])
  const aliases = reads.isOpen ? await listKnownAliases(db, tenant.tenantId) : reads.lists
  if (aliases.length === 0) return { policy, lists: [] }
  const { lists, used } = await loadListsAtDecision(db, tenant, instance, aliases)
  if (used.every(({ contents }) => contents === 'unchanged')) return { policy, lists: used }
  return { policy: compilePolicy(definition, { ...policyContextOf(tenant), lists }), lists: used }
}
