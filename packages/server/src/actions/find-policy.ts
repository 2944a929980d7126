import { compilePolicy, type Instance, type Policy } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import { policyContextOf } from '../tenants/load-tenant.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findPolicyDefinition } from './find-policy-definition.ts'

/** As `findPolicyDefinition`, ready to be evaluated, with the value lists as they are now. */
export async function findPolicy(db: Db, tenant: Tenant, instance: Instance): Promise<Policy | undefined> {
  const current = tenant.actions.get(instance.action)?.policy
  if (current?.definition.version === instance.policyVersion) return current
  const definition = await findPolicyDefinition(db, tenant, instance)
  return definition && compilePolicy(definition, policyContextOf(tenant))
}
