import { isDeepStrictEqual } from 'node:util'
import { diffPolicies, type PolicyChange, type PolicyDefinition } from '@sallyport/engine'
import { ApiError } from '../http/api-error.ts'
import type { Db } from '../storage/store.ts'
import type { ActionSettings, Tenant } from '../tenants/tenant.ts'
import { applySettings, checkSettings } from './action-settings.ts'
import { refuseOtherVersion } from './change-policy.ts'
import { checkMethods } from './check-rule.ts'
import { checkRules, type RuleWarning } from './check-rules.ts'
import { diffTests, type TestChange } from './diff-tests.ts'
import { explainOptionsOf } from './explain-options.ts'
import { toPolicyDefinition } from './policy-document.ts'
import { type ActionRecord, emptyPolicy, findAction } from './policy-row.ts'
import { inOrder, listPolicyTests, replacePolicyTests } from './policy-test-row.ts'
import { runTests } from './refuse-broken-tests.ts'
import type { DocumentAction } from './rules-document.ts'
import type { PolicyTestResult, RunPolicyTestDeps } from './run-policy-test.ts'
import { writePolicyVersion } from './write-policy-version.ts'

export interface SavedPolicy {
  actionCode: string
  /** In force now. 0: the action is not there yet. */
  policyVersion: number
  changes: (PolicyChange | TestChange | { kind: 'action_created' | 'settings_changed'; sentence: string })[]
  tests: PolicyTestResult[]
  warnings: RuleWarning[]
}

export interface AppliedPolicy {
  saved: SavedPolicy
  /** Tests that fail because of it. */
  broken: PolicyTestResult[]
}

export interface ApplyPolicyDeps extends RunPolicyTestDeps {
  newId: () => string
}

/**
 * Puts a whole policy in the place of the one in force, with the tests and settings that come with it: one version, or none when nothing changes. Within
 * a transaction, which is to be ended when a test is broken that may not be.
 */
export async function applyPolicy(
  deps: ApplyPolicyDeps,
  { db, at, message, isDry }: { db: Db; at: number; message: string; isDry: boolean },
  { before: tenantBefore, after: tenant }: { before: Tenant; after: Tenant },
  action: DocumentAction,
): Promise<AppliedPolicy> {
  const { tenantId } = tenant
  const { actionCode } = action
  const current = await findAction(db, tenantId, actionCode)
  refuseOtherVersion(current, action.expectedPolicyVersion)
  const before = current?.definition ?? emptyPolicy(actionCode, 0)
  const after = toPolicyDefinition(action, before, deps.newId)
  const settings = applySettings(current?.settings ?? {}, action.settings ?? {})
  const warnings = check(tenant, after, action)
  const savedTests = await listPolicyTests(db, tenantId, actionCode)
  const tests = action.tests === undefined ? savedTests : inOrder(action.tests)
  const policyChanges = [
    ...creation(current, after),
    ...diffPolicies(before, after, await explainOptionsOf(db, tenant)),
    ...settingsChange(current, settings),
  ]
  const testChanges = diffTests(savedTests, tests)
  let version = before.version
  if (policyChanges.length > 0) {
    const written = await writePolicyVersion(db, tenantId, { definition: after, settings, createdAt: current?.createdAt }, { at, message })
    // What a dry run makes is never in force.
    if (!isDry) version = written.definition.version
  }
  if (testChanges.length > 0) await replacePolicyTests(db, tenantId, actionCode, tests, at)
  const { results, broken } = runTests(deps, { tenant, tenantBefore, before: current?.definition, after, saved: savedTests, tests })
  return {
    saved: {
      actionCode,
      policyVersion: version,
      changes: [...policyChanges, ...testChanges],
      tests: results,
      warnings,
    },
    broken,
  }
}

function check(tenant: Tenant, after: PolicyDefinition, action: DocumentAction): RuleWarning[] {
  checkMethods(tenant, after.verificationMethods)
  checkSettings(tenant, action.settings ?? {})
  const names = (action.tests ?? []).map(({ name }) => name)
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  if (twice !== undefined) throw new ApiError('invalid_request', `\`tests\`: two tests have the name \`${twice}\``)
  return checkRules(tenant, after.rules, tenant.features)
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
