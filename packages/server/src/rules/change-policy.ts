import type { PolicyDefinition } from '@sallyport/engine'
import { ApiError } from '../http/api-error.ts'
import type { Db } from '../storage/store.ts'
import type { ActionSettings, TenantDirectory } from '../tenants/tenant.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from './change-configuration.ts'
import { type ActionRecord, findAction } from './policy-row.ts'
import type { PolicyTest } from './policy-test.ts'
import { listPolicyTests, replacePolicyTests } from './policy-test-row.ts'
import { refuseBrokenTests } from './refuse-broken-tests.ts'
import type { RunPolicyTestDeps } from './run-policy-test.ts'

export interface ChangePolicyDeps extends ChangeConfigurationDeps, RunPolicyTestDeps {
  tenants: Pick<TenantDirectory, 'find' | 'invalidate'>
}

export interface PolicyChange {
  tenantId: string
  actionCode: string
  /** What the change is, for the history: `rule.created`, `rule.updated` … */
  event: string
  /** The editor's own words. */
  message?: string | undefined
  /** The version the editor saw. Another one in force by now is a conflict, and nothing is overwritten. */
  expectedVersion?: number | undefined
  /** Tests to save with it, in place of those there are. They, too, must hold. */
  tests?: readonly PolicyTest[] | undefined
  /** Saves also what breaks a test. */
  ignoreFailingTests?: boolean | undefined
}

/**
 * Makes the next version of an action's policy. `change` sees the action in force (`undefined`: not there yet) and returns what it is to be;
 * it throws to refuse. The action's tests run before anything is written: a change that breaks one is refused as `failing_tests`.
 *
 * Versions are never changed afterwards, and numbers are never given twice, not even to an action deleted in between.
 */
export async function changePolicy(
  deps: ChangePolicyDeps,
  { tenantId, actionCode, event, message, expectedVersion, tests, ignoreFailingTests }: PolicyChange,
  change: (current: ActionRecord | undefined) => { definition: PolicyDefinition; settings: ActionSettings },
): Promise<ActionRecord> {
  const tenant = await deps.tenants.find(tenantId)
  return changeConfiguration(deps, { tenantId, event, details: { action: actionCode } }, async (db, at) => {
    const current = await findAction(db, tenantId, actionCode)
    if (expectedVersion !== undefined && current?.definition.version !== expectedVersion) {
      throw new ApiError(
        'version_conflict',
        `the policy is at version ${current?.definition.version ?? 'none'} by now, not ${expectedVersion}`,
      )
    }
    const changed = change(current)
    const version = (await lastVersion(db, tenantId, actionCode)) + 1
    const definition = { ...changed.definition, version }
    const saved = await listPolicyTests(db, tenantId, actionCode)
    if (tenant !== undefined && ignoreFailingTests !== true) {
      refuseBrokenTests(deps, { tenant, before: current?.definition, after: definition, saved, tests: tests ?? saved })
    }
    if (tests !== undefined) await replacePolicyTests(db, tenantId, actionCode, tests, at)
    const settings = JSON.stringify(changed.settings)
    await db
      .insertInto('policy_versions')
      .values({
        tenant_id: tenantId,
        action_code: actionCode,
        version,
        definition: JSON.stringify(definition),
        created_at: at,
        author: 'management_key',
        message: message ?? event,
      })
      .execute()
    await db
      .insertInto('action_configurations')
      .values({ tenant_id: tenantId, action_code: actionCode, policy_version: version, settings, created_at: at, is_configured: 1 })
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'action_code']).doUpdateSet({ policy_version: version, settings, is_configured: 1 }),
      )
      .execute()
    return { definition, settings: changed.settings, createdAt: current?.createdAt ?? at, isConfigured: true }
  })
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
