import type { Outcome } from '../facts/outcome.ts'
import type { PolicyDefinition } from '../policy/policy-definition.ts'
import { isUndecided, type PastInstance } from '../stored/past-instance.ts'
import { countLabel, type LabelCounts, labelOf, noLabels } from './label.ts'

/** What a shadow rule would have done with the decisions made while it ran. */
export interface ShadowCount {
  ruleId: string
  /** Absent: the rule is no longer in the policy. */
  name?: string
  /** The outcome it would have given. */
  outcome?: Outcome
  mode?: 'active' | 'shadow' | 'off'
  matches: number
  /** How many of these would have had another outcome: no rule before it matched, and the decision differs. */
  wouldChange: number
  /** The same, by the outcome that was given instead. */
  insteadOf: Record<Outcome, number>
  usersAffected: number
  usersAffectedIsAtLeast: boolean
  labels: LabelCounts
  /** Milliseconds UTC. */
  firstAt: number | null
  lastAt: number | null
}

export interface ShadowCounter {
  addInstance(instance: PastInstance): void
  result(): { instances: number; rules: ShadowCount[] }
}

const mostUsers = 100_000

/**
 * Counts what shadow rules would have done, from what was recorded while they ran. Priorities and outcomes are those of the current policy.
 * The position of a rule that is gone is not known, so it counts as having come first.
 */
export function createShadowCounter(policy: PolicyDefinition): ShadowCounter {
  const defined = new Map(policy.rules.map((rule) => [rule.ruleId, rule]))
  const counted = new Map<string, { count: ShadowCount; users: Set<string> }>()
  let instances = 0
  for (const { ruleId, mode } of policy.rules) if (mode === 'shadow') open(ruleId)

  function open(ruleId: string) {
    const rule = defined.get(ruleId)
    const count: ShadowCount = {
      ruleId,
      ...(rule === undefined ? {} : { name: rule.name, outcome: rule.outcome, mode: rule.mode }),
      matches: 0,
      wouldChange: 0,
      insteadOf: { ALLOW: 0, CHALLENGE: 0, REVIEW: 0, BLOCK: 0 },
      usersAffected: 0,
      usersAffectedIsAtLeast: false,
      labels: noLabels(),
      firstAt: null,
      lastAt: null,
    }
    const entry = { count, users: new Set<string>() }
    counted.set(ruleId, entry)
    return entry
  }

  function wouldChange(ruleId: string, { outcome, ruleIds }: PastInstance): boolean {
    const rule = defined.get(ruleId)
    if (rule === undefined || rule.outcome === outcome) return false
    const [winner] = ruleIds
    return winner === undefined || (defined.get(winner)?.priority ?? -1) > rule.priority
  }

  return {
    addInstance(instance) {
      if (isUndecided(instance)) return
      instances += 1
      for (const ruleId of instance.shadowRuleIds) {
        const { count, users } = counted.get(ruleId) ?? open(ruleId)
        count.matches += 1
        count.firstAt ??= instance.createdAt
        count.lastAt = instance.createdAt
        countLabel(count.labels, labelOf(instance))
        if (!wouldChange(ruleId, instance)) continue
        count.wouldChange += 1
        count.insteadOf[instance.outcome] += 1
        if (users.size < mostUsers) users.add(instance.userId)
        else if (!users.has(instance.userId)) count.usersAffectedIsAtLeast = true
      }
    },
    result: () => ({
      instances,
      rules: [...counted.values()].map(({ count, users }) => ({ ...count, usersAffected: users.size })),
    }),
  }
}
