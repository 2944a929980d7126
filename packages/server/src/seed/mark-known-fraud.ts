import { type InstancePath, type SettleInstanceDeps, settleInstance } from '../actions/settle-instance.ts'
import { systemActor } from '../audit/actor.ts'
import type { Tenant } from '../configuration/tenant.ts'

/** Puts on record that an action was not the user's own. Answers with the state that the instance then has. */
export async function markKnownFraud(deps: SettleInstanceDeps, tenant: Tenant, path: InstancePath) {
  const { state } = await settleInstance(deps, tenant, path, { kind: 'dispute' }, systemActor('demo data'))
  return state
}
