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

/**
 * The tests that a change makes fail. A saved test that fails already is not this change's fault, and does not stand in the way of the change that
 * mends it.
 */
export function findBrokenTests(
  deps: RunPolicyTestDeps,
  { tenant, tenantBefore = tenant, before, after, saved, tests }: PolicyStep,
): PolicyTestResult[] {
  if (tests.length === 0) return []
  const next = compilePolicy(after, testContextOf(tenant))
  const failing = tests.filter((test) => !runPolicyTest(deps, tenant, next, test).passed)
  if (failing.length === 0) return []
  const now = before && compilePolicy(before, testContextOf(tenantBefore))
  const blamed = failing.filter((test) => !(now !== undefined && failedAlready(deps, tenantBefore, now, saved, test)))
  return blamed.map((test) => runPolicyTest(deps, tenant, next, test))
}

function failedAlready(deps: RunPolicyTestDeps, tenant: Tenant, now: Policy, saved: readonly PolicyTest[], test: PolicyTest): boolean {
  return saved.some((other) => isDeepStrictEqual(other, test)) && !runPolicyTest(deps, tenant, now, test).passed
}

/** Refuses a policy under which a test fails that did not fail before. */
export function refuseBrokenTests(deps: RunPolicyTestDeps, step: PolicyStep): void {
  refuseBroken(findBrokenTests(deps, step))
}

/**
 * Refuses a change of what rules refer to (value lists, velocity features, data points, settings) that makes a saved test of any action fail. Within
 * the transaction of the change.
 */
export async function refuseWhenTestsBreak(deps: RunPolicyTestDeps, db: Db, before: Tenant, after: Tenant): Promise<void> {
  for (const { definition } of await listActions(db, after.tenantId)) {
    const saved = await listPolicyTests(db, after.tenantId, definition.action)
    const step = { tenant: after, tenantBefore: before, before: definition, after: definition, saved, tests: saved }
    refuseBroken(findBrokenTests(deps, step), definition.action)
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
    `the test \`${first.name}\`${of} would fail${more}: ${reason}; \`ignoreFailingTests=true\` saves it all the same`,
  )
}
