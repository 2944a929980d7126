import type { Actor } from '../audit/actor.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from '../configuration/change-configuration.ts'
import { loadAction } from '../configuration/policy-row.ts'

/** Says whether changes of an action need a second person. It is no part of the policy, and makes no version of it. */
export async function setApproval(
  deps: ChangeConfigurationDeps,
  place: { tenantId: string; actionCode: string; actor: Actor },
  requireApproval: boolean,
): Promise<void> {
  const { tenantId, actionCode, actor } = place
  const change = { tenantId, actor, event: 'action.updated', details: { action: actionCode } }
  await changeConfiguration(deps, change, async (db, _at, describe) => {
    const { settings } = await loadAction(db, tenantId, actionCode)
    const { requireApproval: before = false, ...rest } = settings
    const after = requireApproval ? { ...rest, requireApproval } : rest
    describe({ before: { requireApproval: before }, after: { requireApproval } })
    await db
      .updateTable('action_configurations')
      .set({ settings: JSON.stringify(after) })
      .where('tenant_id', '=', tenantId)
      .where('action_code', '=', actionCode)
      .execute()
  })
}
