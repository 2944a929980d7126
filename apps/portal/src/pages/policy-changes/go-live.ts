import { freeName } from '../../policy-draft/free-name.ts'
import { givePriorities } from '../../policy-draft/give-priorities.ts'
import { isEqual } from '../../policy-draft/is-equal.ts'
import type { DraftRule, PolicyDraft } from '../../policy-draft/policy-draft.ts'

/** How rules begin. `drafted`: each as its card says. */
export type GoLive = 'drafted' | 'active' | 'percent' | 'shadow' | 'off'

export interface Choice {
  how: GoLive
  /** Of people, for `percent`. */
  percent: number
}

/** What a rule does. Its name and notes, its mode and its share are no part of that: who changes them has said how it goes on. */
const doings = [
  'type',
  'conditions',
  'verificationMethods',
  'defaultVerificationMethod',
  'whenUndetermined',
  'whenUnenrolled',
  'challenge',
  'expiresAt',
] as const

/** The rules of the draft that are not in the base. */
export function newRuleIds(base: PolicyDraft, draft: PolicyDraft): string[] {
  const known = new Set(base.rules.map(({ ruleId }) => ruleId))
  return draft.rules.map(({ ruleId }) => ruleId).filter((ruleId) => !known.has(ruleId))
}

/** The rules that act, and that the draft lets act in another way. */
export function changedRuleIds(base: PolicyDraft, draft: PolicyDraft): string[] {
  return draft.rules
    .filter((rule) => {
      const was = base.rules.find(({ ruleId }) => ruleId === rule.ruleId)
      return was?.mode === 'active' && rule.mode === 'active' && doings.some((field) => !isEqual(was[field], rule[field]))
    })
    .map(({ ruleId }) => ruleId)
}

/** Whether something changes of which a policy has only one, so that it changes for everybody at once. */
export function changesShared(base: PolicyDraft, draft: PolicyDraft): boolean {
  const fields = ['defaultUserActionResult', 'whenUnenrolled', 'verificationMethods', 'requires', 'whenMissing'] as const
  const order = (policy: PolicyDraft, other: PolicyDraft) =>
    policy.rules.map(({ ruleId }) => ruleId).filter((id) => other.rules.some(({ ruleId }) => ruleId === id))
  const isGone = base.rules.some(({ ruleId }) => draft.rules.every((rule) => rule.ruleId !== ruleId))
  return isGone || fields.some((field) => !isEqual(base[field], draft[field])) || !isEqual(order(base, draft), order(draft, base))
}

/** The draft with its new rules begun in one way. */
export function beginNew(draft: PolicyDraft, newIds: readonly string[], { how, percent }: Choice): PolicyDraft {
  if (how === 'drafted') return draft
  return { ...draft, rules: draft.rules.map((rule) => (newIds.includes(rule.ruleId) ? begun(rule, how, percent) : rule)) }
}

/**
 * The draft with its changed rules begun in one way. A rule has one form at a time, so unless the change acts for everybody, the rule stays as it is in the base and
 * the change becomes a rule of its own (`idOf`): before it where it acts for some people, and else behind it.
 */
export function beginChanged(
  { base, draft }: { base: PolicyDraft; draft: PolicyDraft },
  changedIds: readonly string[],
  { how, percent }: Choice,
  idOf: (ruleId: string) => string,
): PolicyDraft {
  if (how === 'active' || how === 'drafted' || changedIds.length === 0) return draft
  const names: DraftRule[] = [...base.rules, ...draft.rules]
  const rules = draft.rules.flatMap((rule) => {
    const was = base.rules.find(({ ruleId }) => ruleId === rule.ruleId)
    if (was === undefined || !changedIds.includes(rule.ruleId)) return [rule]
    const name = rule.name === was.name ? freeName(names, `${rule.name.slice(0, 240)}, changed`) : rule.name
    const change = begun({ ...rule, ruleId: idOf(rule.ruleId), name }, how, percent)
    names.push(change)
    return how === 'percent' ? [change, was] : [was, change]
  })
  return { ...draft, rules: givePriorities(rules, base.rules) }
}

function begun({ rolloutPercent: _, ...rule }: DraftRule, how: Exclude<GoLive, 'drafted'>, percent: number): DraftRule {
  return how === 'percent' ? { ...rule, mode: 'active', rolloutPercent: percent } : { ...rule, mode: how }
}

/** What is offered first: active, unless the draft says something else of a new rule. */
export function usualGoLive(draft: PolicyDraft, newIds: readonly string[]): GoLive {
  const rules = draft.rules.filter(({ ruleId }) => newIds.includes(ruleId))
  return rules.every(({ mode, rolloutPercent }) => mode === 'active' && rolloutPercent == null) ? 'active' : 'drafted'
}
