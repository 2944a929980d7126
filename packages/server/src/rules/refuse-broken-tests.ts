import { isDeepStrictEqual } from 'node:util'
import { compilePolicy, type Policy, type PolicyContext, type PolicyDefinition } from '@sallyport/engine'
import { ApiError } from '../http/api-error.ts'
import type { Db } from '../storage/store.ts'
import { policyContextOf } from '../tenants/load-tenant.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { listActions } from './policy-row.ts'
import type { PolicyTest } from './policy-test.ts'
import { listPolicyTests } from './policy-test-row.ts'
import { type PolicyTestResult, type RunPolicyTestDeps, runPolicyTest } from './run-policy-test.ts'

/** What one change makes of one action. */
export interface PolicyStep {
  /** The tenant in which `after` applies. */
  tenant: Tenant
  /** The one in which `before` does, when the change is of more than the policy. */
  tenantBefore?: Tenant
  /** The policy in force; `undefined` when there is none yet. */
  before: PolicyDefinition | undefined
  after: PolicyDefinition
  /** The tests there are. */
  saved: readonly PolicyTest[]
  /** The tests there are to be. */
  tests: readonly PolicyTest[]
}

/** What tests are evaluated in. They begin with no history, so a velocity feature holds all there is, also while it is not complete for live traffic. */
export function testContextOf(tenant: Tenant): PolicyContext {
  return { ...policyContextOf(tenant), features: tenant.features.map(({ completeFrom: _, ...feature }) => feature) }
}

export interface TestRun {
  /** Of each test there is to be, in order. */
  results: PolicyTestResult[]
  /**
   * Those that the change makes fail. A saved test that fails already is not this change's fault, and does not stand in the way of the change that
   * mends it.
   */
  broken: PolicyTestResult[]
}

/** Runs the tests of an action on what a change makes of it. */
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
 * Refuses a change of what rules refer to (value lists, velocity features, data points, settings) that makes a saved test of any action fail. Within
 * the transaction of the change.
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

/** Refuses when there is a test in it. */
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
