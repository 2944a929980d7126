import {
  changeSignal,
  deriveSignals,
  evaluatePolicy,
  explainDecision,
  type Outcome,
  type Policy,
  type PolicyEvaluation,
  type Signals,
  type Snapshot,
  signalValueProblem,
} from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { readClientAddress, type TrackedEventDeps, toTrackedEvent } from '../tracked/tracked-event.ts'
import { typeCustomData } from '../tracked/type-custom-data.ts'
import type { PolicyTest, TestEvent } from './policy-test.ts'

export interface RunPolicyTestDeps extends TrackedEventDeps {
  /** Milliseconds UTC. */
  clock: () => number
}

/** The part of a tenant that a test needs besides the policy. */
export type TestTenant = Pick<Tenant, 'tenantId' | 'dataPoints' | 'settings'>

export interface PolicyTestResult {
  name: string
  passed: boolean
  expected: PolicyTest['expect']
  /** Absent when the event could not be evaluated. */
  actual?: { outcome: Outcome; ruleId: string | null; ruleName: string | null; undeterminedRuleIds: string[] }
  /** One sentence: what was decided and why, or what is wrong with the test. */
  sentence: string
}

/** Tries a policy on one event. Pure except for the clock: it reads no store, and reports a faulty test instead of throwing. */
export function runPolicyTest(deps: RunPolicyTestDeps, tenant: TestTenant, policy: Policy, test: PolicyTest): PolicyTestResult {
  const { name, expect: expected } = test
  const at = test.event.at === undefined ? deps.clock() : Date.parse(test.event.at)
  const userId = test.event.userId ?? 'test-user'
  let signals: Signals
  try {
    signals = signalsOf(deps, tenant, policy, test.event, { userId, at })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { name, passed: false, expected, sentence: `The event cannot be evaluated: ${error.description}.` }
  }
  const evaluation = evaluatePolicy(policy, signals, { userId, at })
  const { outcome, winner, undeterminedRuleIds } = evaluation
  const passed = isExpected(evaluation, expected)
  return {
    name,
    passed,
    expected,
    actual: { outcome, ruleId: winner?.ruleId ?? null, ruleName: winner?.name ?? null, undeterminedRuleIds: [...undeterminedRuleIds] },
    sentence: passed
      ? `${outcome} ${winner === null ? 'by default' : `by *${winner.name}*`}.`
      : `Expected ${shown(expected)}. ${explain(policy, signals, { userId, at, outcome }, tenant)}`,
  }
}

/** Why an event could not be evaluated under the policy's context, or `undefined`. */
export function testEventProblem(deps: RunPolicyTestDeps, tenant: TestTenant, policy: Policy, event: TestEvent): string | undefined {
  try {
    signalsOf(deps, tenant, policy, event, { userId: 'test-user', at: deps.clock() })
    return undefined
  } catch (error) {
    if (error instanceof ApiError) return error.description
    throw error
  }
}

function signalsOf(
  deps: RunPolicyTestDeps,
  tenant: TestTenant,
  policy: Policy,
  test: TestEvent,
  { userId, at }: { userId: string; at: number },
): Signals {
  const key = { tenantId: tenant.tenantId, userId, action: policy.definition.action, idempotencyKey: 'test' }
  const event = toTrackedEvent(deps, tenant, { key, at }, test, readClientAddress(test.ipAddress, []))
  const { context } = policy
  let signals = deriveSignals(policy, snapshotOf(tenant, test), event)
  for (const [signal, value] of Object.entries(test.signals ?? {})) {
    const problem = signalValueProblem(signal, value, { dataPoints: tenant.dataPoints, lists: context.lists, features: context.features })
    if (problem !== undefined) throw new ApiError('invalid_request', `\`signals\`: ${problem}`)
    signals = changeSignal(signals, { signal, value })
  }
  return signals
}

/** The user of a test has no history; the test says what is on record of them. */
function snapshotOf(tenant: TestTenant, { user }: TestEvent): Snapshot {
  return {
    user: {
      createdAt: null,
      email: user?.email ?? null,
      phoneNumber: user?.phoneNumber ?? null,
      username: null,
      custom: typeCustomData(user?.custom, tenant.dataPoints, 'user'),
      enrolledMethods: user?.enrolledVerificationMethods ?? [],
      devices: [],
      authenticators: [],
    },
    entities: {},
  }
}

function isExpected({ outcome, winner }: PolicyEvaluation, expected: PolicyTest['expect']): boolean {
  if (outcome !== expected.outcome) return false
  if (expected.rule === undefined) return true
  return expected.rule === null ? winner === null : winner?.ruleId === expected.rule || winner?.name === expected.rule
}

function shown({ outcome, rule }: PolicyTest['expect']): string {
  return rule === undefined ? outcome : rule === null ? `${outcome} by default` : `${outcome} by *${rule}*`
}

function explain(policy: Policy, signals: Signals, at: { userId: string; at: number; outcome: Outcome }, tenant: TestTenant): string {
  const instance = { userId: at.userId, createdAt: at.at, outcome: at.outcome }
  return explainDecision(policy, instance, signals, { dataPoints: tenant.dataPoints }).sentence
}
