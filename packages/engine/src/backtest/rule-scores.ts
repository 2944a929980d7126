import type { Outcome } from '../facts/outcome.ts'
import type { Policy } from '../policy/compile-policy.ts'
import type { PolicyEvaluation } from '../policy/evaluate-policy.ts'
import { countLabel, type Label, type LabelCounts, noLabels } from './label.ts'

/** The results of one rule of the draft. */
export interface RuleScore {
  ruleId: string
  name: string
  priority: number
  outcome: Outcome
  mode: 'active' | 'shadow'
  /** Instances that it matched. For a shadow rule: that it would have matched. */
  matches: number
  /** How many of these it decided: no rule before it matched. Always 0 for a shadow rule. */
  decided: number
  /** How many of these no other active rule matched: what would be missed without it. */
  unique: number
  /**
   * Instances for which it could not be determined because a signal was unavailable. They also count as matches where the rule fails
   * closed.
   */
  undetermined: number
  /** Instances that it would have matched, but for which it is snoozed. Not among the matches. */
  snoozed: number
  /** The matches by how they turned out. */
  labels: LabelCounts
  /** Why the conditions cannot be evaluated. */
  problem?: string
}

/** Instances that two active rules both matched. */
export interface RuleOverlap {
  ruleIds: [string, string]
  matches: number
}

export interface RuleTally {
  add(evaluation: PolicyEvaluation, label: Label): void
  scores(): RuleScore[]
  /** Pairs that ever matched together, most first. */
  overlaps(): RuleOverlap[]
}

export function createRuleTally(policy: Policy): RuleTally {
  const rules = policy.rules.map(({ definition, isShadow }, index) => ({
    index,
    definition,
    isShadow,
    matches: 0,
    decided: 0,
    unique: 0,
    undetermined: 0,
    snoozed: 0,
    labels: noLabels(),
  }))
  type Tallied = (typeof rules)[number]
  const byId = new Map(rules.map((rule) => [rule.definition.ruleId, rule]))
  const width = rules.length
  const together = new Float64Array(width * width)

  function count(id: string, label: Label): Tallied | undefined {
    const rule = byId.get(id)
    if (rule === undefined) return undefined
    rule.matches += 1
    countLabel(rule.labels, label)
    return rule
  }

  return {
    add({ winner, ruleIds, undeterminedRuleIds, shadowRuleIds, snoozed }, label) {
      for (let i = 0; i < ruleIds.length; i++) {
        const rule = count(ruleIds[i] as string, label)
        if (rule === undefined) continue
        if (ruleIds.length === 1) rule.unique += 1
        if (winner === rule.definition) rule.decided += 1
        for (let j = i + 1; j < ruleIds.length; j++) {
          const other = byId.get(ruleIds[j] as string)
          if (other !== undefined) together[rule.index * width + other.index] = (together[rule.index * width + other.index] ?? 0) + 1
        }
      }
      for (const id of shadowRuleIds) {
        const rule = count(id, label)
        if (rule !== undefined && ruleIds.length === 0) rule.unique += 1
      }
      for (const id of undeterminedRuleIds) {
        const rule = byId.get(id)
        if (rule !== undefined) rule.undetermined += 1
      }
      for (const { definition } of snoozed ?? []) {
        const rule = ruleIds.includes(definition.ruleId) ? undefined : byId.get(definition.ruleId)
        if (rule !== undefined) rule.snoozed += 1
      }
    },
    scores() {
      return rules.map(({ definition, isShadow, index, matches, decided, unique, undetermined, snoozed, labels }) => {
        const { ruleId, name, priority, outcome } = definition
        const { problem } = policy.rules[index] ?? {}
        return {
          ruleId,
          name,
          priority,
          outcome,
          mode: isShadow ? 'shadow' : 'active',
          matches,
          decided,
          unique,
          undetermined,
          snoozed,
          labels: { ...labels },
          ...(problem === undefined ? {} : { problem }),
        }
      })
    },
    overlaps() {
      const pairs: RuleOverlap[] = []
      for (const a of rules) {
        for (const b of rules) {
          const matches = together[a.index * width + b.index] ?? 0
          if (matches > 0) pairs.push({ ruleIds: [a.definition.ruleId, b.definition.ruleId], matches })
        }
      }
      return pairs.sort((a, b) => b.matches - a.matches)
    },
  }
}
