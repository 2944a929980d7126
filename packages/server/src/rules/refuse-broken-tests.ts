import { isDeepStrictEqual } from 'node:util'
import { compilePolicy, type Policy, type PolicyContext, type PolicyDefinition } from '@sallyport/engine'
import type { ChangeConfigurationDeps } from '../configuration/change-configuration.ts'
import { policyContextOf } from '../configuration/load-tenant.ts'
import { listActions } from '../configuration/policy-row.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import type { PolicyTest } from './policy-test.ts'
import { listPolicyTests } from './policy-test-row.ts'
import { type PolicyTestResult, type RunPolicyTestDeps, runPolicyTest } from './run-policy-test.ts'

/** What a change of something that rules refer to takes: a value list, a data point, a velocity feature, a setting. */
export type ChangeSharedDeps = ChangeConfigurationDeps & RunPolicyTestDeps

/** One action before and after a change. */
export interface PolicyStep {
  /** The tenant in which `after` applies. */
  tenant: Tenant
  /** The tenant in which `before` applies, when the change concerns more than the policy. */
  tenantBefore?: Tenant
  /** The policy in force; `undefined` when there is none yet. */
  before: PolicyDefinition | undefined
  after: PolicyDefinition
  /** The tests before the change. */
  saved: readonly PolicyTest[]
  /** The tests after the change. */
  tests: readonly PolicyTest[]
}

/** The context that tests are evaluated in. They start without history, so a velocity feature is complete for them even while it is not for live traffic. */
export function testContextOf(tenant: Tenant): PolicyContext {
  return { ...policyContextOf(tenant), features: tenant.features.map(({ completeFrom: _, ...feature }) => feature) }
}

export interface TestRun {
  /** Of each test after the change, in order. */
  results: PolicyTestResult[]
  /**
   * Tests that the change makes fail. A saved test that failed before does not count, so that it does not block the change that fixes it.
   */
  broken: PolicyTestResult[]
}

/** Runs the tests of an action as a change leaves it. */
export function runTests(deps: RunPolicyTestDeps, { tenant, tenantBefore = tenant, before, after, saved, tests }: PolicyStep): TestRun {
  if (tests.length === 0) return { results: [], broken: [] }
  const next = compilePolicy(after, testContextOf(tenant))
  const runs = tests.map((test) => ({ test, result: runPolicyTest(deps, tenant, next, test) }))
  const results = runs.map(({ result }) => result)
  const failing = runs.filter(({ result }) => !result.passed)
  if (failing.length === 0 || before === undefined) return { results, broken: failing.map(({ result }) => result) }
  const now = compilePolicy(before, testContextOf(tenantBefore))
  const blamed = failing.filter(({ test }) => !failedAlready(deps, tenantBefore, now, saved, test))
  return { results, broken: blamed.map(({ result }) => result) }
}

function failedAlready(deps: RunPolicyTestDeps, tenant: Tenant, now: Policy, saved: readonly PolicyTest[], test: PolicyTest): boolean {
  return saved.some((other) => isDeepStrictEqual(other, test)) && !runPolicyTest(deps, tenant, now, test).passed
}

/** Refuses a policy under which a test fails that did not fail before. */
export function refuseBrokenTests(deps: RunPolicyTestDeps, step: PolicyStep): void {
  refuseBroken(runTests(deps, step).broken)
}

/**
 * Refuses a change of value lists, velocity features, data points or settings that makes a saved test of any action fail. Within the transaction of
 * the change.
 */
export async function refuseWhenTestsBreak(deps: RunPolicyTestDeps, db: Db, before: Tenant, after: Tenant): Promise<void> {
  for await (const { actionCode, broken } of runTestsOfActions(deps, db, { before, after })) refuseBroken(broken, actionCode)
}

/** The tests that such a change makes fail, action by action. */
export async function* runTestsOfActions(
  deps: RunPolicyTestDeps,
  db: Db,
  { before, after }: { before: Tenant; after: Tenant },
  except: readonly string[] = [],
): AsyncIterable<{ actionCode: string; broken: PolicyTestResult[] }> {
  for (const { definition } of await listActions(db, after.tenantId)) {
    const { action: actionCode } = definition
    if (except.includes(actionCode)) continue
    const saved = await listPolicyTests(db, after.tenantId, actionCode)
    const step = { tenant: after, tenantBefore: before, before: definition, after: definition, saved, tests: saved }
    yield { actionCode, broken: runTests(deps, step).broken }
  }
}

/** Refuses the change when it breaks a test. */
export function refuseBroken(broken: readonly PolicyTestResult[], action?: string): void {
  const [first] = broken
  if (first === undefined) return
  const of = action === undefined ? '' : ` of the action \`${action}\``
  const more = broken.length === 1 ? '' : ` (and ${broken.length - 1} more)`
  const reason = first.sentence.replace(/^Expected/, 'expected').replace(/\.$/, '')
  throw new ApiError(
    'failing_tests',
    `the test \`${first.name}\`${of} would fail${more}: ${reason}; \`ignoreFailingTests=true\` saves it anyway`,
  )
}
