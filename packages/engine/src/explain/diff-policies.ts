import type { JsonValue } from '../facts/json-value.ts'
import { changedFields, type FieldChange, isEqual } from '../policy/changed-fields.ts'
import type { PolicyDefinition, RuleDefinition } from '../policy/policy-definition.ts'
import { explainRule } from './explain-rule.ts'
import { phraseRuleChange } from './phrase-rule-change.ts'
import type { ExplainOptions } from './vocabulary.ts'

/** One difference between two policies, as data and in one plain sentence. */
export type PolicyChange =
  | ({ kind: 'policy_changed'; sentence: string } & FieldChange)
  | { kind: 'rule_added' | 'rule_removed'; ruleId: string; name: string; sentence: string }
  | { kind: 'rule_changed'; ruleId: string; name: string; fields: FieldChange[]; sentence: string }

/**
 * The changes from `before` to `after`: first those of the whole policy, then those of its rules in order of priority, removed rules last.
 * Rules with the same id are the same rule. Empty when the two decide alike.
 */
export function diffPolicies(before: PolicyDefinition, after: PolicyDefinition, options: ExplainOptions = {}): PolicyChange[] {
  const was = new Map(before.rules.map((rule) => [rule.ruleId, rule]))
  const is = new Set(after.rules.map(({ ruleId }) => ruleId))
  const changes: PolicyChange[] = policyFields(before, after)
  for (const rule of byPriority(after.rules)) {
    const { ruleId, name } = rule
    const earlier = was.get(ruleId)
    if (earlier === undefined) {
      const sentence = `New rule *${name}* with priority ${rule.priority}: ${explainRule(rule, options).sentence}`
      changes.push({ kind: 'rule_added', ruleId, name, sentence })
      continue
    }
    const fields = changedFields(earlier, rule)
    if (fields.length === 0) continue
    changes.push({ kind: 'rule_changed', ruleId, name, fields, sentence: phraseRuleChange(earlier, rule, fields, options) })
  }
  for (const rule of byPriority(before.rules)) {
    const { ruleId, name } = rule
    if (is.has(ruleId)) continue
    changes.push({ kind: 'rule_removed', ruleId, name, sentence: `Rule *${name}* is gone. It was: ${explainRule(rule, options).sentence}` })
  }
  return changes
}

function policyFields(before: PolicyDefinition, after: PolicyDefinition): PolicyChange[] {
  const changes: PolicyChange[] = []
  if (before.defaultOutcome !== after.defaultOutcome) {
    const sentence = `When no rule matches, the outcome is ${after.defaultOutcome} instead of ${before.defaultOutcome}.`
    changes.push(policyChange('defaultOutcome', before.defaultOutcome, after.defaultOutcome, sentence))
  }
  if (before.whenUnenrolled !== after.whenUnenrolled) {
    const sentence = `For a user without an authenticator a challenge means ${after.whenUnenrolled} instead of ${before.whenUnenrolled}.`
    changes.push(policyChange('whenUnenrolled', before.whenUnenrolled, after.whenUnenrolled, sentence))
  }
  if (!isEqual(before.verificationMethods, after.verificationMethods)) {
    const sentence = `A challenge may be answered with ${methods(after)} instead of ${methods(before)}.`
    changes.push(policyChange('verificationMethods', before.verificationMethods, after.verificationMethods, sentence))
  }
  const was = before.requires ?? []
  const is = after.requires ?? []
  if (!isEqual(was, is)) {
    changes.push(policyChange('requires', was, is, `Events must bring ${inputs(is)} instead of ${inputs(was)}.`))
  }
  const [reactedBefore, reactsAfter] = [before.whenMissing ?? 'REFUSE', after.whenMissing ?? 'REFUSE']
  if (reactedBefore !== reactsAfter) {
    const sentence = `For an event that lacks a required input the action does ${reactsAfter} instead of ${reactedBefore}.`
    changes.push(policyChange('whenMissing', reactedBefore, reactsAfter, sentence))
  }
  return changes
}

function policyChange(field: string, before: JsonValue, after: JsonValue, sentence: string): PolicyChange {
  return { kind: 'policy_changed', field, before, after, sentence }
}

function methods({ verificationMethods }: PolicyDefinition): string {
  return verificationMethods.length === 0 ? 'any enabled method' : verificationMethods.join(', ')
}

function inputs(required: readonly string[]): string {
  return required.length === 0 ? 'nothing in particular' : required.join(', ')
}

function byPriority(rules: readonly RuleDefinition[]): RuleDefinition[] {
  return [...rules].sort((a, b) => a.priority - b.priority)
}
