import type { Instance } from '@sallyport/engine'
import type { CustomComparison } from '../searching-store.ts'
import { toIndexEntry } from './index-entry.ts'
import { matchesFilter, type PreparedFilter } from './matches-filter.ts'

/** Whether a search finds an instance as it is now. Its words are not compared: those of the user are only in its entry. */
export function matchesInstance(instance: Instance, filter: PreparedFilter): boolean {
  return matchesFilter(toIndexEntry(instance), { ...filter, words: [] }) && matchesUnindexed(instance, filter)
}

/** Whether an instance holds what no index knows. A search reads instances for it, so its pages are short where few of them match. */
export function matchesUnindexed(
  { ruleIds, shadowRuleIds, outcome, tracked }: Instance,
  { decidedBy, hasOneRule, shadowRuleId, outcomes, custom }: PreparedFilter,
): boolean {
  if (decidedBy !== undefined && (ruleIds[0] ?? null) !== decidedBy) return false
  if (hasOneRule !== undefined && (new Set(ruleIds).size === 1) !== hasOneRule) return false
  if (shadowRuleId !== undefined && !shadowRuleIds.includes(shadowRuleId)) return false
  if (outcomes !== undefined && !outcomes.includes(outcome)) return false
  return custom === undefined || custom.every((comparison) => holds(tracked.custom ?? {}, comparison))
}

/** Whether a filter asks for what no index knows. */
export function isUnindexed({ decidedBy, hasOneRule, shadowRuleId, outcomes, custom }: PreparedFilter): boolean {
  return [decidedBy, hasOneRule, shadowRuleId, outcomes, custom].some((part) => part !== undefined)
}

function holds(data: Readonly<Record<string, unknown>>, { name, operator, value }: CustomComparison): boolean {
  if (!Object.hasOwn(data, name)) return false
  const tracked = data[name]
  return (Array.isArray(tracked) ? tracked : [tracked]).some((one) => compares(one, operator, value))
}

function compares(tracked: unknown, operator: CustomComparison['operator'], value: string): boolean {
  if (operator === '=') return typeof tracked === 'number' ? tracked === Number(value) : String(tracked) === value
  if (typeof tracked !== 'number') return false
  const limit = Number(value)
  if (operator === '>') return tracked > limit
  if (operator === '>=') return tracked >= limit
  return operator === '<' ? tracked < limit : tracked <= limit
}
