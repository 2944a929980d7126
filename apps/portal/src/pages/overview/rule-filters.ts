import type { Overview } from './overview.ts'

type Rule = Overview['rules'][number]
type Filter = Record<string, string>

/** The events behind the numbers of a rule that the API counts without their filter. */
export function decidedBy({ ruleId, decided, matched: { filter } }: Rule): { count: number; filter: Filter } {
  const { ruleId: _, ...others } = filter
  return { count: decided, filter: { ...others, decidedBy: ruleId } }
}

export function wouldMatch({ ruleId, shadow, matched: { filter } }: Rule): { count: number; filter: Filter } {
  const { ruleId: _, ...others } = filter
  return { count: shadow, filter: { ...others, shadowRuleId: ruleId } }
}

/** Those in which it was the only active rule that matched, among the latest events: these begin at `since`. */
export function aloneAmong({ matched: { filter } }: Rule, since: string | undefined): Filter {
  return { ...filter, isAlone: 'true', ...(since !== undefined && { from: since }) }
}
