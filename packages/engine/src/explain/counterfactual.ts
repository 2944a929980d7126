import type { JsonValue } from '../facts/json-value.ts'
import { isStricter, type Outcome } from '../facts/outcome.ts'
import { alwaysMatches } from '../language/condition.ts'
import { findPassedLimit } from '../language/condition-limits.ts'
import { readVariable } from '../language/read-variable.ts'
import type { Policy } from '../policy/compile-policy.ts'
import { appliesTo, evaluatePolicy, type PolicyEvaluation, type Subject } from '../policy/evaluate-policy.ts'
import type { Signals } from '../signals/signals.ts'
import type { CandidateChange } from './candidate-change.ts'
import type { SignalChange } from './change-signals.ts'
import { type ChangeSet, createFlipping, type Flipping, waysToMake, withChanges } from './flip-rule.ts'
import { outcomeWords } from './outcome-words.ts'
import { isGeneral, phraseChange } from './phrase-change.ts'
import { phraseThisSubject } from './phrase-snooze.ts'
import type { ExplainOptions } from './vocabulary.ts'

/** A set of changes that would have led to another outcome. */
export interface Counterfactual {
  /**
   * `Would have been allowed if the transaction value were at most 2,000.`, or `Would not have been blocked if …` when nothing more can be said.
   */
  sentence: string
  outcome: Outcome
  /** The smallest set of signal values found that changes the outcome. Evaluating the policy with them gives `outcome`. */
  changes: readonly SignalChange[]
  /** The rule that would have had to count although it is snoozed; then there are no changes. */
  withoutSnoozeOf?: string
}

/** The most steps of changes on top of each other before the search gives up. */
const maxRounds = 5

/**
 * Looks for the smallest set of signal changes with which the policy decides differently, and prefers more lenient outcomes. Every result
 * is verified by evaluating the policy with it. `null`: nothing was found, because nothing that the decision depends on could change it, or
 * because too many changes would be needed at once.
 */
export function findCounterfactual(
  policy: Policy,
  signals: Signals,
  subject: Subject,
  options: ExplainOptions = {},
): Counterfactual | null {
  const evaluation = evaluatePolicy(policy, signals, subject)
  const now = evaluation.outcome
  const awake = evaluation.snoozed && whileAwake(policy, signals, subject, evaluation)
  if (awake) return awake
  const flipping = createFlipping(policy.context.lists)
  const found = search(policy, signals, subject, now, flipping)
    .map((changes) => smallest(changes, policy, signals, subject, now))
    .map((changes) => ({ changes, outcome: outcomeWith(changes, policy, signals, subject) }))
    .filter(({ outcome }) => outcome !== now)
  const [best] = found.sort((a, b) => preference(a, b) || stepLength(a.changes, signals) - stepLength(b.changes, signals))
  if (best === undefined) return null
  const { changes, outcome } = best
  const alike = (accepts: (outcome: Outcome) => boolean) => (change: CandidateChange) =>
    isGeneral(change, probes(policy, change), (value) => accepts(outcomeIf(change, value, changes, policy, signals, subject)))
  const all = [...changes.values()]
  const isSame = all.every(alike((each) => each === outcome))
  const isOther = isSame || all.every(alike((each) => each !== now))
  const phrases = all.map((change) => phraseChange(change, isOther, isUnknown(change.signal, signals), options))
  return {
    sentence: `Would ${isOther && !isSame ? `not have been ${done(now)}` : `have been ${done(outcome)}`} if ${phrases.join(' and ')}.`,
    outcome,
    changes: all.map(({ signal, value }) => ({ signal, value })),
  }
}

/** The snooze without which the outcome would be another one: that of the first rule that matches. `null`: it makes no difference. */
function whileAwake(
  policy: Policy,
  signals: Signals,
  subject: Subject,
  { outcome: now, snoozed = [] }: PolicyEvaluation,
): Counterfactual | null {
  const awake = { ...policy, rules: policy.rules.map((rule) => ({ ...rule, findSnooze: undefined })) }
  const { outcome, winner } = evaluatePolicy(awake, signals, subject)
  const asleep = snoozed.find(({ definition }) => definition === winner)
  if (outcome === now || asleep === undefined) return null
  const { definition, snooze } = asleep
  const sentence = `Would have been ${done(outcome)} if *${definition.name}* were not snoozed for ${phraseThisSubject(snooze)}.`
  return { sentence, outcome, changes: [], withoutSnoozeOf: definition.ruleId }
}

function done(outcome: Outcome): string {
  return outcomeWords[outcome].participle.toLowerCase()
}

function isUnknown(signal: string, signals: Signals): boolean {
  return typeof readVariable(signal, signals) === 'symbol'
}

/** Sets of changes that give another outcome. */
function search(policy: Policy, signals: Signals, subject: Subject, now: Outcome, flipping: Flipping): ChangeSet[] {
  const found: ChangeSet[] = []
  let open: ChangeSet[] = [new Map()]
  for (let round = 0; round < maxRounds && open.length > 0 && found.length === 0; round++) {
    const next: ChangeSet[] = []
    for (const made of open) {
      for (const way of steps(policy, signals, subject, made, now, flipping)) {
        if (outcomeWith(way, policy, signals, subject) !== now) found.push(way)
        else if (way.size > made.size) next.push(way)
      }
    }
    open = next.sort((a, b) => a.size - b.size).slice(0, 16)
  }
  return found
}

/** Possible next steps: the winning rule is made not to match, or a rule before it with another outcome is made to match. */
function steps(policy: Policy, signals: Signals, subject: Subject, made: ChangeSet, now: Outcome, flipping: Flipping): ChangeSet[] {
  const { winner } = evaluatePolicy(policy, withChanges(signals, made), subject)
  const ways: ChangeSet[] = []
  for (const rule of policy.rules) {
    const { definition } = rule
    if (rule.isShadow || rule.problem !== undefined || !appliesTo(definition, subject)) continue
    if (definition !== winner && rule.findSnooze?.(signals, subject) !== undefined) continue
    const conditions = definition.conditions ?? null
    const canTurn = !alwaysMatches(definition.conditions) && findPassedLimit(conditions) === undefined
    if (definition === winner) {
      if (canTurn) ways.push(...waysToMake(conditions, false, signals, flipping, made))
      break
    }
    if (canTurn && definition.outcome !== now) ways.push(...waysToMake(conditions, true, signals, flipping, made))
  }
  return ways
}

/** Drops every change that is not needed. */
function smallest(changes: ChangeSet, policy: Policy, signals: Signals, subject: Subject, now: Outcome): ChangeSet {
  for (const signal of changes.keys()) {
    const fewer = new Map([...changes].filter(([name]) => name !== signal))
    if (fewer.size > 0 && outcomeWith(fewer, policy, signals, subject) !== now) return smallest(fewer, policy, signals, subject, now)
  }
  return changes
}

interface Found {
  changes: ChangeSet
  outcome: Outcome
}

/** Fewer changes first, then the more lenient outcome, then what the application or the user can influence. */
function preference(a: Found, b: Found): number {
  if (a.changes.size !== b.changes.size) return a.changes.size - b.changes.size
  if (a.outcome !== b.outcome) return isStricter(a.outcome, b.outcome) ? 1 : -1
  return remoteness(a.changes) - remoteness(b.changes)
}

function remoteness(changes: ChangeSet): number {
  let total = 0
  for (const { signal, relation } of changes.values()) {
    total += signal.startsWith('custom.')
      ? 0
      : signal.startsWith('velocity.') || signal.startsWith('user.custom.')
        ? 1
        : signal.startsWith('user.')
          ? 3
          : 2
    if (relation === 'missing' || relation === 'other') total += 4
  }
  return total
}

/** How far the numbers would have to move. Of two thresholds, the nearer one says more. */
function stepLength(changes: ChangeSet, signals: Signals): number {
  let total = 0
  for (const { signal, value } of changes.values()) {
    const now = readVariable(signal, signals)
    if (typeof now === 'number' && typeof value === 'number') total += Math.abs(value - now) / (1 + Math.abs(now))
  }
  return total
}

function outcomeWith(changes: ChangeSet, policy: Policy, signals: Signals, subject: Subject): Outcome {
  return evaluatePolicy(policy, withChanges(signals, changes), subject).outcome
}

function outcomeIf(
  change: CandidateChange,
  value: JsonValue,
  changes: ChangeSet,
  policy: Policy,
  signals: Signals,
  subject: Subject,
): Outcome {
  return outcomeWith(new Map(changes).set(change.signal, { ...change, value }), policy, signals, subject)
}

/** Numbers at which the policy might decide differently: every constant in it, and both sides of each. */
function probes(policy: Policy, change: CandidateChange): number[] {
  if (typeof change.value !== 'number') return []
  const numbers = new Set<number>([0, change.value])
  const collect = (part: JsonValue): void => {
    if (numbers.size > 500) return
    if (typeof part === 'number') for (const near of [part - 0.01, part, part + 0.01, part - 1, part + 1]) numbers.add(near)
    else if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) collect(inner as JsonValue)
  }
  for (const { definition } of policy.rules)
    if (findPassedLimit(definition.conditions ?? null) === undefined) collect(definition.conditions ?? null)
  return [...numbers, change.value * 2, change.value / 2, 1e9]
}
