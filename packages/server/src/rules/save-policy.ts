import type { PolicyDefinition } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from '../configuration/change-configuration.ts'
import { type ActionRecord, findAction } from '../configuration/policy-row.ts'
import type { ActionSettings, TenantDirectory } from '../configuration/tenant.ts'
import { writePolicyVersion } from '../configuration/write-policy-version.ts'
import { ApiError } from '../errors/api-error.ts'
import type { CheckSettingsDeps } from './action-settings.ts'
import { describePolicyChange } from './describe-policy-change.ts'
import { listPolicyTests } from './policy-test-row.ts'
import { refuseBrokenTests } from './refuse-broken-tests.ts'
import type { RunPolicyTestDeps } from './run-policy-test.ts'

export interface SavePolicyDeps extends ChangeConfigurationDeps, RunPolicyTestDeps, CheckSettingsDeps {
  tenants: Pick<TenantDirectory, 'find' | 'invalidate'>
}

export interface PolicyChange {
  tenantId: string
  actionCode: string
  actor: Actor
  /** What the change is, for the history: `rule.created`, `rule.updated` … */
  event: string
  /** The editor's own words. */
  message?: string | undefined
  /** The version the editor saw. If another version is in force, the change is a conflict, and nothing is overwritten. */
  expectedVersion?: number | undefined
  /** Saves also a change that breaks a test. */
  ignoreFailingTests?: boolean | undefined
  /** The user whom the change concerns. */
  userId?: string | undefined
  /** More for the audit log. */
  details?: Record<string, unknown>
}

/** A version that was saved. */
export interface SavedPolicyVersion extends ActionRecord {
  tenantId: string
  savedAt: number
}

/**
 * Saves one change of an action's policy as its next version. `change` receives the action in force (`undefined`: it does not exist yet) and returns
 * the action as it will be; it throws to refuse. The action's tests run before anything is written: a change that breaks one is refused as
 * `failing_tests`. A whole document of rules is saved by `saveRules`.
 */
export async function savePolicy(
  deps: SavePolicyDeps,
  { tenantId, actionCode, actor, event, message = event, expectedVersion, ignoreFailingTests, userId, details }: PolicyChange,
  change: (current: ActionRecord | undefined) => { definition: PolicyDefinition; settings: ActionSettings },
): Promise<SavedPolicyVersion> {
  const tenant = await deps.tenants.find(tenantId)
  return changeConfiguration(
    deps,
    { tenantId, actor, event, userId, details: { action: actionCode, ...details } },
    async (db, at, describe) => {
      const current = await findAction(db, tenantId, actionCode)
      refuseOtherVersion(current, expectedVersion)
      const changed = change(current)
      if (tenant !== undefined && ignoreFailingTests !== true) {
        const tests = await listPolicyTests(db, tenantId, actionCode)
        refuseBrokenTests(deps, { tenant, before: current?.definition, after: changed.definition, saved: tests, tests })
      }
      const wanted = { ...changed, createdAt: current?.createdAt, isConfigured: true }
      const record = await writePolicyVersion(db, tenantId, wanted, { at, actor, message })
      describe(describePolicyChange(current, record))
      return { ...record, tenantId, savedAt: at }
    },
  )
}

/** Refuses a change when another version is in force than the editor saw. 0: the editor saw no such action. */
export function refuseOtherVersion(found: ActionRecord | undefined, expected: number | undefined): void {
  const version = found?.definition.version ?? 0
  if (expected === undefined || version === expected) return
  const state =
    found === undefined ? 'the policy does not exist' : `the policy of \`${found.definition.action}\` is already at version ${version}`
  throw new ApiError('version_conflict', `${state}, expected version ${expected}`)
}
