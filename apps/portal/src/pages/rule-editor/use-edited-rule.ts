import type { JsonValue } from '@sallyport/engine/facts'
import { useRef, useState } from 'react'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'
import type { PolicyDraftState } from '../../policy-draft/use-policy-draft.ts'
import type { World } from './read-world.ts'
import { type History, noHistory, noteChange, redo, undo } from './rule-history.ts'
import { suggestName } from './say-rule.ts'

export interface EditedRule {
  rule: DraftRule
  /** Not in the policy that is in force. */
  isNew: boolean
  conditions: JsonValue | undefined
  /** Changes fields. Changes of one `kind` that follow one another are one step back. */
  change(fields: Partial<DraftRule>, kind?: string): void
  changeConditions(conditions: JsonValue | undefined, kind?: string): void
  undo?: () => void
  redo?: () => void
}

/** One rule of the draft with its steps back and forth. A rule that is not there yet comes into being with its first change. */
export function useEditedRule(policy: PolicyDraftState, ruleId: string, world: World): EditedRule {
  const found = policy.draft.rules.find((rule) => rule.ruleId === ruleId)
  const rule: DraftRule = found ?? { ruleId, name: '', type: 'CHALLENGE', mode: 'active' }
  const isNew = !policy.base.policy.rules.some((other) => other.ruleId === ruleId)
  const [history, setHistory] = useState<History<DraftRule>>(noHistory)
  const latest = useRef(rule)
  latest.current = rule

  const put = (next: DraftRule) => {
    latest.current = next
    policy.change((draft) => ({
      ...draft,
      rules: draft.rules.some((other) => other.ruleId === ruleId)
        ? draft.rules.map((other) => (other.ruleId === ruleId ? next : other))
        : [...draft.rules, next],
    }))
  }
  const change = (fields: Partial<DraftRule>, kind = '') => {
    setHistory((before) => noteChange(before, rule, kind, Date.now()))
    put({ ...latest.current, ...fields })
  }
  const step = (to: { history: History<DraftRule>; state: DraftRule } | undefined) => {
    if (to === undefined) return undefined
    return () => {
      setHistory(to.history)
      put(to.state)
    }
  }
  const back = step(undo(history, rule))
  const forth = step(redo(history, rule))
  const conditions = (rule.conditions ?? undefined) as JsonValue | undefined
  return {
    rule,
    isNew,
    conditions,
    change,
    changeConditions(next, kind) {
      // The name of a new rule follows its conditions until somebody gives it one.
      const hasOwnName = !isNew || ((rule.name ?? '') !== '' && rule.name !== suggestName(conditions, world))
      const name = hasOwnName ? '' : suggestName(next, world)
      change({ conditions: next as DraftRule['conditions'], ...(name === '' ? {} : { name }) }, kind)
    },
    ...(back && { undo: back }),
    ...(forth && { redo: forth }),
  }
}
