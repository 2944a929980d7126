import type { PolicyDefinition } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import type { ActionRecord } from './policy-row.ts'
import type { ActionSettings } from './tenant.ts'

/** Who makes versions by the management API: its key. */
export const policyAuthor = 'management_key'

/**
 * Writes the next version of an action's policy and puts it into force. Versions are never changed afterwards, and numbers are never given twice, not
 * even to an action deleted in between. Within the transaction of the change.
 */
export async function writePolicyVersion(
  db: Db,
  tenantId: string,
  { definition: wanted, settings, createdAt }: { definition: PolicyDefinition; settings: ActionSettings; createdAt: number | undefined },
  { at, message }: { at: number; message: string },
): Promise<ActionRecord> {
  const { action } = wanted
  const version = (await lastVersion(db, tenantId, action)) + 1
  const definition = { ...wanted, version }
  const settingsText = JSON.stringify(settings)
  await db
    .insertInto('policy_versions')
    .values({
      tenant_id: tenantId,
      action_code: action,
      version,
      definition: JSON.stringify(definition),
      created_at: at,
      author: policyAuthor,
      message,
    })
    .execute()
  await db
    .insertInto('action_configurations')
    .values({
      tenant_id: tenantId,
      action_code: action,
      policy_version: version,
      settings: settingsText,
      created_at: at,
      is_configured: 1,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'action_code']).doUpdateSet({ policy_version: version, settings: settingsText, is_configured: 1 }),
    )
    .execute()
  return { definition, settings, createdAt: createdAt ?? at, isConfigured: true }
}

async function lastVersion(db: Db, tenantId: string, actionCode: string): Promise<number> {
  const row = await db
    .selectFrom('policy_versions')
    .where('tenant_id', '=', tenantId)
    .where('action_code', '=', actionCode)
    .select((select) => select.fn.max('version').as('version'))
    .executeTakeFirst()
  return row?.version ?? 0
}
