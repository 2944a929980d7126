import { isDeepStrictEqual } from 'node:util'
import { alwaysMatches, type ConditionFinding, type FeatureDefinition, type RuleDefinition, validateConditions } from '@sallyport/engine'
import { isEnabledMethod } from '../configuration/enabled-methods.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { snoozeProblems, snoozeWarnings } from './snooze-json.ts'

const maxRules = 100

/** The part of a tenant that rules are checked against. */
export type CheckedTenant = Pick<Tenant, 'authenticatorConfigurations' | 'dataPoints' | 'lists'>

/** A place in the policy, with what surrounds it there. */
export interface RulePlace {
  /** The other rules of the action. */
  others: readonly RuleDefinition[]
  features?: readonly FeatureDefinition[] | undefined
  /** The rule as it is in force. What is wrong with conditions that stay the same is only a warning: the rule can still be renamed or switched off. */
  inForce?: RuleDefinition | undefined
  /** Milliseconds UTC: snoozes from before are named as ended. Absent: at no time. */
  at?: number | undefined
}

/** Refuses a rule that cannot work as written, with everything that is wrong; returns findings that are allowed but look like mistakes. */
export function checkRule(tenant: CheckedTenant, rule: RuleDefinition, place: RulePlace): ConditionFinding[] {
  const { problems, warnings } = ruleFindings(tenant, rule, place)
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
  return warnings
}

/** What is wrong with a rule, and what looks like a mistake. */
export function ruleFindings(
  tenant: CheckedTenant,
  rule: RuleDefinition,
  { others, features, inForce, at = 0 }: RulePlace,
): { problems: string[]; warnings: ConditionFinding[] } {
  const methods = [...(rule.verificationMethods ?? []), ...(rule.defaultVerificationMethod ? [rule.defaultVerificationMethod] : [])]
  const problems = methodProblems(tenant, methods)
  if (others.length >= maxRules) problems.push(`an action has at most ${maxRules} rules`)
  if (others.some(({ priority }) => priority === rule.priority)) {
    problems.push(`There is already another rule with priority: ${rule.priority}`)
  }
  problems.push(...snoozeProblems(rule))
  const found = validateConditions(rule.conditions, { dataPoints: tenant.dataPoints, lists: tenant.lists, features })
  const isKept = inForce !== undefined && isDeepStrictEqual(inForce.conditions, rule.conditions)
  const errors = isKept ? [] : found.filter(({ severity }) => severity === 'error')
  for (const { path, message } of errors.slice(0, maxConditionProblems)) problems.push(`\`conditions${path.slice(1)}\`: ${message}`)
  if (errors.length > maxConditionProblems) problems.push(`${errors.length - maxConditionProblems} more problems in \`conditions\``)
  return { problems, warnings: [...found, ...placeWarnings(rule, others, at)] }
}

const maxConditionProblems = 10

/** Why a rule would never decide, whatever its conditions say. */
function placeWarnings(rule: RuleDefinition, others: readonly RuleDefinition[], at: number): ConditionFinding[] {
  const warnings: ConditionFinding[] = []
  const warn = (message: string) => warnings.push({ severity: 'warning', path: '$', message })
  if (rule.rolloutPercent === 0) warn('can never match: it is rolled out to 0 percent of the users')
  const first = others.find((other) => other.priority < rule.priority && decidesAlways(other))
  if (first !== undefined && rule.mode === 'active') {
    warn(`never decides: *${first.name.slice(0, 64)}*, which matches always, comes before it`)
  }
  snoozeWarnings(rule, at).forEach(warn)
  return warnings
}

function decidesAlways({ mode, conditions, rolloutPercent, expiresAt }: RuleDefinition): boolean {
  return mode === 'active' && alwaysMatches(conditions) && (rolloutPercent ?? 100) === 100 && expiresAt === undefined
}

/** Refuses methods that the tenant has not enabled. */
export function checkMethods(tenant: Pick<CheckedTenant, 'authenticatorConfigurations'>, methods: readonly string[]): void {
  const problems = methodProblems(tenant, methods)
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
}

function methodProblems(tenant: Pick<CheckedTenant, 'authenticatorConfigurations'>, methods: readonly string[]): string[] {
  return [...new Set(methods)]
    .filter((method) => !isEnabledMethod(tenant, method))
    .map((method) => {
      const meant = method
        .trim()
        .toUpperCase()
        .replace(/[\s-]+/g, '_')
      return `${method} is not an enabled verification method${isEnabledMethod(tenant, meant) ? `; did you mean \`${meant}\`?` : ''}`
    })
}
