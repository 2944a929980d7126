import { type InstancePath, type SettleInstanceDeps, settleInstance } from '../actions/settle-instance.ts'
import { systemActor } from '../audit/actor.ts'
import type { Tenant } from '../configuration/tenant.ts'

/** Puts on record that an action was not the user's own, which labels it fraud. Answers with the state that the instance then has. */
export async function markKnownFraud(deps: SettleInstanceDeps, tenant: Tenant, path: InstancePath) {
  const change = { kind: 'dispute', reason: 'The customer says: that was not me.' } as const
  const { instance } = await settleInstance(deps, tenant, path, change, systemActor('demo data'))
  return instance.state
}
