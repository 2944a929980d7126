import type { z } from 'zod'
import type { Store } from '../storage/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findPolicyDefinition } from './find-policy-definition.ts'
import { instanceView, toInstanceView } from './instance-json.ts'
import { type InstancePath, instanceNotFound } from './settle-instance.ts'

export const explainedInstance = instanceView

/** One instance with the reasons for its decision. */
export async function loadInstance(deps: { store: Store }, tenant: Tenant, path: InstancePath): Promise<z.infer<typeof explainedInstance>> {
  const instance = await deps.store.findInstance({ tenantId: tenant.tenantId, ...path })
  if (instance === undefined) throw instanceNotFound()
  return toInstanceView(instance, await findPolicyDefinition(deps.store.db, tenant, instance))
}
