import type { Outcome } from '../facts/outcome.ts'
import { alwaysMatches } from '../language/condition.ts'
import type { Policy } from '../policy/compile-policy.ts'
import { evaluatePolicy, type SnoozedRule } from '../policy/evaluate-policy.ts'
import { requiredDataPoint } from '../policy/missing-inputs.ts'
import type { RuleDefinition } from '../policy/policy-definition.ts'
import type { RuleSnooze } from '../policy/snoozes.ts'
import type { Signals } from '../signals/signals.ts'
import type { Instance } from '../stored/instance.ts'
import { type Counterfactual, findCounterfactual } from './counterfactual.ts'
import { endUserSentence } from './end-user-sentence.ts'
import { type Evidence, evidenceOf, readingText } from './evidence.ts'
import { outcomeWords } from './outcome-words.ts'
import { phraseTerm, phraseThisSubject } from './phrase-snooze.ts'
import { type RuleTrace, type SignalReading, type TraceNode, traceRules } from './trace-rules.ts'
import type { ExplainOptions } from './vocabulary.ts'

/** The members of an instance that its explanation needs. */
export type ExplainedInstance = Pick<Instance, 'userId' | 'createdAt' | 'outcome'>

/** A decision in one sentence. */
export interface DecisionSummary {
  /** For analysts: the rule, and the values that made it match. */
  sentence: string
  outcome: Outcome
  /** `null`: no rule matched. */
  ruleId: string | null
  /** False when the policy now gives another outcome than the instance has: then another version decided it. */
  isReproduced: boolean
}

export interface DecisionExplanation extends DecisionSummary {
  /** For the user: no rule, value or threshold. */
  endUserSentence: string
  /** Names of further rules that matched but did not decide, in order of priority. */
  alsoMatched: readonly string[]
  /** The leaves that made the winning rule match. */
  evidence: readonly Evidence[]
  /** Every rule, leaf by leaf. */
  trace: readonly RuleTrace[]
  /** Rules that match and are snoozed for this event. */
  snoozed: readonly SnoozedExplanation[]
  /** What would have changed the outcome. `null`: nothing was found. */
  counterfactual: Counterfactual | null
}

/** A rule that matches and is snoozed. */
export interface SnoozedExplanation {
  ruleId: string
  name: string
  outcome: Outcome
  snooze: RuleSnooze
  /** False: the rule counts all the same, because a snooze never makes an outcome stricter. */
  isSilenced: boolean
  sentence: string
}

/**
 * Explains a decision from the policy version and the signal values that made it. Both are evaluated again: nothing was stored for the
 * explanation.
 */
export function explainDecision(
  policy: Policy,
  instance: ExplainedInstance,
  signals: Signals,
  options: ExplainOptions = {},
): DecisionExplanation {
  const words: ExplainOptions = { features: policy.context.features, ...options }
  const subject = { userId: instance.userId, at: instance.createdAt }
  const trace = traceRules(policy, signals, subject)
  const { ruleIds, evidence, ...summary } = summarize(policy, instance, signals, words, () => trace)
  const nameOf = (ruleId: string): string => policy.rules.find(({ definition }) => definition.ruleId === ruleId)?.definition.name ?? ruleId
  return {
    ...summary,
    endUserSentence: endUserSentence(summary.outcome, evidence),
    alsoMatched: ruleIds.filter((ruleId) => ruleId !== summary.ruleId).map(nameOf),
    evidence,
    trace,
    counterfactual: findCounterfactual(policy, signals, subject, words),
  }
}

/** As `explainDecision`, the sentence alone: cheap enough for every line of a list. */
export function summarizeDecision(
  policy: Policy,
  instance: ExplainedInstance,
  signals: Signals,
  options: ExplainOptions = {},
): DecisionSummary {
  const words: ExplainOptions = { features: policy.context.features, ...options }
  const subject = { userId: instance.userId, at: instance.createdAt }
  const { sentence, outcome, ruleId, isReproduced } = summarize(policy, instance, signals, words, () =>
    traceRules(policy, signals, subject),
  )
  return { sentence, outcome, ruleId, isReproduced }
}

/** `loadTrace` is called only when the sentence needs more than the rule that won. */
function summarize(
  policy: Policy,
  instance: ExplainedInstance,
  signals: Signals,
  words: ExplainOptions,
  loadTrace: () => readonly RuleTrace[],
): DecisionSummary & Pick<DecisionExplanation, 'evidence' | 'snoozed'> & { ruleIds: readonly string[] } {
  const subject = { userId: instance.userId, at: instance.createdAt }
  const { outcome, winner, ruleIds, undeterminedRuleIds, snoozed = [], failedClosedFor } = evaluatePolicy(policy, signals, subject)
  const isDetermined = winner !== null && !undeterminedRuleIds.includes(winner.ruleId)
  const isConditional = winner !== null && !alwaysMatches(winner.conditions)
  const evidence = isDetermined && isConditional ? evidenceOf(winner.conditions ?? null, policy.context.lists, signals, words) : []
  const trace = isDetermined || (winner === null && undeterminedRuleIds.length === 0) ? [] : loadTrace()
  const asleep = snoozed.map((rule) => explainSnoozed(rule, ruleIds, failedClosedFor !== undefined))
  const sentence =
    failedClosedFor !== undefined
      ? byMissingInput(outcome, failedClosedFor)
      : winner === null
        ? byDefault(policy, outcome, trace, asleep.length > 0, words)
        : byRule(winner, evidence, isDetermined, trace, words)
  return {
    sentence: [sentence, ...asleep.map((rule) => rule.sentence)].join(' '),
    outcome,
    ruleId: winner?.ruleId ?? null,
    isReproduced: outcome === instance.outcome,
    ruleIds,
    evidence,
    snoozed: asleep,
  }
}

function explainSnoozed({ definition, snooze }: SnoozedRule, ruleIds: readonly string[], failedClosed: boolean): SnoozedExplanation {
  const { ruleId, name, outcome } = definition
  const isSilenced = !ruleIds.includes(ruleId)
  const term = `for ${phraseThisSubject(snooze)} ${phraseTerm(snooze)}`
  const sentence = isSilenced
    ? `*${name}* would have matched; it is snoozed ${term}.`
    : `*${name}* is snoozed ${term}, but counts all the same: ${failedClosed ? 'an input that the action requires is missing' : 'without it the outcome would be stricter'}.`
  return { ruleId, name, outcome, snooze, isSilenced, sentence }
}

const inputNames: Readonly<Record<string, string>> = {
  ip: 'the address',
  device: 'the device id',
  userAgent: 'the user agent',
}

function byMissingInput(outcome: Outcome, missing: readonly string[]): string {
  const names = missing.map((input) => {
    const dataPoint = requiredDataPoint(input)
    return dataPoint === undefined ? inputNames[input] : `\`custom.${dataPoint}\``
  })
  const verb = names.length === 1 ? 'is' : 'are'
  return `${outcomeWords[outcome].participle} to be on the safe side: ${names.join(' and ')} ${verb} required for this action and ${names.length === 1 ? 'was' : 'were'} not sent.`
}

function byRule(
  winner: RuleDefinition,
  evidence: readonly Evidence[],
  isDetermined: boolean,
  trace: readonly RuleTrace[],
  options: ExplainOptions,
): string {
  const lead = `${outcomeWords[winner.outcome].participle} by *${winner.name}*`
  if (alwaysMatches(winner.conditions)) return `${lead}, which always applies.`
  if (isDetermined) return `${lead}: ${evidence.map(({ text }) => text).join('; ')}.`
  return `${lead} to be on the safe side: ${openness(
    trace.find(({ ruleId }) => ruleId === winner.ruleId),
    options,
  )}.`
}

function byDefault(
  { rules }: Policy,
  outcome: Outcome,
  trace: readonly RuleTrace[],
  isAnySnoozed: boolean,
  options: ExplainOptions,
): string {
  const hasActive = rules.some(({ isShadow }) => !isShadow)
  const reason = !hasActive ? 'there are no active rules' : isAnySnoozed ? 'no other rule matched' : 'no rule matched'
  const open = trace.filter(
    ({ mode, result, applies, snooze }) => mode === 'active' && applies && snooze === undefined && result === 'undetermined',
  )
  const lead = `${outcomeWords[outcome].participle} by default: ${reason}`
  return `${[lead, ...open.map((rule) => `*${rule.name}* could not be determined, because ${openness(rule, options)}`)].join('; ')}.`
}

/** Why a rule could not be determined. */
function openness(rule: RuleTrace | undefined, options: ExplainOptions): string {
  if (rule?.problem !== undefined) return `its conditions cannot be evaluated (${rule.problem})`
  const missing = rule?.conditions === null || rule === undefined ? [] : unavailableReads(rule.conditions)
  const texts = [...new Set(missing.map((reading) => readingText(reading, options)))]
  return texts.length === 0 ? 'it compares values that cannot be compared' : texts.join(' and ')
}

function unavailableReads(node: TraceNode): SignalReading[] {
  if (node.kind === 'group') return node.children.flatMap(unavailableReads)
  return node.result === 'undetermined' ? node.reads.filter(({ missing }) => missing === 'unavailable') : []
}
