import type { JsonValue } from '../facts/json-value.ts'
import { joinWords } from './join-words.ts'
import { hours } from './phrase-comparison.ts'
import type { TraceLeaf } from './trace-rules.ts'
import { type ExplainOptions, nounOf, showPlain } from './vocabulary.ts'

/** What a value was compared with, to follow the value in evidence: `, not “NZ”`. `held`: whether the leaf held. */
export type ExpectedPhrase = (leaf: TraceLeaf, held: boolean, options: ExplainOptions) => string

/** Of two equal values only one is worth naming. */
export function expectedEqual(isNegated: boolean): ExpectedPhrase {
  return (leaf, held, options) => (held !== isNegated || leaf.expected === undefined ? '' : `, not ${showOf(leaf, options)(leaf.expected)}`)
}

export const expectedAmong: ExpectedPhrase = (leaf, held, options) => {
  const { expected } = leaf
  const show = showOf(leaf, options)
  if (Array.isArray(expected) && expected.length > 1) return `, ${held ? 'one of' : 'none of'} ${joinWords(expected.map(show), 'and')}`
  if (held || expected === undefined) return ''
  return `, not ${show(Array.isArray(expected) ? (expected[0] ?? null) : expected)}`
}

export const expectedRange: ExpectedPhrase = (leaf, held, options) => {
  const { expected, signal } = leaf
  if (!Array.isArray(expected)) return ''
  const [low, high] = expected
  const not = held ? '' : 'not '
  if (signal === 'time.hour' && typeof low === 'number' && typeof high === 'number') return `, ${not}${hours(low, high)}`
  return `, ${not}between ${joinWords(expected.map(showOf(leaf, options)), 'and')}`
}

export const expectedNetworks: ExpectedPhrase = ({ expected }, held) =>
  `, ${held ? 'in' : 'not in'} ${joinWords([expected ?? null].flat().map(String), 'or')}`

/** `starting with “ACME”`. */
export function expectedText(verb: string): ExpectedPhrase {
  return ({ expected }, held) => {
    const texts = [expected ?? null].flat().map((each) => showPlain(each))
    return `, ${held ? verb : `not ${verb}`} ${joinWords(texts, 'or')}`
  }
}

export const expectedPattern: ExpectedPhrase = ({ expected }, held) => `, ${held ? 'matching' : 'not matching'} \`${String(expected)}\``

function showOf({ signal }: TraceLeaf, options: ExplainOptions): (value: JsonValue) => string {
  return signal === null ? showPlain : nounOf(signal, options).show
}
