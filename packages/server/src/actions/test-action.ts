import type { Outcome, RuleDefinition } from '@sallyport/engine'
import type { TestApp } from '../http/test-app.ts'
import { changePolicy } from '../rules/change-policy.ts'
import { emptyPolicy } from '../rules/policy-row.ts'

/** A rule of a test; its place in the list is its priority. */
export type TestRule = Pick<RuleDefinition, 'name' | 'outcome'> & Partial<RuleDefinition>

/** Test support: configures an action, replacing the policy it has. Answers with the ids of the rules. */
export async function configureAction(
  { deps, tenant }: Pick<TestApp, 'deps' | 'tenant'>,
  actionCode: string,
  { defaultOutcome, rules = [], requiredDataPoints }: { defaultOutcome: Outcome; rules?: TestRule[]; requiredDataPoints?: string[] },
): Promise<string[]> {
  const definitions = rules.map((rule, priority) => ({ ruleId: deps.newId(), priority, mode: 'active' as const, ...rule }))
  await changePolicy(deps, { tenantId: tenant.tenantId, actionCode, event: 'action.updated' }, () => ({
    definition: { ...emptyPolicy(actionCode, 1), defaultOutcome, rules: definitions },
    settings: { requiredDataPoints },
  }))
  return definitions.map(({ ruleId }) => ruleId)
}
