import type { JsonValue } from '../facts/json-value.ts'
import { type Comparison, mirror, opposite } from '../language/compare-values.ts'
import { operationOf } from '../language/condition.ts'
import { conditionOperators, joinWords, namedBy, nameOf, type Phrasing, phraseValue } from './phrase-value.ts'
import { listLabel, type Noun, nounOf, showPlain } from './vocabulary.ts'

/** What a leaf is about: its words, and how values of it are written. */
interface Subject {
  phrase: string
  isPlural: boolean
  noun?: Noun
  show(value: JsonValue): string
}

/** A condition without `and`, `or` or `not` as a clause that says when it holds, or when it does not. */
export function phraseLeaf(logic: JsonValue, wanted: boolean, phrasing: Phrasing): string {
  const operation = operationOf(logic)
  if (operation === undefined) return phraseTruth(logic, wanted, phrasing)
  const { operator, args } = operation
  const [first = null, second = null, third = null] = args
  switch (operator) {
    case '==':
    case '===':
    case '!=':
    case '!==':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return phraseComparison(wanted ? operator : opposite(operator), first, second, phrasing)
    case 'between': {
      const subject = subjectOf(first, phrasing)
      const range = `between ${phraseValue(second, phrasing, subject.show)} and ${phraseValue(third, phrasing, subject.show)}`
      return `${subject.phrase} ${be(subject, wanted)} ${range}`
    }
    case 'in':
      return phraseMembership(first, second, wanted, phrasing)
    case 'inCidr': {
      const subject = subjectOf(first, phrasing)
      const list = listOf(second, phrasing)
      if (list !== undefined) return `${subject.phrase} ${be(subject, wanted)} on ${list}`
      const networks = Array.isArray(second)
        ? joinWords(second.map(plainText), 'or')
        : typeof second === 'string'
          ? second
          : phraseValue(second, phrasing)
      return `${subject.phrase} ${be(subject, wanted)} in ${networks}`
    }
    case 'startsWith':
    case 'endsWith':
    case 'matches': {
      const subject = subjectOf(first, phrasing)
      const [verb, verbs] = verbsOf[operator]
      const what =
        operator === 'matches'
          ? `the pattern \`${plainText(second)}\``
          : Array.isArray(second)
            ? joinWords(second.map(showPlain), 'or')
            : phraseValue(second, phrasing)
      return `${subject.phrase} ${wanted ? (subject.isPlural ? verb : verbs) : `${subject.isPlural ? 'do' : 'does'} not ${verb}`} ${what}`
    }
    case 'isMissing':
      return phraseMissing(first, args[1], wanted, phrasing)
    case 'missing': {
      const names = args.flat().map((name) => nameOf(name, phrasing))
      return wanted ? `${joinWords(names, 'or')} is missing` : `${joinWords(names, 'and')} ${names.length === 1 ? 'is' : 'are'} known`
    }
    case 'missing_some': {
      const names = joinWords(
        (Array.isArray(second) ? second : [second]).map((name) => nameOf(name, phrasing)),
        'and',
      )
      return `${wanted ? 'fewer than' : 'at least'} ${phraseValue(first, phrasing)} of ${names} are known`
    }
    case 'distanceWithinKm':
      return phraseDistance(args, wanted, phrasing)
    case 'some':
    case 'all':
    case 'none':
      return phraseQuantifier(operator, first, second, wanted, phrasing)
    default:
      return phraseTruth(logic, wanted, phrasing)
  }
}

const verbsOf = { startsWith: ['start with', 'starts with'], endsWith: ['end with', 'ends with'], matches: ['match', 'matches'] } as const

const relations: Record<'<' | '<=' | '>' | '>=', string> = { '<': 'under', '<=': 'at most', '>': 'over', '>=': 'at least' }

function be(subject: Subject, wanted: boolean): string {
  return `${subject.isPlural ? 'are' : 'is'}${wanted ? '' : ' not'}`
}

function subjectOf(logic: JsonValue, phrasing: Phrasing): Subject {
  const name = namedBy(logic, phrasing)
  const phrase = phraseValue(logic, phrasing)
  if (name === undefined || name.startsWith('lists.')) {
    return { phrase, isPlural: /^the (first|last) \d+ characters/.test(phrase), show: showOf(logic, phrasing) }
  }
  const noun = nounOf(name, phrasing.options)
  return { phrase, isPlural: noun.isPlural, noun, show: noun.show }
}

/** Values held against a computation are written as those of the first variable in it. */
function showOf(logic: JsonValue, phrasing: Phrasing): (value: JsonValue) => string {
  const name = namedBy(logic, phrasing)
  if (name !== undefined) return nounOf(name, phrasing.options).show
  const operation = operationOf(logic)
  if (operation === undefined || !['+', '-', '*', 'max', 'min'].includes(operation.operator)) return showPlain
  const inner = operation.args.find((arg) => operationOf(arg) !== undefined)
  return inner === undefined ? showPlain : showOf(inner, phrasing)
}

function phraseComparison(comparison: Comparison, left: JsonValue, right: JsonValue, phrasing: Phrasing): string {
  if (operationOf(left) === undefined && operationOf(right) !== undefined)
    return phraseComparison(mirror(comparison), right, left, phrasing)
  const subject = subjectOf(left, phrasing)
  const isEquality = comparison.includes('=') && !/[<>]/.test(comparison)
  if (isEquality && typeof right === 'boolean') {
    const asked = right === (comparison[0] !== '!')
    if (subject.noun?.negatedLabel !== undefined && operationOf(left)?.args.length === 1)
      return asked ? subject.noun.label : subject.noun.negatedLabel
    if (conditionOperators.has(operationOf(left)?.operator ?? '')) return phrasing.clause(left, asked, phrasing)
    return `${subject.phrase} ${subject.isPlural ? 'are' : 'is'} ${asked}`
  }
  const choice = /^(if|\?:)$/.test(operationOf(right)?.operator ?? '')
  const phrased = phraseValue(right, phrasing, subject.show)
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

function listOf(logic: JsonValue, phrasing: Phrasing): string | undefined {
  const operation = operationOf(logic)
  const name = operation?.operator === 'var' ? operation.args[0] : undefined
  return typeof name === 'string' && name.startsWith('lists.') ? listLabel(name.slice(6), phrasing.options) : undefined
}

function phraseMembership(needle: JsonValue, container: JsonValue, wanted: boolean, phrasing: Phrasing): string {
  const subject = subjectOf(needle, phrasing)
  const list = listOf(container, phrasing)
  if (list !== undefined) return `${subject.phrase} ${be(subject, wanted)} on ${list}`
  if (Array.isArray(container)) {
    const values = container.map((value) => phraseValue(value, phrasing, subject.show))
    if (values.length === 1) return `${subject.phrase} ${be(subject, wanted)} ${values[0]}`
    const are = subject.isPlural ? 'are' : 'is'
    if (values.length === 2)
      return `${subject.phrase} ${are} ${wanted ? `either ${values.join(' or ')}` : `neither ${values.join(' nor ')}`}`
    return `${subject.phrase} ${are} ${wanted ? 'one of' : 'none of'} ${joinWords(values, 'and')}`
  }
  const holder = subjectOf(container, phrasing)
  const [verb, verbs] = holder.noun?.kind === 'array' ? ['include', 'includes'] : ['contain', 'contains']
  const said = wanted ? (holder.isPlural ? verb : verbs) : `${holder.isPlural ? 'do' : 'does'} not ${verb}`
  return `${holder.phrase} ${said} ${phraseValue(needle, phrasing, holder.show)}`
}

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  not_provided: ['was not provided', 'is not missing for not having been provided'],
  not_applicable: ['is not applicable', 'is not missing for not being applicable'],
  unavailable: ['is unavailable', 'is not unavailable'],
}

function phraseMissing(logic: JsonValue, reason: JsonValue | undefined, wanted: boolean, phrasing: Phrasing): string {
  const named = phraseValue(logic, phrasing)
  // A boolean signal is called by a clause, and whether a clause is missing can not be said.
  const phrase = named.startsWith('whether ') ? `the signal \`${namedBy(logic, phrasing) ?? named.slice(8)}\`` : named
  const known = typeof reason === 'string' ? reasons[reason] : undefined
  if (known !== undefined) return `${phrase} ${known[wanted ? 0 : 1]}`
  const are = namedBy(logic, phrasing) !== undefined && subjectOf(logic, phrasing).isPlural ? 'are' : 'is'
  return `${phrase} ${are} ${wanted ? 'missing' : 'known'}`
}

function phraseDistance(args: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string {
  const [latitude = null, longitude = null, ...others] = args
  const isAddress = namedBy(latitude, phrasing) === 'ip.location.latitude' && namedBy(longitude, phrasing) === 'ip.location.longitude'
  const place = isAddress ? 'the address' : `the place at ${phraseValue(latitude, phrasing)}, ${phraseValue(longitude, phrasing)}`
  const [toLatitude, toLongitude, km] = [0, 1, 2].map((i) => phraseValue(others[i] ?? null, phrasing))
  return `${place} is ${wanted ? 'within' : 'more than'} ${km} km ${wanted ? 'of' : 'from'} ${toLatitude}, ${toLongitude}`
}

function phraseQuantifier(
  operator: 'some' | 'all' | 'none',
  source: JsonValue,
  body: JsonValue,
  wanted: boolean,
  phrasing: Phrasing,
): string {
  const from = phraseValue(source, phrasing)
  const clause = phrasing.clause(body, true, { ...phrasing, element: 'it' })
  // `it is …` speaks of the element itself and can stand as the verb of the sentence.
  const [many, some, none] = clause.startsWith('it is ')
    ? [`every one of ${from} ${clause.slice(3)}`, `at least one of ${from} ${clause.slice(3)}`, `none of ${from} ${clause.slice(3)}`]
    : ['every one', 'at least one', 'none'].map((word) => `it holds for ${word} of ${from} that ${clause}`)
  if (operator === 'all')
    return wanted
      ? `${many} (and there is at least one)`
      : `${many?.startsWith('it holds') ? many.replace('it holds', 'it does not hold') : `not ${many}`} (or there are none)`
  return `${(operator === 'some') === wanted ? some : none}`
}

/** A value where a condition stands: what counts as true. */
function phraseTruth(logic: JsonValue, wanted: boolean, phrasing: Phrasing): string {
  const name = namedBy(logic, phrasing)
  const noun = name === undefined ? undefined : nounOf(name, phrasing.options)
  if (noun?.negatedLabel !== undefined && operationOf(logic)?.args.length === 1) return wanted ? noun.label : noun.negatedLabel
  const phrase = phraseValue(logic, phrasing)
  if (noun?.kind === 'number') return `${phrase} ${wanted ? 'is not zero' : 'is zero'}`
  if (noun?.kind === 'text' || noun?.kind === 'array') return `${phrase} ${noun.isPlural ? 'are' : 'is'} ${wanted ? 'not empty' : 'empty'}`
  return `${phrase} ${wanted ? 'is true, or neither zero nor empty' : 'is false, zero or empty'}`
}

function plainText(value: JsonValue): string {
  return typeof value === 'string' ? value : showPlain(value)
}
