import type { JsonValue } from '../facts/json-value.ts'
import { operationOf, variableOf } from '../language/condition.ts'
import { type ExplainOptions, listLabel, nounOf, showPlain } from './vocabulary.ts'

/** How a part of a condition is put into words. `clause` writes a condition; `element` is what `var` reads inside an iteration. */
export interface Phrasing {
  options: ExplainOptions
  clause(logic: JsonValue, wanted: boolean, phrasing: Phrasing): string
  /** The word for the element of the iteration around, if there is one. */
  element?: string
}

/** Operators whose answer is yes or no. */
export const conditionOperators: ReadonlySet<string> = new Set([
  ...['and', 'or', '!', '!!', '==', '===', '!=', '!==', '<', '<=', '>', '>=', 'between', 'in', 'inCidr', 'some', 'all', 'none'],
  ...['startsWith', 'endsWith', 'matches', 'isMissing', 'missing_some', 'distanceWithinKm'],
])

/** The variable an expression reads, when it is nothing else. Inside an iteration there are none. */
export function namedBy(logic: JsonValue | undefined, phrasing: Phrasing): string | undefined {
  return phrasing.element === undefined ? variableOf(logic) : undefined
}

/** An expression as a noun phrase. */
export function phraseValue(logic: JsonValue, phrasing: Phrasing, show: (value: JsonValue) => string = showPlain): string {
  const operation = operationOf(logic)
  if (operation === undefined)
    return Array.isArray(logic)
      ? joinWords(
          logic.map((each) => phraseValue(each, phrasing, show)),
          'and',
        )
      : show(logic)
  const { operator, args } = operation
  const inner = (i: number): string => phraseOperand(args[i] ?? null, phrasing, show)
  switch (operator) {
    case 'var':
      return phraseVariable(logic, args, phrasing, show)
    case '+':
      return args.map((_, i) => inner(i)).join(' plus ')
    case '-':
      return args.length === 1 ? `minus ${inner(0)}` : `${inner(0)} minus ${inner(1)}`
    case '*':
      return phraseProduct(args, phrasing)
    case '/':
      return `${inner(0)} divided by ${phraseOperand(args[1] ?? null, phrasing)}`
    case '%':
      return `the remainder of ${inner(0)} divided by ${phraseOperand(args[1] ?? null, phrasing)}`
    case 'max':
    case 'min': {
      const [two, more] = operator === 'max' ? ['larger', 'largest'] : ['smaller', 'smallest']
      return `the ${args.length === 2 ? two : more} of ${joinWords(
        args.map((_, i) => inner(i)),
        'and',
      )}`
    }
    case 'cat':
      return `${args.map((_, i) => inner(i)).join(' followed by ')}`
    case 'substr':
      return phraseSubstring(args, phrasing)
    case 'if':
    case '?:':
      return phraseChoice(args, phrasing, show)
    case 'merge':
      return joinWords(
        args.map((_, i) => inner(i)),
        'and',
        ' together',
      )
    case 'filter':
      return `those of ${inner(0)} for which ${phrasing.clause(args[1] ?? null, true, { ...phrasing, element: 'it' })}`
    case 'map':
      return `${phraseValue(args[1] ?? null, { ...phrasing, element: 'it' })} for each of ${inner(0)}`
    case 'reduce':
      return phraseFold(args, phrasing)
    case 'missing':
      return `those of ${joinWords(
        args.flat().map((name) => nameOf(name, phrasing)),
        'and',
      )} that are missing`
    default:
      return conditionOperators.has(operator) ? `whether ${phrasing.clause(logic, true, phrasing)}` : `\`${JSON.stringify(logic)}\``
  }
}

/** As `phraseValue`, in parentheses where it is a computation inside another. */
function phraseOperand(logic: JsonValue, phrasing: Phrasing, show?: (value: JsonValue) => string): string {
  const phrase = phraseValue(logic, phrasing, show)
  const operator = operationOf(logic)?.operator
  return operator === undefined || operator === 'var' ? phrase : `(${phrase})`
}

function phraseVariable(logic: JsonValue, args: readonly JsonValue[], phrasing: Phrasing, show: (value: JsonValue) => string): string {
  const name = variableOf(logic)
  if (name === undefined)
    return args.length === 0 || args[0] === null
      ? (phrasing.element ?? 'everything')
      : `the value named by ${phraseValue(args[0] ?? null, phrasing)}`
  if (name.startsWith('lists.')) return listLabel(name.slice(6), phrasing.options)
  const phrase = phrasing.element === undefined ? nameOf(name, phrasing) : elementPhrase(name, phrasing.element)
  const fallback = args[1]
  return fallback === undefined || fallback === null ? phrase : `${phrase} (${phraseValue(fallback, phrasing, show)} when missing)`
}

function elementPhrase(name: string, element: string): string {
  if (name === '') return element
  return element === 'it' ? `its ${name}` : `the ${name} of ${element}`
}

/** What a variable is called as a thing: a boolean, whose label is a clause, becomes `whether …`. */
export function nameOf(name: JsonValue, phrasing: Phrasing): string {
  if (typeof name !== 'string') return phraseValue(name, phrasing)
  const noun = nounOf(name, phrasing.options)
  return noun.negatedLabel === undefined ? noun.label : `whether ${noun.label}`
}

function phraseProduct(args: readonly JsonValue[], phrasing: Phrasing): string {
  const [a = null, b = null] = args
  const factor = args.length !== 2 ? undefined : typeof a === 'number' ? a : typeof b === 'number' ? b : undefined
  if (factor === undefined) return args.map((arg) => phraseOperand(arg, phrasing)).join(' times ')
  const other = phraseOperand(typeof a === 'number' ? b : a, phrasing)
  if (factor > 0 && factor < 1) return `${showPlain(factor * 100)}% of ${other}`
  return factor === 2 ? `twice ${other}` : `${showPlain(factor)} times ${other}`
}

function phraseSubstring([text = null, start, length]: readonly JsonValue[], phrasing: Phrasing): string {
  const whole = phraseOperand(text, phrasing)
  if (typeof start === 'number' && length === undefined) {
    return start < 0 ? `the last ${-start} characters of ${whole}` : `${whole} without its first ${start} characters`
  }
  if (start === 0 && typeof length === 'number' && length >= 0) return `the first ${length} characters of ${whole}`
  return `the part of ${whole} from ${phraseValue(start ?? null, phrasing)}, ${phraseValue(length ?? null, phrasing)} long`
}

function phraseChoice(args: readonly JsonValue[], phrasing: Phrasing, show: (value: JsonValue) => string): string {
  const [condition = null, consequent, ...rest] = args
  if (consequent === undefined) return args.length === 0 ? 'nothing' : phraseValue(condition, phrasing, show)
  const otherwise = rest.length === 0 ? 'nothing' : phraseChoice(rest, phrasing, show)
  return `${phraseValue(consequent, phrasing, show)} if ${phrasing.clause(condition, true, phrasing)}, otherwise ${otherwise}`
}

/** The two folds that people write, counting and summing, have names. */
function phraseFold([source = null, body = null, initial = null]: readonly JsonValue[], phrasing: Phrasing): string {
  const from = phraseValue(source, phrasing)
  const step = operationOf(body)
  const operands = step?.args.map((arg) => variableOf(arg) ?? arg) ?? []
  const isSum = step?.operator === '+' && operands.length === 2 && operands.includes('accumulator') && initial === 0
  const other = isSum ? operands.find((operand) => operand !== 'accumulator') : undefined
  if (other === 1) return `the number of ${from}`
  if (other === 'current') return `the sum of ${from}`
  if (typeof other === 'string' && other.startsWith('current.')) return `the sum of the ${other.slice(8)} of ${from}`
  const word = phraseValue(body, { ...phrasing, element: 'the fold' }).replaceAll('the accumulator of the fold', 'the result so far')
  return `the result, starting from ${phraseValue(initial, phrasing)}, of taking ${word.replaceAll('the current of the fold', 'the next one')} for each of ${from}`
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], last: 'and' | 'or', suffix = ''): string {
  if (words.length <= 1) return `${words[0] ?? 'nothing'}`
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}${suffix}`
}
