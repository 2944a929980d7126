import type { Outcome, RuleDefinition } from '@sallyport/engine'
import { systemActor } from '../../src/audit/actor.ts'
import { emptyPolicy } from '../../src/configuration/policy-row.ts'
import { savePolicy } from '../../src/rules/save-policy.ts'
import type { TestApp } from './test-app.ts'

/** A rule of a test; its place in the list is its priority. */
export type TestRule = Pick<RuleDefinition, 'name' | 'outcome'> & Partial<RuleDefinition>

/** Test support: configures an action, replacing the policy it has. Answers with the ids of the rules. */
export async function configureAction(
  { deps, tenant }: Pick<TestApp, 'deps' | 'tenant'>,
  actionCode: string,
  { defaultOutcome, rules = [], requiredDataPoints }: { defaultOutcome: Outcome; rules?: TestRule[]; requiredDataPoints?: string[] },
): Promise<string[]> {
  const definitions = rules.map((rule, priority) => ({ ruleId: deps.newId(), priority, mode: 'active' as const, ...rule }))
  await savePolicy(deps, { tenantId: tenant.tenantId, actionCode, actor: systemActor('test'), event: 'action.updated' }, () => ({
    definition: { ...emptyPolicy(actionCode, 1), defaultOutcome, rules: definitions },
    settings: { requiredDataPoints },
  }))
  return definitions.map(({ ruleId }) => ruleId)
}
