import type { JsonValue } from '../facts/json-value.ts'
import { operationOf } from '../language/condition.ts'
import { namedBy, type Phrasing, type Show } from './phrasing.ts'
import { type Noun, nounOf, showPlain } from './vocabulary.ts'

/** The subject of a leaf: its words, and how values of it are written. */
export interface Subject {
  phrase: string
  isPlural: boolean
  noun?: Noun
  show: Show
}

export function subjectOf(logic: JsonValue, phrasing: Phrasing): Subject {
  const name = namedBy(logic, phrasing)
  const phrase = phrasing.value(logic, phrasing)
  if (name === undefined || name.startsWith('lists.')) {
    return { phrase, isPlural: /^the (first|last) \d+ characters/.test(phrase), show: showOf(logic, phrasing) }
  }
  const noun = nounOf(name, phrasing.options)
  return { phrase, isPlural: noun.isPlural, noun, show: noun.show }
}

/** The verb: `is`, `are`, `is not`, `are not`. */
export function be(subject: Subject, wanted: boolean): string {
  return `${subject.isPlural ? 'are' : 'is'}${wanted ? '' : ' not'}`
}

/** Operators whose result is in the unit of their arguments. */
const keepUnit: readonly string[] = ['+', '-', '*', 'max', 'min']

/** Values compared with a computation are written like those of the first variable in it. */
function showOf(logic: JsonValue, phrasing: Phrasing): Show {
  const name = namedBy(logic, phrasing)
  if (name !== undefined) return nounOf(name, phrasing.options).show
  const operation = operationOf(logic)
  if (operation === undefined || !keepUnit.includes(operation.operator)) return showPlain
  const inner = operation.args.find((arg) => operationOf(arg) !== undefined)
  return inner === undefined ? showPlain : showOf(inner, phrasing)
}
