import type { JsonValue } from '../facts/json-value.ts'
import type { CandidateChange } from './candidate-change.ts'
import { joinWords } from './join-words.ts'
import { type ExplainOptions, listLabel, nounOf, showPlain } from './vocabulary.ts'

/**
 * Whether a bound can be stated: every number on the same side of it that the policy could tell apart gives the same answer. Otherwise only
 * the tried value may be named.
 */
export function isGeneral(change: CandidateChange, probes: readonly number[], answersAlike: (value: JsonValue) => boolean): boolean {
  const { bound, relation } = change
  if (typeof bound !== 'number') return true
  const isOnSide: Partial<Record<CandidateChange['relation'], (value: number) => boolean>> = {
    over: (value) => value > bound,
    atLeast: (value) => value >= bound,
    under: (value) => value < bound,
    atMost: (value) => value <= bound,
  }
  const side = isOnSide[relation]
  return side === undefined || probes.filter(side).every(answersAlike)
}

/** A change in the words that follow `if`: `the transaction value were at most 2,000`. A value that was missing first becomes known. */
export function phraseChange(change: CandidateChange, general: boolean, wasMissing: boolean, options: ExplainOptions): string {
  const noun = nounOf(change.signal, options)
  if (noun.negatedLabel !== undefined && typeof change.bound === 'boolean') {
    const label = change.bound ? noun.label : noun.negatedLabel
    return wasMissing ? `it were known that ${label}` : subjunctive(label)
  }
  const phrase = phraseValueChange(change, general, options)
  return wasMissing
    ? phrase.replace(/ (were|included) /, (verb) => (verb === ' were ' ? ' were known and ' : ' were known and included '))
    : phrase
}

function phraseValueChange(change: CandidateChange, general: boolean, options: ExplainOptions): string {
  const noun = nounOf(change.signal, options)
  const { relation, bound = null, value } = change
  const subject = nounPhrase(change.signal, options)
  const shown = (each: JsonValue): string => noun.show(each)
  if (!general && typeof bound === 'number') {
    const near: Partial<Record<CandidateChange['relation'], string>> = { over: 'just over', under: 'just under' }
    return `${subject} were ${near[relation] ?? 'exactly'} ${shown(bound)}`
  }
  switch (relation) {
    case 'equal':
      return `${subject} were ${Array.isArray(bound) && bound.length === 0 ? 'empty' : shown(bound)}`
    case 'notEqual':
      return Array.isArray(bound) && bound.length > 1
        ? `${subject} were none of ${joinWords(bound.map(shown), 'and')}`
        : `${subject} were not ${shown(Array.isArray(bound) ? (bound[0] ?? null) : bound)}`
    case 'over':
      return `${subject} were over ${shown(bound)}`
    case 'under':
      return `${subject} were under ${shown(bound)}`
    case 'atMost':
      return `${subject} were at most ${shown(bound)}`
    case 'atLeast':
      return `${subject} were at least ${shown(bound)}`
    case 'includes':
      return `${subject} included ${shown(bound)}`
    case 'excludes':
      return `${subject} did not include ${shown(bound)}`
    case 'onList':
    case 'offList':
      return `${subject} were ${relation === 'onList' ? 'on' : 'not on'} ${listLabel(String(bound).replace(/^lists\./, ''), options)}`
    case 'missing':
      return noun.negatedLabel === undefined ? `${subject} were missing` : `it were unknown ${subject}`
    case 'other':
      return `${subject} were different`
    default:
      return `${subject} were ${showPlain(typeof value === 'object' && value !== null && !Array.isArray(value) ? null : (value as JsonValue))}`
  }
}

/** The words for a variable as a noun phrase; a boolean signal, whose label is a clause, becomes `whether …`. */
export function nounPhrase(name: string, options: ExplainOptions): string {
  const { label, negatedLabel } = nounOf(name, options)
  return negatedLabel === undefined ? label : `whether ${label}`
}

function subjunctive(clause: string): string {
  return clause.replace(/ (is|was) /, ' were ').replace(/ has /, ' had ')
}

/** A clause in the past tense: `the address was anonymous`. */
export function past(clause: string): string {
  const [verb, inPast] = pastVerbs.find(([present]) => clause.includes(` ${present} `)) ?? ['', '']
  return verb === undefined ? clause : clause.replace(` ${verb} `, ` ${inPast} `)
}

const pastVerbs: readonly (readonly [string, string])[] = [
  ['do not', 'did not'],
  ['does not', 'did not'],
  ['include', 'included'],
  ['includes', 'included'],
  ['contains', 'contained'],
  ['contain', 'contained'],
  ['starts with', 'started with'],
  ['ends with', 'ended with'],
  ['matches', 'matched'],
  ['differs', 'differed'],
  ['is', 'was'],
  ['are', 'were'],
  ['has', 'had'],
]
