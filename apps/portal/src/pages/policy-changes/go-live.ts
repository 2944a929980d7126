import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'

/** How rules that were not live before begin. `drafted`: each as its card says. */
export type GoLive = 'drafted' | 'active' | 'percent' | 'shadow' | 'off'

/** The rules of the draft that are not in the base. */
export function newRuleIds(base: PolicyDraft, draft: PolicyDraft): string[] {
  const known = new Set(base.rules.map(({ ruleId }) => ruleId))
  return draft.rules.map(({ ruleId }) => ruleId).filter((ruleId) => !known.has(ruleId))
}

/** The draft with its new rules begun in one way. Rules that are live already stay as the draft has them. */
export function applyGoLive(draft: PolicyDraft, newIds: readonly string[], how: GoLive, percent: number): PolicyDraft {
  if (how === 'drafted') return draft
  return {
    ...draft,
    rules: draft.rules.map((rule) => {
      if (!newIds.includes(rule.ruleId)) return rule
      const { rolloutPercent: _, ...whole } = rule
      if (how === 'percent') return { ...whole, mode: 'active', rolloutPercent: percent }
      return { ...whole, mode: how }
    }),
  }
}

/** What is offered first: active, unless the draft says something else of a new rule. */
export function usualGoLive(draft: PolicyDraft, newIds: readonly string[]): GoLive {
  const rules = draft.rules.filter(({ ruleId }) => newIds.includes(ruleId))
  return rules.every(({ mode, rolloutPercent }) => mode === 'active' && rolloutPercent == null) ? 'active' : 'drafted'
}
