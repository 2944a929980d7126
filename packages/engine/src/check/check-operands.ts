import type { JsonValue } from '../facts/json-value.ts'
import { spellingProblem } from '../forms/text-forms.ts'
import { compilePattern } from '../language/text.ts'
import type { ConditionFinding } from './condition-finding.ts'
import { type ConditionsContext, didYouMean, type ValueType } from './variable-type.ts'

/** More findings than anybody reads. */
const maxFindings = 50

/**
 * Where an expression stands: its path, and the element that `var` reads inside an iteration. Without an element, `var` reads the signals.
 */
export interface Place {
  path: string
  element?: ValueType
}

export interface Check {
  readonly context: ConditionsContext
  readonly findings: ConditionFinding[]
}

export function report(check: Check, severity: ConditionFinding['severity'], path: string, message: string): void {
  if (check.findings.length < maxFindings) check.findings.push({ severity, path, message })
}

/** Suggesting a name takes a while, so it is done for the first few findings only. */
export function maySuggest(check: Check): boolean {
  return check.findings.length < 5
}

export function checkEquality(
  check: Check,
  operator: string,
  args: readonly JsonValue[],
  [a, b]: readonly [ValueType, ValueType],
  places: readonly Place[],
): void {
  const [left, right] = [places[0]?.path ?? '$', places[1]?.path ?? '$']
  for (const [type, path] of [
    [a, left],
    [b, right],
  ] as const) {
    if (type.kind === 'null') {
      report(check, 'error', path, 'nothing equals `null`, nor does it differ from it; use `isMissing`')
      return
    }
  }
  const outcome = operator.startsWith('!') ? 'always holds' : 'never holds'
  checkPossible(check, a, args[1] ?? null, right)
  checkPossible(check, b, args[0] ?? null, left)
  if (a.kind === 'any' || b.kind === 'any') return
  if (a.kind === 'array' || b.kind === 'array') {
    report(check, 'error', right, 'arrays are not compared as a whole; use `in`, `some`, `all` or `none`')
    return
  }
  if (a.kind === b.kind) {
    if (a.form !== undefined && b.form !== undefined && a.form !== b.form) {
      report(check, 'error', right, `the two are of different kinds and never equal, so this ${outcome}`)
    }
    return
  }
  const literal = [args[0], args[1]].find((arg) => typeof arg === 'string')
  const numeric = literal !== undefined && literal.trim() !== '' && !Number.isNaN(Number(literal))
  const isLoose = operator === '==' || operator === '!='
  if (isLoose && numeric && (a.kind === 'number' || b.kind === 'number')) {
    report(check, 'warning', right, `a number is compared with the text "${literal}"; write ${Number(literal)}`)
    return
  }
  report(check, 'error', right, `a ${a.kind} is compared with a ${b.kind}, which ${outcome}`)
}

/** Reports a constant that its signal never is. */
export function checkPossible(check: Check, type: ValueType, literal: JsonValue, path: string): void {
  const problem = constantProblem(type, literal)
  if (problem !== undefined) report(check, 'error', path, problem)
}

/** Why a value of this type is never equal to the constant. `undefined`: it can be, or the constant is of another type altogether. */
export function constantProblem(type: ValueType, literal: JsonValue): string | undefined {
  if (typeof literal === 'string' && (type.kind === 'text' || type.kind === 'array') && literal !== type.fallback) {
    if (type.form !== undefined) return spellingProblem(type.form, literal)
    return type.values === undefined ? undefined : choiceProblem(type.values, literal)
  }
  if (typeof literal !== 'number' || type.kind !== 'number' || literal === type.fallback) return undefined
  if (type.values !== undefined) return choiceProblem(type.values, literal)
  if (type.isWhole && !Number.isInteger(literal)) return `${literal} is never reached: the value is a whole number`
  const [low, high] = type.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (literal >= low && literal <= high) return undefined
  return `${literal} is never reached: the value is ${high === Number.POSITIVE_INFINITY ? `never below ${low}` : `always from ${low} to ${high}`}`
}

function choiceProblem(values: readonly (string | number)[], literal: string | number): string | undefined {
  if (values.includes(literal)) return undefined
  const meant = typeof literal === 'string' ? didYouMean(literal, values.map(String)) : ''
  return `\`${String(literal).slice(0, 64)}\` is none of the possible values: ${values.join(', ')}${meant}`
}

export function checkOrder(
  check: Check,
  operator: string,
  args: readonly JsonValue[],
  types: readonly ValueType[],
  places: readonly Place[],
): void {
  if (types.every((type) => type.kind === 'text')) {
    report(check, 'warning', places[0]?.path ?? '$', `\`${operator}\` compares texts in alphabetical order`)
    return
  }
  types.forEach((type, i) => {
    expect(check, ['number'], type, args[i] ?? null, places[i] ?? { path: '$' }, `\`${operator}\` compares numbers`)
  })
}

export function checkElements(check: Check, needle: ValueType, container: ValueType, path: string, name: string): void {
  if (needle.kind === 'any' || needle.kind === 'array' || container.elements === 'any' || container.elements === undefined) return
  if (needle.kind === container.elements) return
  report(check, 'error', path, `a ${needle.kind} is never in ${name}, which holds ${plural[container.elements]}`)
}

export function checkPattern(check: Check, pattern: JsonValue, at: Place): void {
  if (typeof pattern !== 'string') {
    report(check, 'error', at.path, 'the pattern of `matches` is written out as a text')
    return
  }
  try {
    compilePattern(pattern)
  } catch (error) {
    report(check, 'error', at.path, `not a usable pattern: ${error instanceof Error ? error.message.slice(0, 200) : 'it does not compile'}`)
  }
}

export function expect(
  check: Check,
  kinds: readonly ValueType['kind'][],
  type: ValueType,
  logic: JsonValue,
  at: Place,
  rule: string,
): void {
  if (type.kind === 'any' || kinds.includes(type.kind)) return
  if (type.kind === 'null') {
    report(check, 'error', at.path, `${rule}, not \`null\`; use \`isMissing\` to ask whether a value is missing`)
    return
  }
  if (kinds.includes('number') && typeof logic === 'string' && logic.trim() !== '' && !Number.isNaN(Number(logic))) {
    report(check, 'warning', at.path, `${rule}; write ${Number(logic)} rather than "${logic.slice(0, 32)}"`)
    return
  }
  report(check, 'error', at.path, `${rule}, not ${plural[type.kind]}`)
}

const plural: Readonly<Record<ValueType['kind'], string>> = {
  boolean: 'true or false',
  number: 'numbers',
  text: 'text',
  array: 'arrays',
  list: 'lists',
  null: 'null',
  object: 'objects',
  any: 'values',
}
