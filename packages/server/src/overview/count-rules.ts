import type { Tenant } from '../configuration/tenant.ts'
import type { RollUp, SearchingStore } from '../storage/searching-store.ts'
import type { Overview } from './overview-json.ts'
import { inFewBuckets, type OverviewRange, rangeQuery } from './overview-range.ts'

/** How often a rule of an action had a part in decisions. */
export interface RuleCount {
  ruleId: string
  action: string
  matched: number
  decided: number
  shadow: number
  undetermined: number
  good: number
  fraud: number
}

/** How many events have an outcome and a state, by the rule that gave the outcome. `null`: none did. */
export type DecisionCount = Pick<RollUp, 'action' | 'ruleId' | 'outcome' | 'state' | 'events'>

export async function countRules(
  store: Pick<SearchingStore, 'rollUps' | 'ruleRollUps'>,
  tenantId: string,
  range: OverviewRange,
): Promise<{ rules: RuleCount[]; decisions: DecisionCount[] }> {
  const buckets = inFewBuckets(range)
  const [parts, decided] = await Promise.all([
    Promise.all(buckets.map((part) => store.ruleRollUps(tenantId, { ...part, by: ['action', 'ruleId', 'part', 'label'] }))),
    Promise.all(buckets.map((part) => store.rollUps(tenantId, { ...part, by: ['action', 'ruleId', 'outcome', 'state'] }))),
  ])
  const counts = new Map<string, RuleCount>()
  const of = (action: string, ruleId: string): RuleCount => {
    const name = `${action}\n${ruleId}`
    const known = counts.get(name) ?? { ruleId, action, matched: 0, decided: 0, shadow: 0, undetermined: 0, good: 0, fraud: 0 }
    counts.set(name, known)
    return known
  }
  for (const { action, ruleId, part, label, events } of parts.flat()) {
    const count = of(action, ruleId)
    count[part] += events
    if (part === 'matched' && label !== null) count[label] += events
  }
  for (const { action, ruleId, events } of decided.flat()) if (ruleId !== null) of(action, ruleId).decided += events
  return { rules: [...counts.values()], decisions: decided.flat() }
}

const mostShown = 50

/** The rules that matched most, each with the filter behind its numbers. */
export function describeRules(tenant: Tenant, counts: readonly RuleCount[], range: OverviewRange): Overview['rules'] {
  const sorted = [...counts].sort((a, b) => b.matched + b.shadow - (a.matched + a.shadow) || (a.ruleId < b.ruleId ? -1 : 1))
  return sorted.slice(0, mostShown).map(({ ruleId, action, matched, decided, shadow, undetermined, good, fraud }) => {
    const rule = tenant.actions.get(action)?.definition.rules.find((candidate) => candidate.ruleId === ruleId)
    const filter = { action, ruleId, ...rangeQuery(range) }
    return {
      ruleId,
      name: rule?.name ?? ruleId,
      action,
      mode: rule?.mode === 'shadow' ? 'shadow' : rule === undefined ? undefined : 'active',
      matched: { count: matched, filter },
      decided,
      shadow,
      undetermined,
      good: { count: good, filter: { ...filter, label: 'good' } },
      fraud: { count: fraud, filter: { ...filter, label: 'fraud' } },
    }
  })
}
