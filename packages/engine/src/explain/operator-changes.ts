import type { JsonValue } from '../facts/json-value.ts'
import { NOT_PROVIDED } from '../facts/missing.ts'
import type { Comparison } from '../language/compare-values.ts'
import { operationOf } from '../language/condition.ts'
import { plainVariable } from '../language/leaf-constraint.ts'
import { isOperatorName, type OperatorName } from '../language/operator-name.ts'
import { variablesOf } from '../language/variables-of.ts'
import type { Signals } from '../signals/signals.ts'
import { boundaries, boundariesOf } from './boundary-changes.ts'
import { type CandidateChange, type Leaf, something } from './candidate-change.ts'
import { comparisonChanges } from './comparison-changes.ts'
import { againstConstant, typical } from './constant-changes.ts'
import { membershipChanges } from './membership-changes.ts'

/** Single changes that could turn the answer of a leaf. The caller tries which of them do. */
export function candidateChanges(leaf: Leaf, signals: Signals): CandidateChange[] {
  const operation = operationOf(leaf.logic)
  if (operation === undefined) return []
  const find = isOperatorName(operation.operator) ? operatorChanges[operation.operator] : anyVariable
  return find(operation.args, leaf, signals)
}

type FindChanges = (args: readonly JsonValue[], leaf: Leaf, signals: Signals) => CandidateChange[]

/** The changes that could turn the answer of each operator. */
const operatorChanges: Readonly<Record<OperatorName, FindChanges>> = {
  var: (_args, { logic }) => ifPlain(logic, (variable) => againstConstant(variable, '==', true)),
  and: anyVariable,
  or: anyVariable,
  if: anyVariable,
  '?:': anyVariable,
  '==': comparison('=='),
  '===': comparison('==='),
  '!=': comparison('!='),
  '!==': comparison('!=='),
  '<': comparison('<'),
  '<=': comparison('<='),
  '>': comparison('>'),
  '>=': comparison('>='),
  '!': anyVariable,
  '!!': anyVariable,
  between: ([value = null, low, high], leaf, signals) => {
    const variable = plainVariable(value)
    if (variable === undefined || typeof low !== 'number' || typeof high !== 'number') return boundaries(leaf, signals)
    return [...againstConstant(variable, '>=', low), ...againstConstant(variable, '<=', high)]
  },
  '+': anyVariable,
  '*': anyVariable,
  '-': anyVariable,
  '/': anyVariable,
  '%': anyVariable,
  max: anyVariable,
  min: anyVariable,
  in: membership,
  inCidr: membership,
  cat: anyVariable,
  substr: anyVariable,
  startsWith: affix,
  endsWith: affix,
  matches: anyVariable,
  map: anyVariable,
  filter: anyVariable,
  reduce: anyVariable,
  all: anyVariable,
  some: anyVariable,
  none: anyVariable,
  merge: anyVariable,
  isMissing: ([value = null]) =>
    ifPlain(value, (variable) => [{ signal: variable, value: NOT_PROVIDED, relation: 'missing' }, ...typical(variable)]),
  missing: anyVariable,
  missing_some: anyVariable,
  distanceWithinKm: anyVariable,
}

/** For operators whose wish is not known: typical values for every variable, and the numbers at which the answer turns. */
function anyVariable(_args: readonly JsonValue[], leaf: Leaf, signals: Signals): CandidateChange[] {
  return variablesOf(leaf.logic)
    .filter((name) => !name.startsWith('lists.'))
    .flatMap((name) => [...typical(name), ...boundariesOf(name, leaf, signals)])
}

function comparison(name: Comparison): FindChanges {
  return (args, leaf, signals) => comparisonChanges(name, args, leaf, signals)
}

function membership([needle = null, container = null]: readonly JsonValue[], leaf: Leaf, signals: Signals): CandidateChange[] {
  return membershipChanges(needle, container, leaf, signals)
}

function affix([text = null, affixes]: readonly JsonValue[]): CandidateChange[] {
  return ifPlain(text, (signal) => {
    const wanted = Array.isArray(affixes) ? affixes[0] : affixes
    const into: CandidateChange[] = typeof wanted === 'string' ? [{ signal, value: wanted, relation: 'equal', bound: wanted }] : []
    return [...into, { signal, value: something, relation: 'other' }]
  })
}

function ifPlain(logic: JsonValue, find: (variable: string) => CandidateChange[]): CandidateChange[] {
  const variable = plainVariable(logic)
  return variable === undefined ? [] : find(variable)
}
