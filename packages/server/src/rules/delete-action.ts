import type { Actor } from '../audit/actor.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from '../configuration/change-configuration.ts'
import { findAction } from '../configuration/policy-row.ts'
import { ApiError } from '../errors/api-error.ts'
import { deletePolicyTests } from './policy-test-row.ts'

/** Deletes an action with its tests. Its policy versions stay, because old decisions name them. */
export async function deleteAction(deps: ChangeConfigurationDeps, tenantId: string, actor: Actor, actionCode: string): Promise<void> {
  await changeConfiguration(
    deps,
    { tenantId, actor, event: 'action.deleted', details: { action: actionCode } },
    async (db, _at, describe) => {
      const before = await findAction(db, tenantId, actionCode)
      // Deleted and made again, it would require nothing.
      if (before?.settings.requireApproval === true) throw deletionNeedsApproval(actionCode)
      const result = await db
        .deleteFrom('action_configurations')
        .where('tenant_id', '=', tenantId)
        .where('action_code', '=', actionCode)
        .executeTakeFirst()
      if (result.numDeletedRows === 0n) throw new ApiError('not_found', `there is no action \`${actionCode}\``)
      describe({ version: before?.definition.version })
      await deletePolicyTests(db, tenantId, actionCode)
    },
  )
}

function deletionNeedsApproval(actionCode: string): ApiError {
  return new ApiError(
    'approval_required',
    `changes of \`${actionCode}\` need the approval of a second person, so it cannot be deleted; \`PUT …/approval\` ends that`,
  )
}
