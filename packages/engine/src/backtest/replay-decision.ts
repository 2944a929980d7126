import type { Policy } from '../policy/compile-policy.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import { decodeSignals, type UserRecord } from '../signals/encoding.ts'
import type { Instance } from '../stored/instance.ts'

/** What the rules decided about an instance: the part of a decision that follows from its policy and its signals alone. */
export type RuleDecision = Pick<Instance, 'outcome' | 'ruleIds' | 'undeterminedRuleIds' | 'shadowRuleIds'> & {
  /** The rule that gave the outcome. `null`: none matched. */
  ruleId: string | null
}

export interface ReplayedDecision {
  /** The two are the same, byte for byte as JSON. */
  identical: boolean
  /** The recorded decision. */
  decision: RuleDecision
  recomputed: RuleDecision
}

/**
 * Decides an instance again from what was stored with it. `policy` is the version that decided it, compiled with the lists of that time as
 * far as they are known; `user` is the user's current record, for rules that read it in decisions from before it was kept.
 */
export function replayDecision(policy: Policy, instance: Instance, user?: UserRecord): ReplayedDecision {
  const { winner, outcome, ruleIds, undeterminedRuleIds, shadowRuleIds } = evaluatePolicy(policy, decodeSignals(instance, user), {
    userId: instance.userId,
    at: instance.createdAt,
  })
  const recomputed: RuleDecision = { outcome, ruleId: winner?.ruleId ?? null, ruleIds, undeterminedRuleIds, shadowRuleIds }
  const decision: RuleDecision = {
    outcome: instance.outcome,
    ruleId: instance.ruleIds[0] ?? null,
    ruleIds: instance.ruleIds,
    undeterminedRuleIds: instance.undeterminedRuleIds,
    shadowRuleIds: instance.shadowRuleIds,
  }
  return { identical: JSON.stringify(recomputed) === JSON.stringify(decision), decision, recomputed }
}
