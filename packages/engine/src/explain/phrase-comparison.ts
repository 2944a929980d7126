import type { JsonValue } from '../facts/json-value.ts'
import { type Comparison, mirror } from '../language/compare-values.ts'
import { operationOf } from '../language/condition.ts'
import { namedBy, type Phrasing } from './phrasing.ts'
import { be, subjectOf } from './subject.ts'

const relations: Record<'<' | '<=' | '>' | '>=', string> = { '<': 'under', '<=': 'at most', '>': 'over', '>=': 'at least' }

/** `the amount is over 500`. A constant that stands first is moved behind the subject. */
export function phraseComparison(comparison: Comparison, left: JsonValue, right: JsonValue, phrasing: Phrasing): string {
  if (operationOf(left) === undefined && operationOf(right) !== undefined)
    return phraseComparison(mirror(comparison), right, left, phrasing)
  const subject = subjectOf(left, phrasing)
  const isEquality = comparison.includes('=') && !/[<>]/.test(comparison)
  if (isEquality && typeof right === 'boolean') {
    const asked = right === (comparison[0] !== '!')
    if (subject.noun?.negatedLabel !== undefined && operationOf(left)?.args.length === 1)
      return asked ? subject.noun.label : subject.noun.negatedLabel
    if (phrasing.isClause(left)) return phrasing.clause(left, asked, phrasing)
    return `${subject.phrase} ${subject.isPlural ? 'are' : 'is'} ${asked}`
  }
  const choice = /^(if|\?:)$/.test(operationOf(right)?.operator ?? '')
  const phrased = phrasing.value(right, phrasing, subject.show)
  const other = choice ? `(${phrased})` : phrased
  if (isEquality) {
    const same = comparison[0] !== '!'
    if (right === null) return `${subject.phrase} ${same ? 'equals' : 'differs from'} null, which is never so`
    if (operationOf(right) === undefined) return `${subject.phrase} ${be(subject, same)} ${other}`
    return same
      ? `${subject.phrase} ${subject.isPlural ? 'are' : 'is'} the same as ${other}`
      : `${subject.phrase} ${subject.isPlural ? 'differ' : 'differs'} from ${other}`
  }
  const order = comparison as keyof typeof relations
  if (namedBy(left, phrasing) === 'time.hour' && typeof right === 'number') return `the time is ${clock(order, right)}`
  return `${subject.phrase} ${subject.isPlural ? 'are' : 'is'} ${relations[order]} ${other}`
}

/** The hour runs to its end: `hour > 21` begins at 22:00. */
function clock(order: keyof typeof relations, hour: number): string {
  const from = order === '>' || order === '<=' ? Math.floor(hour) + 1 : Math.ceil(hour)
  return order === '>' || order === '>=' ? `from ${from}:00 on` : `before ${from}:00`
}

/** Both hours are meant, the second to its end: `from 1:00 to 5:59`. */
export function hours(first: number, last: number): string {
  return `from ${Math.ceil(first)}:00 to ${Math.floor(last)}:59`
}

/** `the amount is between 500 and 2,000`, `the time is from 1:00 to 5:59`. */
export function phraseRange([value = null, low = null, high = null]: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string {
  const subject = subjectOf(value, phrasing)
  if (namedBy(value, phrasing) === 'time.hour' && typeof low === 'number' && typeof high === 'number') {
    return `the time is ${wanted ? '' : 'not '}${hours(low, high)}`
  }
  const range = `between ${phrasing.value(low, phrasing, subject.show)} and ${phrasing.value(high, phrasing, subject.show)}`
  return `${subject.phrase} ${be(subject, wanted)} ${range}`
}
