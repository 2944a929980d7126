import type { FeatureDefinition, RuleDefinition } from '@sallyport/engine'
import { ApiError } from '../errors/api-error.ts'
import { type CheckedTenant, checkRule } from './check-rule.ts'

export interface RuleWarning {
  ruleId: string
  path: string
  message: string
}

/** As `checkRule`, for all rules of a policy; a refusal names the rule. */
export function checkRules(
  tenant: CheckedTenant,
  rules: readonly RuleDefinition[],
  features?: readonly FeatureDefinition[],
): RuleWarning[] {
  return rules.flatMap((rule, place) => {
    try {
      return checkRule(tenant, rule, rules.slice(0, place), features).map(({ path, message }) => ({ ruleId: rule.ruleId, path, message }))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      throw new ApiError(error.code, `rule \`${rule.name.slice(0, 64)}\`: ${error.description}`, { cause: error })
    }
  })
}
