import type { JsonValue } from '../facts/json-value.ts'
import { alwaysMatches, operationOf } from '../language/condition.ts'
import { findPassedLimit } from '../language/condition-limits.ts'
import { variablesOf } from '../language/variables-of.ts'
import { phraseLeaf } from './phrase-leaf.ts'
import { isClause, phraseValue } from './phrase-value.ts'
import type { Phrasing } from './phrasing.ts'
import type { ExplainOptions } from './vocabulary.ts'

/** Conditions in words with their structure kept: a screen shows it as a list, a sentence joins it. */
export type Clause =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Clause[] }
  | { readonly kind: 'leaf'; readonly text: string; readonly signals: readonly string[] }

/** Puts conditions into words. Negations move into the leaves. Three-valued logic allows that: the negation of an unknown is unknown. */
export function clauseOf(conditions: JsonValue | undefined, options: ExplainOptions): Clause {
  if (alwaysMatches(conditions) || conditions === undefined) return { kind: 'always' }
  const passed = findPassedLimit(conditions)
  if (passed !== undefined) return { kind: 'leaf', text: 'its conditions hold, which are too large for words', signals: [] }
  return build(conditions, true, {
    options,
    clause: (logic, wanted, phrasing) => inline(build(logic, wanted, phrasing)),
    value: phraseValue,
    isClause,
  })
}

function build(logic: JsonValue, wanted: boolean, phrasing: Phrasing): Clause {
  if (typeof logic === 'boolean') return { kind: logic === wanted ? 'always' : 'never' }
  const operation = operationOf(logic)
  const { operator, args } = operation ?? { operator: '', args: [] }
  switch (operator) {
    case 'and':
    case 'or':
      return group(
        (operator === 'and') === wanted ? 'all' : 'any',
        args.map((arg) => build(arg, wanted, phrasing)),
      )
    case '!':
    case '!!':
      return build(args[0] ?? null, operator === '!' ? !wanted : wanted, phrasing)
    case '<':
    case '<=':
      if (args.length === 3) {
        const [low = null, middle = null, high = null] = args
        if (operator === '<=') return build({ between: [middle, low, high] }, wanted, phrasing)
        return group(wanted ? 'all' : 'any', [
          build({ '>': [middle, low] }, wanted, phrasing),
          build({ '<': [middle, high] }, wanted, phrasing),
        ])
      }
      break
    case 'if':
    case '?:':
      if (args.length >= 2) return choice(args, wanted, phrasing)
  }
  return { kind: 'leaf', text: phraseLeaf(logic, wanted, phrasing), signals: variablesOf(logic) }
}

/** `if` as a condition: either its condition holds and so does the first branch, or it does not hold and the other branch does. */
function choice(args: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): Clause {
  const [condition = null, consequent = null, ...rest] = args
  const otherwise: Clause =
    rest.length === 0 ? { kind: 'never' } : rest.length === 1 ? build(rest[0] ?? null, wanted, phrasing) : choice(rest, wanted, phrasing)
  return group('any', [
    group('all', [build(condition, true, phrasing), build(consequent, wanted, phrasing)]),
    group('all', [build(condition, false, phrasing), otherwise]),
  ])
}

function group(kind: 'all' | 'any', parts: readonly Clause[]): Clause {
  const neutral = kind === 'all' ? 'always' : 'never'
  const decisive = kind === 'all' ? 'never' : 'always'
  if (parts.some((part) => part.kind === decisive)) return { kind: decisive }
  const flat = parts.filter((part) => part.kind !== neutral).flatMap((part) => (part.kind === kind ? part.parts : [part]))
  const [only] = flat
  if (only === undefined) return { kind: neutral }
  return flat.length === 1 ? only : { kind, parts: flat }
}

/** A clause as running text, to follow `when`. */
export function inline(clause: Clause): string {
  if (clause.kind === 'always') return 'it is always so'
  if (clause.kind === 'never') return 'it is never so'
  if (clause.kind === 'leaf') return clause.text
  const word = clause.kind === 'all' ? 'and' : 'or'
  const { parts } = clause
  if (parts.every((part) => part.kind === 'leaf')) {
    const texts = parts.map(inline)
    if (texts.length === 2) return pair(texts[0] ?? '', word, texts[1] ?? '')
    return `${texts.slice(0, -1).join(', ')}, ${word} ${texts.at(-1)}`
  }
  return parts.map((part) => second(part)).join(`, ${word} `)
}

/** Joins two clauses. A subject that both share is named once: `the amount is over 500 and under 2,000`. */
function pair(first: string, word: 'and' | 'or', other: string): string {
  const [subject, ...said] = first.split(' is ')
  const [sameSubject, ...alsoSaid] = other.split(' is ')
  const ambiguous = /^(not|neither|none|no|the same|either|one of|missing|known)\b/
  const canShare = said.length === 1 && alsoSaid.length === 1 && subject === sameSubject
  if (!canShare || [...said, ...alsoSaid].some((each) => ambiguous.test(each) && !each.startsWith('no earlier')))
    return `${first} ${word} ${other}`
  return `${first} ${word} ${alsoSaid[0]}`
}

/** A group within the outermost group. It has no commas, so that these separate the parts of the outer group. */
function second(clause: Clause): string {
  if (clause.kind !== 'all' && clause.kind !== 'any') return inline(clause)
  return `${clause.kind === 'any' ? 'either ' : ''}${joined(clause)}`
}

function third(clause: Clause): string {
  if (clause.kind !== 'all' && clause.kind !== 'any') return inline(clause)
  return `(${joined(clause)})`
}

function joined({ kind, parts }: Extract<Clause, { parts: unknown }>): string {
  const word = kind === 'all' ? 'and' : 'or'
  const texts = parts.map(third)
  const areLeaves = parts.length === 2 && parts.every((part) => part.kind === 'leaf')
  return areLeaves ? pair(texts[0] ?? '', word, texts[1] ?? '') : texts.join(` ${word} `)
}
