import type { Instance, RuleDefinition } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import type { SearchingStore } from '../storage/searching-store.ts'
import type { RuleCount } from './count-rules.ts'
import type { OverviewRange } from './overview-range.ts'

/** A rule that matched and never decided, because another one always did. */
export interface CoveredRule {
  action: string
  rule: RuleDefinition
  matched: number
  /** A rule before it that matched in each of the latest events in which it did. Absent: it took several. */
  cover: RuleDefinition | undefined
}

/** Fewer events say nothing about a rule. */
const fewestMatched = 20
const mostRules = 5
const mostEvents = 30

/** The counts say which rules never decided; only for these the latest events are looked up, to name the rule that did. */
export async function findCoveredRules(
  store: Pick<SearchingStore, 'searchEvents'>,
  { tenantId, actions }: Tenant,
  counts: readonly RuleCount[],
  { from, to }: OverviewRange,
): Promise<CoveredRule[]> {
  const candidates = counts.flatMap(({ action, ruleId, matched, decided }) => {
    const rules = actions.get(action)?.definition.rules ?? []
    const rule = rules.find((candidate) => candidate.ruleId === ruleId)
    return rule?.mode === 'active' && matched >= fewestMatched && decided === 0 ? [{ action, rule, rules, matched }] : []
  })
  return Promise.all(
    candidates.slice(0, mostRules).map(async ({ action, rule, rules, matched }) => {
      const filter = { actions: [action], ruleId: rule.ruleId, from, to }
      const { events } = await store.searchEvents(tenantId, { filter, order: 'newest', limit: mostEvents })
      return { action, rule, matched, cover: findCover(rules, rule, events) }
    }),
  )
}

function findCover(rules: readonly RuleDefinition[], rule: RuleDefinition, events: readonly Instance[]): RuleDefinition | undefined {
  if (events.length === 0) return undefined
  const before = rules.filter(({ mode, priority }) => mode === 'active' && priority < rule.priority)
  return before.find(({ ruleId }) => events.every(({ ruleIds }) => ruleIds.includes(ruleId)))
}
