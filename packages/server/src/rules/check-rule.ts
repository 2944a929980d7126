import { type ConditionFinding, type FeatureDefinition, type RuleDefinition, validateConditions } from '@sallyport/engine'
import { isEnabledMethod } from '../configuration/enabled-methods.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'

const maxRules = 100

/** The part of a tenant that rules are checked against. */
export type CheckedTenant = Pick<Tenant, 'authenticatorConfigurations' | 'dataPoints' | 'lists'>

/** Refuses a rule that cannot work as written; returns findings that are allowed but look like mistakes. */
export function checkRule(
  tenant: CheckedTenant,
  rule: RuleDefinition,
  others: readonly RuleDefinition[],
  features?: readonly FeatureDefinition[],
): ConditionFinding[] {
  if (others.length >= maxRules) throw new ApiError('invalid_request', `an action has at most ${maxRules} rules`)
  if (others.some(({ priority }) => priority === rule.priority)) {
    throw new ApiError('invalid_request', `There is already another rule with priority: ${rule.priority}`)
  }
  checkMethods(tenant, [...(rule.verificationMethods ?? []), ...(rule.defaultVerificationMethod ? [rule.defaultVerificationMethod] : [])])
  if (rule.conditions === undefined) return []
  const problems = validateConditions(rule.conditions, { dataPoints: tenant.dataPoints, lists: tenant.lists, features })
  const error = problems.find(({ severity }) => severity === 'error')
  if (error !== undefined) throw new ApiError('invalid_request', `\`conditions${error.path.slice(1)}\`: ${error.message}`)
  return problems
}

/** Refuses a method that the tenant has not enabled. */
export function checkMethods(tenant: Pick<CheckedTenant, 'authenticatorConfigurations'>, methods: readonly string[]): void {
  for (const method of methods) {
    if (!isEnabledMethod(tenant, method)) throw new ApiError('invalid_request', `${method} is not an enabled verification method`)
  }
}
