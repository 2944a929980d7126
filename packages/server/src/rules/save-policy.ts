import { type ChangeConfigurationDeps, changeConfiguration } from '../configuration/change-configuration.ts'
import { type ActionRecord, findAction } from '../configuration/policy-row.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { writePolicyVersion } from '../configuration/write-policy-version.ts'
import { ApiError } from '../errors/api-error.ts'
import type { CheckSettingsDeps } from './action-settings.ts'
import { describePolicyChange } from './describe-policy-change.ts'
import { approvalRequired, NeedsApproval, type Proposed, type ProposePolicyDeps, type WantedPolicy } from './needs-approval.ts'
import type { PolicyChange } from './policy-change.ts'
import { listPolicyTests } from './policy-test-row.ts'
import { refuseBrokenTests } from './refuse-broken-tests.ts'
import type { RunPolicyTestDeps } from './run-policy-test.ts'

export interface SavePolicyDeps extends ChangeConfigurationDeps, RunPolicyTestDeps, CheckSettingsDeps, ProposePolicyDeps {
  tenants: Pick<TenantDirectory, 'find' | 'invalidate'>
}

/** A version that was saved. */
export interface SavedPolicyVersion extends ActionRecord {
  tenantId: string
  savedAt: number
}

type Change = (current: ActionRecord | undefined) => Pick<ActionRecord, 'definition' | 'settings'>

/**
 * Saves one change of an action's policy as its next version. `apply` receives the action in force (`undefined`: it does not exist yet) and returns
 * the action as it will be; it throws to refuse. The action's tests run before anything is written: a change that breaks one is refused as
 * `failing_tests`. Where the action requires approval, nothing is saved and the change becomes a proposal. A whole document of rules is saved by `saveRules`.
 */
export async function savePolicy(deps: SavePolicyDeps, change: PolicyChange, apply: Change): Promise<SavedPolicyVersion | Proposed> {
  try {
    return await saveVersion(deps, change, apply)
  } catch (error) {
    if (!(error instanceof NeedsApproval)) throw error
    if (change.propose !== true) throw approvalRequired(error.actionCodes)
    return { proposal: await deps.proposePolicy(change, error.wanted as WantedPolicy) }
  }
}

async function saveVersion(
  deps: SavePolicyDeps,
  { tenantId, actionCode, actor, event, message = event, expectedVersion, ignoreFailingTests, userId, details }: PolicyChange,
  apply: Change,
): Promise<SavedPolicyVersion> {
  const tenant = await deps.tenants.find(tenantId)
  const change = { tenantId, actor, event, userId, details: { action: actionCode, ...details } }
  return changeConfiguration(deps, change, async (db, at, describe) => {
    const current = await findAction(db, tenantId, actionCode)
    refuseOtherVersion(current, expectedVersion)
    const changed = apply(current)
    if (current?.settings.requireApproval === true) {
      const wanted: WantedPolicy = { ...changed, baseVersion: current.definition.version }
      throw new NeedsApproval([actionCode], wanted)
    }
    if (tenant !== undefined && ignoreFailingTests !== true) {
      const tests = await listPolicyTests(db, tenantId, actionCode)
      refuseBrokenTests(deps, { tenant, before: current?.definition, after: changed.definition, saved: tests, tests })
    }
    const wanted = { ...changed, createdAt: current?.createdAt, isConfigured: true }
    const record = await writePolicyVersion(db, tenantId, wanted, { at, actor, message })
    describe(describePolicyChange(current, record))
    return { ...record, tenantId, savedAt: at }
  })
}

/** Refuses a change when another version is in force than the editor saw. 0: the editor saw no such action. */
export function refuseOtherVersion(found: ActionRecord | undefined, expected: number | undefined): void {
  const version = found?.definition.version ?? 0
  if (expected === undefined || version === expected) return
  const state =
    found === undefined ? 'the policy does not exist' : `the policy of \`${found.definition.action}\` is already at version ${version}`
  throw new ApiError('version_conflict', `${state}, expected version ${expected}`)
}
