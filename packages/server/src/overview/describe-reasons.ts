import type { State } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import type { DecisionCount } from './count-rules.ts'
import type { Overview } from './overview-json.ts'
import { type OverviewRange, rangeQuery } from './overview-range.ts'

const mostShown = 10

/**
 * What stopped most events: for each rule that gave an outcome other than `ALLOW`, and each default outcome that is another one, how many events that were
 * not allowed. The most common come first.
 */
export function describeReasons(tenant: Tenant, decisions: readonly DecisionCount[], range: OverviewRange): Overview['reasons'] {
  const reasons = new Map<string, DecisionCount & { states: Set<State> }>()
  for (const { action, ruleId, outcome, state, events } of decisions) {
    if (outcome === 'ALLOW' || state === 'ALLOW' || events === 0) continue
    const name = JSON.stringify([action, ruleId, outcome])
    const known = reasons.get(name) ?? { action, ruleId, outcome, state, events: 0, states: new Set() }
    known.events += events
    reasons.set(name, known)
    known.states.add(state)
  }
  const sorted = [...reasons.values()].sort((a, b) => b.events - a.events)
  return sorted.slice(0, mostShown).map(({ action, ruleId, outcome, events, states }) => {
    const rules = tenant.actions.get(action)?.definition.rules ?? []
    const name = rules.find((rule) => rule.ruleId === ruleId)?.name ?? ruleId
    const filter = { action, decidedBy: ruleId ?? 'none', outcome, state: [...states].sort().join() }
    return {
      action,
      outcome,
      rule: ruleId === null || name === null ? undefined : { ruleId, name },
      events: { count: events, filter: { ...filter, ...rangeQuery(range) } },
    }
  })
}
