import type { JsonValue } from '../facts/json-value.ts'
import type { MissingReason } from '../facts/missing.ts'
import type { Outcome } from '../facts/outcome.ts'
import { isComparison, mirror } from '../language/compare-values.ts'
import { compileCondition, compileExpression } from '../language/compile-condition.ts'
import type { Test, Value } from '../language/compiler.ts'
import { alwaysMatches, operationOf, variableOf } from '../language/condition.ts'
import { iterates } from '../language/operator-signatures.ts'
import { FAILS, HOLDS, isUndetermined, notApplicable, notProvided, OPEN, type Truth } from '../language/truth.ts'
import { variablesOf } from '../language/variables-of.ts'
import type { CompiledRule, Policy } from '../policy/compile-policy.ts'
import { appliesTo, evaluatePolicy, evaluateRule, type PolicyEvaluation, type Subject } from '../policy/evaluate-policy.ts'
import type { RuleSnooze } from '../policy/snoozes.ts'
import type { Signals } from '../signals/signals.ts'

/** `unknown`: depends on an absent value, so neither it nor its negation holds. `undetermined`: depends on an unavailable value. */
export type TraceResult = boolean | 'unknown' | 'undetermined'

/** The value of one signal. */
export interface SignalReading {
  /** The name in the condition. */
  signal: string
  /** Absent when it is missing. */
  value?: JsonValue
  missing?: MissingReason
}

export interface TraceGroup {
  kind: 'group'
  operator: 'and' | 'or' | '!' | '!!' | 'if'
  result: TraceResult
  children: readonly TraceNode[]
}

export interface TraceLeaf {
  kind: 'leaf'
  /** As written, with the signal on the left: `2000 < amount` is traced as `amount > 2000`. */
  operator: string
  /** The signal that is tested. `null`: a computation or a constant is tested. */
  signal: string | null
  /** The value that was tested. Absent when it is missing. */
  value?: JsonValue
  missing?: MissingReason
  /** What it was compared with; several values for `between` and the like. Absent for a value list. */
  expected?: JsonValue
  /** The signal or list it was compared with, unless that was a constant. */
  expectedSignal?: string
  /** Every signal the leaf read. */
  reads: readonly SignalReading[]
  result: TraceResult
}

export type TraceNode = TraceGroup | TraceLeaf

export interface RuleTrace {
  ruleId: string
  name: string
  priority: number
  outcome: Outcome
  mode: 'active' | 'shadow'
  /** Whether the conditions hold. */
  result: TraceResult
  /**
   * Whether the rule counts as matched: its conditions hold, or they are undetermined and it fails closed. For a shadow rule: whether it
   * would have.
   */
  matched: boolean
  /** False when it has expired or is not rolled out to the user. Then it does not match. */
  applies: boolean
  /** The snooze that covers the event. Then the rule does not match, unless the outcome would be stricter without it. */
  snooze?: RuleSnooze
  /** Why the conditions cannot be evaluated. */
  problem?: string
  /** `null`: there are none, or they cannot be evaluated. */
  conditions: TraceNode | null
}

/**
 * Evaluates a policy again and shows every step. For inspecting a decision, not for making one. Without a subject, expiry, rollout
 * and snoozes are ignored.
 */
export function traceRules(policy: Policy, signals: Signals, subject?: Subject): RuleTrace[] {
  const hasSnoozes = policy.rules.some(({ findSnooze }) => findSnooze !== undefined)
  const winner = subject === undefined || !hasSnoozes ? null : evaluatePolicy(policy, signals, subject).winner
  return policy.rules.map((rule) => traceRule(rule, policy, signals, subject, winner))
}

function traceRule(
  rule: CompiledRule,
  policy: Policy,
  signals: Signals,
  subject: Subject | undefined,
  winner: PolicyEvaluation['winner'],
): RuleTrace {
  const { ruleId, name, priority, outcome, conditions } = rule.definition
  const truth = evaluateRule(rule, signals)
  const applies = subject === undefined || appliesTo(rule.definition, subject)
  const snooze = subject && rule.findSnooze?.(signals, subject)
  const counts = applies && (snooze === undefined || rule.definition === winner)
  const isEmpty = alwaysMatches(conditions) || rule.problem !== undefined
  return {
    ruleId,
    name,
    priority,
    outcome,
    mode: rule.isShadow ? 'shadow' : 'active',
    result: resultOf(truth),
    matched: counts && (truth === HOLDS || (isUndetermined(truth) && rule.matchesWhenUndetermined)),
    applies,
    ...(snooze === undefined ? {} : { snooze }),
    ...(rule.problem === undefined ? {} : { problem: rule.problem }),
    conditions: isEmpty ? null : traceConditions(conditions ?? null, policy.context.lists, signals),
  }
}

type Lists = Policy['context']['lists']

/** Traces one set of conditions. */
export function traceConditions(conditions: JsonValue, lists: Lists, signals: Signals): TraceNode {
  const operation = operationOf(conditions)
  const result = resultOf(truthNow(() => compileCondition(conditions, lists), signals))
  const inner = (parts: readonly JsonValue[]) => parts.map((part) => traceConditions(part, lists, signals))
  switch (operation?.operator) {
    case 'and':
    case 'or':
    case '!':
    case '!!':
      return { kind: 'group', operator: operation.operator, result, children: inner(operation.args) }
    case 'if':
    case '?:':
      return { kind: 'group', operator: 'if', result, children: inner(operation.args) }
  }
  return traceLeaf(conditions, operation?.operator ?? 'literal', operation?.args ?? [], result, lists, signals)
}

function traceLeaf(
  logic: JsonValue,
  operator: string,
  args: readonly JsonValue[],
  result: TraceResult,
  lists: Lists,
  signals: Signals,
): TraceLeaf {
  const reads = variablesOf(logic)
    .filter((name) => !name.startsWith('lists.'))
    .map((signal) => ({ signal, ...readNow({ var: signal }, lists, signals) }))
  if (operator === 'var' || operator === 'literal') {
    return { kind: 'leaf', operator, signal: variableOf(logic) ?? null, ...readNow(logic, lists, signals), reads, result }
  }
  const isMirrored = args.length === 2 && variablesOf(args[0]).length === 0 && variablesOf(args[1]).length > 0 && isComparison(operator)
  const [tested = null, ...others] = isMirrored ? [args[1] ?? null, args[0] ?? null] : args
  return {
    kind: 'leaf',
    operator: isMirrored ? mirror(operator) : operator,
    signal: variableOf(tested) ?? null,
    ...readNow(tested, lists, signals),
    ...(iterates(operator) ? {} : expectation(others, lists, signals)),
    reads,
    result,
  }
}

function expectation(others: readonly JsonValue[], lists: Lists, signals: Signals): Pick<TraceLeaf, 'expected' | 'expectedSignal'> {
  const [first] = others
  if (first === undefined) return {}
  const expectedSignal = others.length === 1 ? variableOf(first) : undefined
  if (expectedSignal?.startsWith('lists.')) return { expectedSignal }
  const values = others.map((other) => readNow(other, lists, signals).value ?? null)
  return { expected: values.length === 1 ? values[0] : values, ...(expectedSignal === undefined ? {} : { expectedSignal }) }
}

function readNow(logic: JsonValue, lists: Lists, signals: Signals): { value?: JsonValue; missing?: MissingReason } {
  let value: unknown
  try {
    const compiled: Value = compileExpression(logic, lists)
    value = compiled(signals, undefined)
  } catch {
    return { missing: 'unavailable' }
  }
  if (value === notProvided || value === undefined || value === null) return { missing: 'not_provided' }
  if (value === notApplicable) return { missing: 'not_applicable' }
  return typeof value === 'symbol' ? { missing: 'unavailable' } : { value: value as JsonValue }
}

function truthNow(compile: () => Test, signals: Signals): Truth {
  try {
    return compile()(signals, undefined)
  } catch {
    return OPEN
  }
}

function resultOf(truth: Truth): TraceResult {
  if (truth === HOLDS) return true
  if (truth === FAILS) return false
  return isUndetermined(truth) ? 'undetermined' : 'unknown'
}
