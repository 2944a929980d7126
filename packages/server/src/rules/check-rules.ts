import type { FeatureDefinition, RuleDefinition } from '@sallyport/engine'
import { ApiError } from '../errors/api-error.ts'
import { type CheckedTenant, ruleFindings } from './check-rule.ts'

export interface RuleWarning {
  ruleId: string
  path: string
  message: string
}

/** As `checkRule`, for all rules of a policy: one refusal names every rule and what is wrong with it. */
export function checkRules(
  tenant: CheckedTenant,
  rules: readonly RuleDefinition[],
  features?: readonly FeatureDefinition[],
  inForce: readonly RuleDefinition[] = [],
  at?: number,
): RuleWarning[] {
  const problems: string[] = []
  const found = rules.flatMap((rule, place) => {
    const same = inForce.find(({ ruleId }) => ruleId === rule.ruleId)
    const { problems: inRule, warnings } = ruleFindings(tenant, rule, { others: rules.slice(0, place), features, inForce: same, at })
    problems.push(...inRule.map((problem) => `rule \`${rule.name.slice(0, 64)}\`: ${problem}`))
    return warnings.map(({ path, message }) => ({ ruleId: rule.ruleId, path, message }))
  })
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
  return found
}
