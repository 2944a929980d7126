import type { JsonValue } from '../facts/json-value.ts'
import { joinWords } from './join-words.ts'
import { type Phrasing, phraseOperand, type Show } from './phrasing.ts'
import { showPlain } from './vocabulary.ts'

export function phraseSum(args: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  return operands(args, phrasing, show).join(' plus ')
}

export function phraseDifference(args: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  const [first = null, second = null] = args
  const minuend = phraseOperand(first, phrasing, show)
  return args.length === 1 ? `minus ${minuend}` : `${minuend} minus ${phraseOperand(second, phrasing, show)}`
}

export function phraseProduct(args: readonly JsonValue[], phrasing: Phrasing): string {
  const [a = null, b = null] = args
  const factor = args.length !== 2 ? undefined : typeof a === 'number' ? a : typeof b === 'number' ? b : undefined
  if (factor === undefined) return args.map((arg) => phraseOperand(arg, phrasing)).join(' times ')
  const other = phraseOperand(typeof a === 'number' ? b : a, phrasing)
  if (factor > 0 && factor < 1) return `${showPlain(factor * 100)}% of ${other}`
  return factor === 2 ? `twice ${other}` : `${showPlain(factor)} times ${other}`
}

export function phraseQuotient([dividend = null, divisor = null]: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  return `${phraseOperand(dividend, phrasing, show)} divided by ${phraseOperand(divisor, phrasing)}`
}

export function phraseRemainder(args: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  return `the remainder of ${phraseQuotient(args, phrasing, show)}`
}

/** `the larger of a and b`, `the largest of a, b and c`. */
export function phraseExtreme(ofTwo: string, ofMore: string) {
  return (args: readonly JsonValue[], phrasing: Phrasing, show: Show): string =>
    `the ${args.length === 2 ? ofTwo : ofMore} of ${joinWords(operands(args, phrasing, show), 'and')}`
}

export function phraseConcatenation(args: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  return operands(args, phrasing, show).join(' followed by ')
}

export function phraseMerge(args: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  return joinWords(operands(args, phrasing, show), 'and', ' together')
}

export function phraseSubstring([text = null, start, length]: readonly JsonValue[], phrasing: Phrasing): string {
  const whole = phraseOperand(text, phrasing)
  if (typeof start === 'number' && length === undefined) {
    return start < 0 ? `the last ${-start} characters of ${whole}` : `${whole} without its first ${start} characters`
  }
  if (start === 0 && typeof length === 'number' && length >= 0) return `the first ${length} characters of ${whole}`
  return `the part of ${whole} from ${phrasing.value(start ?? null, phrasing)}, ${phrasing.value(length ?? null, phrasing)} long`
}

export function phraseChoice(args: readonly JsonValue[], phrasing: Phrasing, show: Show): string {
  const [condition = null, consequent, ...rest] = args
  if (consequent === undefined) return args.length === 0 ? 'nothing' : phrasing.value(condition, phrasing, show)
  const otherwise = rest.length === 0 ? 'nothing' : phraseChoice(rest, phrasing, show)
  return `${phrasing.value(consequent, phrasing, show)} if ${phrasing.clause(condition, true, phrasing)}, otherwise ${otherwise}`
}

function operands(args: readonly JsonValue[], phrasing: Phrasing, show: Show): string[] {
  return args.map((arg) => phraseOperand(arg, phrasing, show))
}
