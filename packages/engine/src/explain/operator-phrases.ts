import type { JsonValue } from '../facts/json-value.ts'
import { type Comparison, opposite } from '../language/compare-values.ts'
import type { OperatorName } from '../language/operator-name.ts'
import { phraseComparison, phraseRange } from './phrase-comparison.ts'
import {
  phraseChoice,
  phraseConcatenation,
  phraseDifference,
  phraseExtreme,
  phraseMerge,
  phraseProduct,
  phraseQuotient,
  phraseRemainder,
  phraseSubstring,
  phraseSum,
} from './phrase-computation.ts'
import { phraseDistance } from './phrase-distance.ts'
import {
  type ExpectedPhrase,
  expectedAmong,
  expectedEqual,
  expectedNetworks,
  expectedPattern,
  expectedRange,
  expectedText,
} from './phrase-expected.ts'
import { phraseFilter, phraseFold, phraseMap, phraseQuantifier } from './phrase-iteration.ts'
import { phraseMembership, phraseNetworks } from './phrase-membership.ts'
import { phraseAnyMissing, phraseMissing, phraseMissingNames, phraseMissingSome } from './phrase-missing.ts'
import { phraseTextTest } from './phrase-text-test.ts'
import { phraseVariable } from './phrase-variable.ts'
import type { Phrasing, Show } from './phrasing.ts'

/** Says when the operation holds or, unless `wanted`, when it does not. */
type ClausePhrase = (args: readonly JsonValue[], wanted: boolean, phrasing: Phrasing) => string

/** Names the result of the operation with a noun phrase. */
type ValuePhrase = (args: readonly JsonValue[], phrasing: Phrasing, show: Show, logic: JsonValue) => string

/**
 * A phrase as a clause, as a value, or both. Without `clause`, a condition says that the value counts as true. Without `value`, the clause
 * becomes `whether …`. `expected` says in evidence what a value was compared with; without it the value stands alone. `clauseOf` takes
 * connectives apart and keeps their structure.
 */
type OperatorPhrase =
  | { readonly clause: ClausePhrase; readonly value?: ValuePhrase; readonly expected?: ExpectedPhrase }
  | { readonly clause?: undefined; readonly value: ValuePhrase; readonly expected?: undefined }
  | { readonly isConnective: true; readonly clause?: undefined; readonly value?: undefined; readonly expected?: undefined }

const connective: OperatorPhrase = { isConnective: true }

/** How each operator is put into words. */
export const operatorPhrases: Readonly<Record<OperatorName, OperatorPhrase>> = {
  var: { value: phraseVariable },
  and: connective,
  or: connective,
  if: { value: phraseChoice },
  '?:': { value: phraseChoice },
  '==': comparison('=='),
  '===': comparison('==='),
  '!=': comparison('!='),
  '!==': comparison('!=='),
  '<': comparison('<'),
  '<=': comparison('<='),
  '>': comparison('>'),
  '>=': comparison('>='),
  '!': connective,
  '!!': connective,
  between: { clause: phraseRange, expected: expectedRange },
  '+': { value: phraseSum },
  '*': { value: phraseProduct },
  '-': { value: phraseDifference },
  '/': { value: phraseQuotient },
  '%': { value: phraseRemainder },
  max: { value: phraseExtreme('larger', 'largest') },
  min: { value: phraseExtreme('smaller', 'smallest') },
  in: { clause: phraseMembership, expected: expectedAmong },
  inCidr: { clause: phraseNetworks, expected: expectedNetworks },
  cat: { value: phraseConcatenation },
  substr: { value: phraseSubstring },
  startsWith: { clause: phraseTextTest('startsWith'), expected: expectedText('starting with') },
  endsWith: { clause: phraseTextTest('endsWith'), expected: expectedText('ending with') },
  matches: { clause: phraseTextTest('matches'), expected: expectedPattern },
  map: { value: phraseMap },
  filter: { value: phraseFilter },
  reduce: { value: phraseFold },
  all: { clause: phraseQuantifier('all') },
  some: { clause: phraseQuantifier('some') },
  none: { clause: phraseQuantifier('none') },
  merge: { value: phraseMerge },
  isMissing: { clause: phraseMissing },
  missing: { clause: phraseAnyMissing, value: phraseMissingNames },
  missing_some: { clause: phraseMissingSome },
  distanceWithinKm: { clause: phraseDistance },
}

function comparison(name: Comparison): OperatorPhrase {
  return {
    clause: ([left = null, right = null], wanted, phrasing) => phraseComparison(wanted ? name : opposite(name), left, right, phrasing),
    expected: /^[!=]=/.test(name) ? expectedEqual(name.startsWith('!')) : undefined,
  }
}
