import type { PolicyDefinition } from '@sallyport/engine'
import { ApiError } from '../http/api-error.ts'
import type { ActionSettings, TenantDirectory } from '../tenants/tenant.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from './change-configuration.ts'
import { type ActionRecord, findAction } from './policy-row.ts'
import { listPolicyTests } from './policy-test-row.ts'
import { refuseBrokenTests } from './refuse-broken-tests.ts'
import type { RunPolicyTestDeps } from './run-policy-test.ts'
import { writePolicyVersion } from './write-policy-version.ts'

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
  /** Saves also what breaks a test. */
  ignoreFailingTests?: boolean | undefined
}

/**
 * Makes the next version of an action's policy. `change` sees the action in force (`undefined`: not there yet) and returns what it is to be;
 * it throws to refuse. The action's tests run before anything is written: a change that breaks one is refused as `failing_tests`.
 */
export async function changePolicy(
  deps: ChangePolicyDeps,
  { tenantId, actionCode, event, message, expectedVersion, ignoreFailingTests }: PolicyChange,
  change: (current: ActionRecord | undefined) => { definition: PolicyDefinition; settings: ActionSettings },
): Promise<ActionRecord & { savedAt: number }> {
  const tenant = await deps.tenants.find(tenantId)
  return changeConfiguration(deps, { tenantId, event, details: { action: actionCode } }, async (db, at) => {
    const current = await findAction(db, tenantId, actionCode)
    refuseOtherVersion(current, expectedVersion)
    const changed = change(current)
    if (tenant !== undefined && ignoreFailingTests !== true) {
      const tests = await listPolicyTests(db, tenantId, actionCode)
      refuseBrokenTests(deps, { tenant, before: current?.definition, after: changed.definition, saved: tests, tests })
    }
    const record = await writePolicyVersion(db, tenantId, { ...changed, createdAt: current?.createdAt }, { at, message: message ?? event })
    return { ...record, savedAt: at }
  })
}

/** Refuses when another version is in force than the editor saw. 0: the editor saw no such action. */
export function refuseOtherVersion(found: ActionRecord | undefined, expected: number | undefined): void {
  const version = found?.definition.version ?? 0
  if (expected === undefined || version === expected) return
  const { action } = found?.definition ?? {}
  const of = action === undefined ? 'the policy' : `the policy of \`${action}\``
  throw new ApiError(
    'version_conflict',
    `${of} ${version === 0 ? 'does not exist' : `is already at version ${version}`}, expected version ${expected}`,
  )
}
