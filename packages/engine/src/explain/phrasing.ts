import type { JsonValue } from '../facts/json-value.ts'
import { operationOf, variableOf } from '../language/condition.ts'
import { type ExplainOptions, listLabel, nounOf } from './vocabulary.ts'

/** How a value is written. */
export type Show = (value: JsonValue) => string

/** How a part of a condition is put into words. An operator's phrases put their arguments into words through it. */
export interface Phrasing {
  options: ExplainOptions
  /** A condition as a clause that says when it holds, or when it does not. */
  clause(logic: JsonValue, wanted: boolean, phrasing: Phrasing): string
  /** An expression as a noun phrase. `show` writes the constants in it. */
  value(logic: JsonValue, phrasing: Phrasing, show?: Show): string
  /** True for an operation that can only be put into words as a clause. */
  isClause(logic: JsonValue): boolean
  /** The word for what `var` reads inside an iteration. Absent outside of one. */
  element?: string
}

/** The variable that an expression consists of. `undefined`: it is something else, or stands inside an iteration, where there are none. */
export function namedBy(logic: JsonValue | undefined, phrasing: Phrasing): string | undefined {
  return phrasing.element === undefined ? variableOf(logic) : undefined
}

/** The noun phrase for a variable: a boolean, whose label is a clause, becomes `whether …`. */
export function nameOf(name: JsonValue, phrasing: Phrasing): string {
  if (typeof name !== 'string') return phrasing.value(name, phrasing)
  const noun = nounOf(name, phrasing.options)
  return noun.negatedLabel === undefined ? noun.label : `whether ${noun.label}`
}

/** An expression as a noun phrase, in parentheses where it is a computation inside another. */
export function phraseOperand(logic: JsonValue, phrasing: Phrasing, show?: Show): string {
  const phrase = phrasing.value(logic, phrasing, show)
  const operator = operationOf(logic)?.operator
  return operator === undefined || operator === 'var' ? phrase : `(${phrase})`
}

/** The words for the value list that an argument names. `undefined`: it names none. */
export function listNamedBy(logic: JsonValue, phrasing: Phrasing): string | undefined {
  const operation = operationOf(logic)
  const name = operation?.operator === 'var' ? operation.args[0] : undefined
  return typeof name === 'string' && name.startsWith('lists.') ? listLabel(name.slice(6), phrasing.options) : undefined
}
