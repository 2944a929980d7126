import type { PolicyDefinition } from '@sallyport/engine'
import type { Store } from '../storage/store.ts'
import { emptyPolicy, findAction } from './policy-row.ts'

/**
 * The policy of an action that was tracked before anybody configured it: let through, by a version of its own, so that the portal lists the
 * action and its decisions can be replayed. Leaves alone what another process put there first. The version of the configuration stays: no
 * rule has changed.
 */
export async function putActionOnRecord(store: Store, tenantId: string, actionCode: string, at: number): Promise<PolicyDefinition> {
  return store.transaction({ tenantId }, async ({ db }) => {
    const known = await findAction(db, tenantId, actionCode)
    if (known !== undefined) return known.definition
    const last = await db
      .selectFrom('policy_versions')
      .where('tenant_id', '=', tenantId)
      .where('action_code', '=', actionCode)
      .select((select) => select.fn.max('version').as('version'))
      .executeTakeFirst()
    const definition = emptyPolicy(actionCode, (last?.version ?? 0) + 1)
    await db
      .insertInto('policy_versions')
      .values({
        tenant_id: tenantId,
        action_code: actionCode,
        version: definition.version,
        definition: JSON.stringify(definition),
        created_at: at,
        author: 'system',
        message: 'tracked for the first time',
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await db
      .insertInto('action_configurations')
      .values({
        tenant_id: tenantId,
        action_code: actionCode,
        policy_version: definition.version,
        settings: '{}',
        created_at: at,
        is_configured: 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const kept = await findAction(db, tenantId, actionCode)
    return kept?.definition ?? definition
  })
}
