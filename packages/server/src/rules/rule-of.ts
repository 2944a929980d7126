import type { RuleDefinition } from '@sallyport/engine'
import { ApiError } from '../errors/api-error.ts'

/** The rule with this id; refuses one that does not exist as not found. */
export function ruleOf(rules: readonly RuleDefinition[], ruleId: string): RuleDefinition {
  const rule = rules.find((candidate) => candidate.ruleId === ruleId)
  if (rule === undefined) throw new ApiError('not_found', 'there is no such rule')
  return rule
}
