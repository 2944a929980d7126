import { isDeepStrictEqual } from 'node:util'
import { compilePolicy, type PolicyDefinition } from '@sallyport/engine'
import { ApiError } from '../http/api-error.ts'
import { policyContextOf } from '../tenants/load-tenant.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { PolicyTest } from './policy-test.ts'
import { type RunPolicyTestDeps, runPolicyTest } from './run-policy-test.ts'

export interface PolicyStep {
  /** The policy in force; `undefined` when there is none yet. */
  before: PolicyDefinition | undefined
  after: PolicyDefinition
  /** The tests there are. */
  saved: readonly PolicyTest[]
  /** The tests there are to be. */
  tests: readonly PolicyTest[]
}

/**
 * Refuses a policy under which a test fails. A saved test that fails already is not this change's fault, and does not stand in the way of the
 * change that mends it.
 */
export function refuseBrokenTests(deps: RunPolicyTestDeps, tenant: Tenant, { before, after, saved, tests }: PolicyStep): void {
  if (tests.length === 0) return
  const context = policyContextOf(tenant)
  const next = compilePolicy(after, context)
  const now = before && compilePolicy(before, context)
  const failedBefore = (test: PolicyTest): boolean =>
    now !== undefined && saved.some((other) => isDeepStrictEqual(other, test)) && !runPolicyTest(deps, tenant, now, test).passed
  const broken = tests.map((test) => runPolicyTest(deps, tenant, next, test)).filter(({ passed }) => !passed)
  const blamed = broken.filter(({ name }) => !tests.some((test) => test.name === name && failedBefore(test)))
  const [first] = blamed
  if (first === undefined) return
  const more = blamed.length === 1 ? '' : ` (and ${blamed.length - 1} more)`
  const reason = first.sentence.replace(/^Expected/, 'expected').replace(/\.$/, '')
  throw new ApiError(
    'failing_tests',
    `the test \`${first.name}\` would fail${more}: ${reason}; \`ignoreFailingTests=true\` saves it all the same`,
  )
}
