import type { JsonValue } from '../facts/json-value.ts'
import type { MissingReason } from '../facts/missing.ts'
import { operationOf } from '../language/condition.ts'
import { isOperatorName } from '../language/operator-name.ts'
import type { Policy } from '../policy/compile-policy.ts'
import type { Signals } from '../signals/signals.ts'
import { clauseOf, inline } from './clause.ts'
import { misfit } from './misfit.ts'
import { operatorPhrases } from './operator-phrases.ts'
import { nounPhrase, past } from './phrase-change.ts'
import { type SignalReading, type TraceLeaf, type TraceNode, traceConditions } from './trace-rules.ts'
import { type ExplainOptions, listLabel, nounOf, showPlain } from './vocabulary.ts'

/** A leaf that made the difference, in words and as data. */
export interface Evidence {
  /** `the transaction value was 3,000, limit 2,000`. */
  text: string
  operator: string
  /** Whether it made the difference by holding, or by failing under a negation. */
  held: boolean
  reads: readonly SignalReading[]
}

/** The leaves that make conditions hold: all leaves of an `and`, those of an `or` that hold, and so on through negations. */
export function evidenceOf(
  conditions: JsonValue,
  lists: Policy['context']['lists'],
  signals: Signals,
  options: ExplainOptions,
): Evidence[] {
  return decisive(conditions, traceConditions(conditions, lists, signals), true).map(({ logic, leaf, held }) => ({
    text: `${textOf(logic, leaf, held, options)}${misfit(leaf.signal, signals, options)}`,
    operator: leaf.operator,
    held,
    reads: leaf.reads,
  }))
}

interface DecisiveLeaf {
  logic: JsonValue
  leaf: TraceLeaf
  held: boolean
}

function decisive(logic: JsonValue, node: TraceNode, wanted: boolean): DecisiveLeaf[] {
  if (node.kind === 'leaf') return [{ logic, leaf: node, held: wanted }]
  const args = operationOf(logic)?.args ?? []
  const inner = (i: number, asked: boolean): DecisiveLeaf[] => {
    const child = node.children[i]
    return child === undefined ? [] : decisive(args[i] ?? null, child, asked)
  }
  if (node.operator === '!' || node.operator === '!!') return inner(0, node.operator === '!' ? !wanted : wanted)
  if (node.operator === 'if') {
    const chosen = node.children.findIndex((child, i) => i % 2 === 0 && i < node.children.length - 1 && child.result === true)
    const before = node.children.flatMap((_, i) =>
      i % 2 === 0 && (chosen === -1 ? i < node.children.length - 1 : i < chosen) ? inner(i, false) : [],
    )
    return chosen === -1
      ? [...before, ...inner(node.children.length - 1, wanted)]
      : [...before, ...inner(chosen, true), ...inner(chosen + 1, wanted)]
  }
  const all = node.children.map((_, i) => i)
  // When an `and` holds, every part matters; when it fails, only the parts that fail. An `or` is the reverse.
  const matter = (node.operator === 'and') === wanted ? all : all.filter((i) => node.children[i]?.result === wanted)
  return matter.flatMap((i) => inner(i, wanted))
}

function textOf(logic: JsonValue, leaf: TraceLeaf, held: boolean, options: ExplainOptions): string {
  const { signal, value, operator, expected } = leaf
  const said = (): string => past(inline(clauseOf(held ? logic : { '!': [logic] }, options)))
  if (signal !== null && nounOf(signal, options).negatedLabel !== undefined) return said()
  if (/^[<>]=?$/.test(operator) && typeof value === 'number' && typeof expected === 'number') {
    const show = signal === null ? showPlain : nounOf(signal, options).show
    const subject =
      signal === null
        ? inline(clauseOf(logic, options)).replace(/ (is|are) (over|under|at (most|least)) .*$/, '')
        : nounPhrase(signal, options)
    const verb = signal !== null && nounOf(signal, options).isPlural ? 'were' : 'was'
    return `${subject} ${verb} ${show(value)}, ${limitWord(operator, held)} ${show(expected)}`
  }
  if (signal !== null && value !== undefined) return `${readingText({ signal, value }, options)}${against(leaf, held, options)}`
  const readings = leaf.reads
    .filter((read) => read.signal !== signal || read.missing !== undefined)
    .map((read) => readingText(read, options))
  return readings.length === 0 ? said() : `${said()} (${readings.join(', ')})`
}

function limitWord(operator: string, held: boolean): string {
  // Above a limit, or at least at a threshold; below a minimum, or at most.
  const isUpward = operator.startsWith('>') === held
  const isStrict = (operator.length === 1) === held
  return isUpward ? (isStrict ? 'limit' : 'threshold') : isStrict ? 'minimum' : 'at most'
}

function against(leaf: TraceLeaf, held: boolean, options: ExplainOptions): string {
  const { operator, expectedSignal } = leaf
  if (expectedSignal?.startsWith('lists.')) return `, ${held ? 'on' : 'not on'} ${listLabel(expectedSignal.slice(6), options)}`
  return isOperatorName(operator) ? (operatorPhrases[operator].expected?.(leaf, held, options) ?? '') : ''
}

const missingWords: Record<MissingReason, string> = {
  not_provided: 'not provided',
  not_applicable: 'not applicable',
  unavailable: 'unavailable',
}

/** `the amount was 500`, `the network name was unavailable`, `it was unknown whether the address is a Tor exit`. */
export function readingText({ signal, value, missing }: SignalReading, options: ExplainOptions): string {
  const noun = nounOf(signal, options)
  const be = noun.isPlural ? 'were' : 'was'
  if (missing !== undefined) {
    if (noun.negatedLabel === undefined) return `${noun.label} ${be} ${missingWords[missing]}`
    const reason = missing === 'unavailable' ? '' : ` (${missingWords[missing]})`
    return `it was unknown whether ${noun.label}${reason}`
  }
  if (noun.negatedLabel !== undefined && typeof value === 'boolean') return past(value ? noun.label : noun.negatedLabel)
  return `${nounPhrase(signal, options)} ${be} ${noun.show(value ?? null)}`
}
