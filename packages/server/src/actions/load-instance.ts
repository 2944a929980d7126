import { decodeSignals, type Instance, type UserFacts } from '@sallyport/engine'
import { z } from 'zod'
import type { Store } from '../storage/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { describeSignals } from './describe-signals.ts'
import { findPolicyDefinition } from './find-policy-definition.ts'
import { instanceView, toInstanceView } from './instance-json.ts'
import { type InstancePath, instanceNotFound } from './settle-instance.ts'

const output = z
  .object({
    signals: z.record(z.string(), z.unknown()),
    missing: z.record(z.string(), z.enum(['not_provided', 'not_applicable', 'unavailable'])),
  })
  .meta({ description: 'What the rules engine saw.' })

export const explainedInstance = instanceView.extend({ output }).meta({ id: 'ExplainedAction' })

/** One instance with the reasons for its decision, worked out again from what was stored with it. */
export async function loadInstance(deps: { store: Store }, tenant: Tenant, path: InstancePath): Promise<z.infer<typeof explainedInstance>> {
  const { tenantId } = tenant
  const instance = await deps.store.findInstance({ tenantId, ...path })
  if (instance === undefined) throw instanceNotFound()
  const [definition, { user }] = await Promise.all([
    findPolicyDefinition(deps.store.db, tenant, instance),
    deps.store.loadSnapshot(tenantId, path.userId, []),
  ])
  return { ...toInstanceView(instance, definition), output: explain(instance, user) }
}

function explain(instance: Instance, user: UserFacts): z.infer<typeof output> {
  return describeSignals(decodeSignals(instance, user))
}
