import type { JsonValue } from '../facts/json-value.ts'
import { operationOf, variableOf } from '../language/condition.ts'
import { type Phrasing, phraseOperand, type Show } from './phrasing.ts'

/** `at least one of the tags is “vip”`. */
export function phraseQuantifier(operator: 'some' | 'all' | 'none') {
  return ([source = null, body = null]: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string => {
    const from = phrasing.value(source, phrasing)
    const clause = phrasing.clause(body, true, { ...phrasing, element: 'it' })
    // `it is …` is about the element itself, so the rest can be the verb of the sentence.
    const [many, some, none] = clause.startsWith('it is ')
      ? [`every one of ${from} ${clause.slice(3)}`, `at least one of ${from} ${clause.slice(3)}`, `none of ${from} ${clause.slice(3)}`]
      : ['every one', 'at least one', 'none'].map((word) => `it holds for ${word} of ${from} that ${clause}`)
    if (operator === 'all')
      return wanted
        ? `${many} (and there is at least one)`
        : `${many?.startsWith('it holds') ? many.replace('it holds', 'it does not hold') : `not ${many}`} (or there are none)`
    return `${(operator === 'some') === wanted ? some : none}`
  }
}

export function phraseFilter([source = null, body = null]: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  return `those of ${phraseOperand(source, phrasing, show)} for which ${phrasing.clause(body, true, { ...phrasing, element: 'it' })}`
}

export function phraseMap([source = null, body = null]: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  return `${phrasing.value(body, { ...phrasing, element: 'it' })} for each of ${phraseOperand(source, phrasing, show)}`
}

/** Counting and summing, the two folds that people write, have words of their own. */
export function phraseFold([source = null, body = null, initial = null]: readonly JsonValue[], phrasing: Phrasing): string {
  const from = phrasing.value(source, phrasing)
  const step = operationOf(body)
  const operands = step?.args.map((arg) => variableOf(arg) ?? arg) ?? []
  const isSum = step?.operator === '+' && operands.length === 2 && operands.includes('accumulator') && initial === 0
  const other = isSum ? operands.find((operand) => operand !== 'accumulator') : undefined
  if (other === 1) return `the number of ${from}`
  if (other === 'current') return `the sum of ${from}`
  if (typeof other === 'string' && other.startsWith('current.')) return `the sum of the ${other.slice(8)} of ${from}`
  const word = phrasing.value(body, { ...phrasing, element: 'the fold' }).replaceAll('the accumulator of the fold', 'the result so far')
  return `the result, starting from ${phrasing.value(initial, phrasing)}, of taking ${word.replaceAll('the current of the fold', 'the next one')} for each of ${from}`
}
