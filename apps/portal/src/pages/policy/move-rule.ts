import { freeName } from '../../policy-draft/free-name.ts'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'

/** The rules with one of them at another place. A place beyond the ends is the end. */
export function moveRule(rules: readonly DraftRule[], ruleId: string, to: number): DraftRule[] {
  const rule = rules.find((one) => one.ruleId === ruleId)
  if (rule === undefined) return [...rules]
  const others = rules.filter((one) => one !== rule)
  const place = Math.max(0, Math.min(others.length, to))
  return [...others.slice(0, place), rule, ...others.slice(place)]
}

/** The place at which a dragged rule ends when it is dropped above or below another. */
export function placeOfDrop(rules: readonly DraftRule[], ruleId: string, { on, edge }: { on: string; edge: 'top' | 'bottom' }): number {
  const others = rules.filter((one) => one.ruleId !== ruleId)
  const place = others.findIndex((one) => one.ruleId === on)
  return place === -1 ? rules.findIndex((one) => one.ruleId === ruleId) : place + (edge === 'bottom' ? 1 : 0)
}

/** A copy behind the rule, in shadow, so that it does nothing before somebody has looked at it. */
export function duplicateRule(rules: readonly DraftRule[], ruleId: string, newId: string): DraftRule[] {
  return rules.flatMap((rule) =>
    rule.ruleId === ruleId ? [rule, { ...rule, ruleId: newId, name: freeName(rules, rule.name), mode: 'shadow' as const }] : [rule],
  )
}
