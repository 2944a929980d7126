import { isStricter, type Outcome } from '../facts/outcome.ts'
import { FAILS, HOLDS, isUndetermined, OPEN, type Truth } from '../language/truth.ts'
import type { Signals } from '../signals/signals.ts'
import type { CompiledRule, Policy } from './compile-policy.ts'
import { inputsOf, missingInputs } from './missing-inputs.ts'
import type { RuleDefinition } from './policy-definition.ts'
import { isRolledOut } from './rollout.ts'
import { findCandidates, type GuardedRules, rulesPerGuards } from './rule-guards.ts'
import type { RuleSnooze } from './snoozes.ts'

/** The user and the time that a policy is evaluated for. Expiry and rollout depend on them. */
export interface Subject {
  userId: string
  /** Milliseconds UTC. */
  at: number
}

export interface PolicyEvaluation {
  outcome: Outcome
  /** The rule that gave the outcome. `null`: none matched, the default applies. */
  winner: RuleDefinition | null
  /** Ids of the active rules that matched, in order of priority. */
  ruleIds: readonly string[]
  /**
   * Ids of the active rules that could not be determined. Those that matched because they are stricter than the default are in `ruleIds`
   * too.
   */
  undeterminedRuleIds: readonly string[]
  /** Ids of the shadow rules that would have matched. */
  shadowRuleIds: readonly string[]
  /** Active rules that match and are snoozed for this event, in order of priority. Absent: none. */
  snoozed?: readonly SnoozedRule[]
  /** Required inputs whose lack made the outcome stricter than the rules alone. Absent: none. */
  failedClosedFor?: readonly string[]
}

/** A rule that matches and is snoozed. It does not count, unless it is in `ruleIds`: then it decides, because without it the outcome would be stricter. */
export interface SnoozedRule {
  definition: RuleDefinition
  snooze: RuleSnooze
  /** It matches because it fails closed. */
  undetermined: boolean
}

const noIds: readonly string[] = Object.freeze([])

/**
 * Evaluates every rule of a policy. Of the rules that match, the one with the lowest priority number gives the outcome. When none matches,
 * the default applies.
 *
 * A rule that is snoozed for the event neither matches nor is undetermined. But a snooze never makes an outcome stricter: where the rules after it would be
 * stricter, the most lenient of the snoozed rules before them decides all the same.
 *
 * A rule that throws is undetermined, like a rule that depends on an unavailable signal.
 */
export function evaluatePolicy(policy: Policy, signals: Signals, subject: Subject): PolicyEvaluation {
  let winner: RuleDefinition | null = null
  let ruleIds: string[] | undefined
  let undeterminedRuleIds: string[] | undefined
  let shadowRuleIds: string[] | undefined
  let snoozed: SnoozedRule[] | undefined
  const { rules, guards } = policy
  for (let group = 0; group < guards.length; group++) {
    // From the lowest bit up, which is the order of priority.
    for (let bits = findCandidates(guards[group] as GuardedRules, signals); bits !== 0; bits &= bits - 1) {
      const rule = rules[group * rulesPerGuards + 31 - Math.clz32(bits & -bits)] as CompiledRule
      const truth = evaluateRule(rule, signals)
      if (truth === FAILS || (rule.isLimited && !appliesTo(rule.definition, subject))) continue
      const undetermined = isUndetermined(truth)
      const matches = truth === HOLDS || (undetermined && rule.matchesWhenUndetermined)
      const { ruleId } = rule.definition
      const snooze = rule.findSnooze?.(signals, subject)
      if (snooze !== undefined) {
        if (matches && !rule.isShadow) snoozed = appended(snoozed, { definition: rule.definition, snooze, undetermined })
        continue
      }
      if (rule.isShadow) {
        if (matches) shadowRuleIds = appended(shadowRuleIds, ruleId)
        continue
      }
      if (undetermined) undeterminedRuleIds = appended(undeterminedRuleIds, ruleId)
      if (!matches) continue
      winner ??= rule.definition
      ruleIds = appended(ruleIds, ruleId)
    }
  }
  const counted: PolicyEvaluation = {
    outcome: winner === null ? policy.definition.defaultOutcome : winner.outcome,
    winner,
    ruleIds: ruleIds ?? noIds,
    undeterminedRuleIds: undeterminedRuleIds ?? noIds,
    shadowRuleIds: shadowRuleIds ?? noIds,
  }
  const evaluation = snoozed === undefined ? counted : withSnoozed(counted, snoozed)
  if (policy.definition.whenMissing !== 'FAIL_CLOSED') return evaluation
  const missing = missingInputs(policy.definition, inputsOf(signals))
  return missing.length === 0 ? evaluation : failClosed(policy, evaluation, missing, subject)
}

/** The evaluation with the rules that it left out. The most lenient of those before the winner decides where the winner, or the default, is stricter. */
function withSnoozed(evaluation: PolicyEvaluation, snoozed: readonly SnoozedRule[]): PolicyEvaluation {
  const priority = evaluation.winner?.priority ?? Number.POSITIVE_INFINITY
  let spared: SnoozedRule | undefined
  for (const rule of snoozed) {
    const least = spared?.definition.outcome ?? evaluation.outcome
    if (rule.definition.priority < priority && isStricter(least, rule.definition.outcome)) spared = rule
  }
  if (spared === undefined) return { ...evaluation, snoozed }
  const { definition: winner, undetermined } = spared
  const { ruleIds, undeterminedRuleIds } = evaluation
  return {
    ...evaluation,
    outcome: winner.outcome,
    winner,
    ruleIds: [winner.ruleId, ...ruleIds],
    undeterminedRuleIds: undetermined ? [winner.ruleId, ...undeterminedRuleIds] : undeterminedRuleIds,
    snoozed,
  }
}

/**
 * The evaluation of an event without an input that the policy requires: the strictest outcome of the rules and the default. A rule that gives it counts as
 * undetermined, and comes first, even if it is snoozed. A policy that only allows blocks instead: an action that allowed would not fail closed.
 */
function failClosed(policy: Policy, evaluation: PolicyEvaluation, missing: readonly string[], subject: Subject): PolicyEvaluation {
  let outcome = policy.definition.defaultOutcome
  let winner: RuleDefinition | null = null
  for (const { definition, isShadow } of policy.rules) {
    if (isShadow || !isStricter(definition.outcome, outcome) || !appliesTo(definition, subject)) continue
    outcome = definition.outcome
    winner = definition
  }
  if (outcome === 'ALLOW') outcome = 'BLOCK'
  if (!isStricter(outcome, evaluation.outcome)) return evaluation
  const { ruleIds, undeterminedRuleIds } = evaluation
  if (winner === null) return { ...evaluation, outcome, winner, ruleIds: noIds, failedClosedFor: missing }
  const { ruleId } = winner
  const isListed = undeterminedRuleIds.includes(ruleId)
  return {
    ...evaluation,
    outcome,
    winner,
    ruleIds: [ruleId, ...ruleIds.filter((other) => other !== ruleId)],
    undeterminedRuleIds: isListed ? undeterminedRuleIds : [...undeterminedRuleIds, ruleId],
    failedClosedFor: missing,
  }
}

/** What is known about whether a rule's conditions hold. Never throws. */
export function evaluateRule(rule: CompiledRule, signals: Signals): Truth {
  try {
    return rule.test(signals, undefined)
  } catch {
    return OPEN
  }
}

/** False for a rule that has expired, or is not rolled out to this user. */
export function appliesTo(rule: RuleDefinition, subject: Subject): boolean {
  if (rule.expiresAt !== undefined && subject.at >= rule.expiresAt) return false
  return rule.rolloutPercent === undefined || isRolledOut(subject.userId, rule.ruleId, rule.rolloutPercent)
}

function appended<T>(all: T[] | undefined, one: T): T[] {
  if (all === undefined) return [one]
  all.push(one)
  return all
}
