import { isDeepStrictEqual } from 'node:util'
import { compilePolicy, diffPolicies, type PolicyChange, type PolicyDefinition } from '@sallyport/engine'
import type { z } from 'zod'
import { ApiError } from '../http/api-error.ts'
import { policyContextOf } from '../tenants/load-tenant.ts'
import type { ActionSettings, Tenant } from '../tenants/tenant.ts'
import { applySettings, checkSettings } from './action-settings.ts'
import { changeConfiguration } from './change-configuration.ts'
import { type ChangePolicyDeps, changePolicy } from './change-policy.ts'
import { checkMethods } from './check-rule.ts'
import { checkRules, type RuleWarning } from './check-rules.ts'
import { diffTests, type TestChange } from './diff-tests.ts'
import { explainOptionsOf } from './explain-options.ts'
import { type policyBody, toPolicyDefinition } from './policy-document.ts'
import { type ActionRecord, emptyPolicy, findAction } from './policy-row.ts'
import { inOrder, listPolicyTests, replacePolicyTests } from './policy-test-row.ts'
import { refuseBrokenTests, testContextOf } from './refuse-broken-tests.ts'
import { type PolicyTestResult, runPolicyTest } from './run-policy-test.ts'

export interface SavedPolicy {
  actionCode: string
  /** In force now. 0: the action is not there yet. */
  policyVersion: number
  changes: (PolicyChange | TestChange | { kind: 'action_created' | 'settings_changed'; sentence: string })[]
  tests: PolicyTestResult[]
  warnings: RuleWarning[]
}

export interface SaveOptions {
  /** Says what would change, and changes nothing. */
  dryRun?: boolean | undefined
  ignoreFailingTests?: boolean | undefined
}

/**
 * Puts a whole policy in the place of the one in force, with the tests and settings that come with it: one version, or none when nothing
 * changes. What has changed meanwhile is a conflict and is not overwritten.
 */
export async function savePolicy(
  deps: ChangePolicyDeps & { newId: () => string },
  tenant: Tenant,
  actionCode: string,
  body: z.infer<typeof policyBody>,
  { dryRun, ignoreFailingTests }: SaveOptions,
): Promise<SavedPolicy> {
  const { tenantId } = tenant
  const { db } = deps.store
  const current = await findAction(db, tenantId, actionCode)
  refuseOtherVersion(current, body.expectedPolicyVersion)
  const before = current?.definition ?? emptyPolicy(actionCode, 0)
  const after = toPolicyDefinition(body, before, deps.newId)
  const settings = applySettings(current?.settings ?? {}, body.settings ?? {})
  const warnings = check(tenant, after, body)
  const saved = await listPolicyTests(db, tenantId, actionCode)
  const tests = body.tests === undefined ? saved : inOrder(body.tests)
  const policyChanges = [
    ...creation(current, after),
    ...diffPolicies(before, after, await explainOptionsOf(db, tenant)),
    ...settingsChange(current, settings),
  ]
  const testChanges = diffTests(saved, tests)
  const policy = compilePolicy(after, testContextOf(tenant))
  const result = {
    actionCode,
    policyVersion: before.version,
    changes: [...policyChanges, ...testChanges],
    tests: tests.map((test) => runPolicyTest(deps, tenant, policy, test)),
    warnings,
  }
  if (dryRun === true) return result
  if (policyChanges.length > 0) {
    const change = { tenantId, actionCode, event: 'policy.replaced', message: body.message, tests, ignoreFailingTests }
    const record = await changePolicy(deps, { ...change, expectedVersion: current?.definition.version }, (found) => {
      refuseOtherVersion(found, current?.definition.version ?? 0)
      return { definition: after, settings }
    })
    return { ...result, policyVersion: record.definition.version }
  }
  if (testChanges.length > 0) {
    if (ignoreFailingTests !== true) refuseBrokenTests(deps, { tenant, before, after, saved, tests })
    await changeConfiguration(deps, { tenantId, event: 'policy_tests.replaced', details: { action: actionCode } }, (tx, at) =>
      replacePolicyTests(tx, tenantId, actionCode, tests, at),
    )
  }
  return result
}

function refuseOtherVersion(found: ActionRecord | undefined, expected: number | undefined): void {
  const version = found?.definition.version ?? 0
  if (expected !== undefined && version !== expected) {
    throw new ApiError('version_conflict', `the policy is at version ${version} by now, not ${expected}`)
  }
}

function check(tenant: Tenant, after: PolicyDefinition, body: z.infer<typeof policyBody>): RuleWarning[] {
  checkMethods(tenant, after.verificationMethods)
  checkSettings(tenant, body.settings ?? {})
  const names = (body.tests ?? []).map(({ name }) => name)
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  if (twice !== undefined) throw new ApiError('invalid_request', `\`tests\`: there are two called \`${twice}\``)
  return checkRules(tenant, after.rules, policyContextOf(tenant).features)
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
  return [{ kind: 'settings_changed', sentence: `Settings of the action that differ: ${names.join(', ')}.` }]
}
