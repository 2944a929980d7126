import { isDeepStrictEqual } from 'node:util'
import { diffPolicies, type PolicyChange, type PolicyDefinition } from '@sallyport/engine'
import { type ActionRecord, emptyPolicy, findAction } from '../configuration/policy-row.ts'
import type { ActionSettings, Tenant } from '../configuration/tenant.ts'
import { withoutEndedSnoozes } from '../configuration/without-ended-snoozes.ts'
import { type VersionNote, writePolicyVersion } from '../configuration/write-policy-version.ts'
import { checkRequirements } from '../rules/action-requirements.ts'
import { applySettings, type CheckSettingsDeps, checkSettings } from '../rules/action-settings.ts'
import { checkMethods } from '../rules/check-rule.ts'
import { checkRules, type RuleWarning } from '../rules/check-rules.ts'
import { describePolicyChange } from '../rules/describe-policy-change.ts'
import { explainOptionsOf } from '../rules/explain-options.ts'
import { inOrder, listPolicyTests, replacePolicyTests } from '../rules/policy-test-row.ts'
import { runTests } from '../rules/refuse-broken-tests.ts'
import { refuseTogether } from '../rules/refuse-together.ts'
import type { PolicyTestResult, RunPolicyTestDeps } from '../rules/run-policy-test.ts'
import { refuseOtherVersion } from '../rules/save-policy.ts'
import type { Db } from '../storage/store.ts'
import { diffTests, type TestChange } from './diff-tests.ts'
import { toPolicyDefinition } from './policy-document.ts'
import { refuseTwice } from './refuse-twice.ts'
import type { DocumentAction } from './rules-document.ts'

export interface SavedPolicy {
  actionCode: string
  /** In force now. 0: the action does not exist yet. */
  policyVersion: number
  changes: (PolicyChange | TestChange | { kind: 'action_created' | 'settings_changed'; sentence: string })[]
  tests: PolicyTestResult[]
  warnings: RuleWarning[]
  /** The changes need a second person. */
  needsApproval?: true
}

export interface WrittenAction {
  saved: SavedPolicy
  /** Tests that fail because of the change. */
  broken: PolicyTestResult[]
  /** As it is in force after the change. */
  definition: PolicyDefinition
  /** For the audit log. */
  described: object
}

export interface WriteActionDeps extends RunPolicyTestDeps, CheckSettingsDeps {
  newId: () => string
}

/**
 * Replaces a whole policy, with the tests and settings that come with it: one version, or none when nothing changes. Within the transaction of
 * `saveRules`, which undoes it when a test is broken.
 */
export async function writeAction(
  deps: WriteActionDeps,
  { db, note, isDry }: { db: Db; note: VersionNote; isDry: boolean },
  { before: tenantBefore, after: tenant }: { before: Tenant; after: Tenant },
  action: DocumentAction,
): Promise<WrittenAction> {
  const { tenantId } = tenant
  const { actionCode } = action
  const current = await findAction(db, tenantId, actionCode)
  refuseOtherVersion(current, action.expectedPolicyVersion)
  const before = withoutEndedSnoozes(current?.definition ?? emptyPolicy(actionCode, 0), note.at)
  const sent = toPolicyDefinition(action, before, deps.newId)
  const after = withoutEndedSnoozes(sent, note.at)
  const settings = applySettings(current?.settings ?? {}, action.settings ?? {})
  const warnings = check(deps, tenant, sent, action, before.rules, note.at)
  const savedTests = await listPolicyTests(db, tenantId, actionCode)
  const tests = action.tests === undefined ? savedTests : inOrder(action.tests)
  const policyChanges = [
    ...creation(current, after),
    ...diffPolicies(before, after, await explainOptionsOf(db, tenant)),
    ...settingsChange(current, settings),
  ]
  const testChanges = diffTests(savedTests, tests)
  let version = before.version
  let described = {}
  if (policyChanges.length > 0) {
    const wanted = { definition: after, settings, createdAt: current?.createdAt, isConfigured: true }
    const written = await writePolicyVersion(db, tenantId, wanted, note)
    described = describePolicyChange(current, written)
    // The version of a dry run never comes into force.
    if (!isDry) version = written.definition.version
  }
  if (testChanges.length > 0) await replacePolicyTests(db, tenantId, actionCode, tests, note.at)
  const { results, broken } = runTests(deps, { tenant, tenantBefore, before: current?.definition, after, saved: savedTests, tests })
  return {
    saved: {
      actionCode,
      policyVersion: version,
      changes: [...policyChanges, ...testChanges],
      tests: results,
      warnings,
      ...(current?.settings.requireApproval === true && policyChanges.length > 0 ? { needsApproval: true as const } : {}),
    },
    broken,
    definition: after,
    described: { action: actionCode, ...described, tests: testChanges.length },
  }
}

function check(
  deps: CheckSettingsDeps,
  tenant: Tenant,
  after: PolicyDefinition,
  action: DocumentAction,
  inForce: PolicyDefinition['rules'],
  at: number,
): RuleWarning[] {
  let warnings: RuleWarning[] = []
  refuseTogether([
    () => checkMethods(tenant, after.verificationMethods),
    () => checkSettings(deps, tenant, action.settings ?? {}),
    () => checkRequirements(tenant, after.requires),
    () =>
      refuseTwice(
        'tests',
        action.tests?.map(({ name }) => name),
      ),
    () => {
      warnings = checkRules(tenant, after.rules, tenant.features, inForce, at)
    },
  ])
  return warnings
}

function creation(current: ActionRecord | undefined, after: PolicyDefinition): { kind: 'action_created'; sentence: string }[] {
  if (current?.isConfigured) return []
  return [{ kind: 'action_created', sentence: `New action \`${after.action}\`: ${after.defaultOutcome} when no rule matches.` }]
}

function settingsChange(current: ActionRecord | undefined, after: ActionSettings): { kind: 'settings_changed'; sentence: string }[] {
  const was: Record<string, unknown> = { ...current?.settings }
  const is: Record<string, unknown> = { ...after }
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => !isDeepStrictEqual(was[name], is[name]))
  if (names.length === 0) return []
  return [{ kind: 'settings_changed', sentence: `Changed settings of the action: ${names.join(', ')}.` }]
}
