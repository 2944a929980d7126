import type { JsonValue } from '../facts/json-value.ts'
import { type Comparison, mirror } from './compare-values.ts'
import { operationOf, variableOf } from './condition.ts'
import { isOperatorName, type OperatorName } from './operator-name.ts'

export type Scalar = boolean | number | string

/** One requirement on a variable. */
export type Constraint =
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly constant: Scalar }
  | { readonly kind: 'among'; readonly values: readonly Scalar[] }
  | { readonly kind: 'notAmong'; readonly values: readonly Scalar[] }

/** What a leaf requires of one variable. */
export interface LeafConstraint {
  variable: string
  /** All of them have to be met. */
  constraints: readonly Constraint[]
}

/** Reads a leaf that compares one variable with constants. `undefined`: it is something else. */
export function leafConstraint(logic: JsonValue): LeafConstraint | undefined {
  const operation = operationOf(logic)
  if (operation === undefined || !isOperatorName(operation.operator)) return undefined
  return constraints[operation.operator]?.(operation.args, logic)
}

type ReadConstraint = (args: readonly JsonValue[], logic: JsonValue) => LeafConstraint | undefined

/** What each operator requires of a variable. `null`: nothing that an interval or a set of values can express. */
const constraints: Readonly<Record<OperatorName, ReadConstraint | null>> = {
  var: (_args, logic) => {
    const variable = plainVariable(logic)
    return variable === undefined ? undefined : { variable, constraints: [{ kind: 'compare', comparison: '==', constant: true }] }
  },
  and: null,
  or: null,
  if: null,
  '?:': null,
  '==': ([left = null, right = null]) => comparison('==', left, right),
  '===': ([left = null, right = null]) => comparison('===', left, right),
  '!=': ([left = null, right = null]) => comparison('!=', left, right),
  '!==': ([left = null, right = null]) => comparison('!==', left, right),
  '<': (args) => ascending('<', args),
  '<=': (args) => ascending('<=', args),
  '>': ([left = null, right = null]) => comparison('>', left, right),
  '>=': ([left = null, right = null]) => comparison('>=', left, right),
  '!': null,
  '!!': null,
  between: ([middle = null, low = null, high = null]) => between(middle, low, high, '<='),
  '+': null,
  '*': null,
  '-': null,
  '/': null,
  '%': null,
  max: null,
  min: null,
  in: ([needle = null, values = null]) => {
    const variable = plainVariable(needle)
    if (variable === undefined || !Array.isArray(values) || !values.every(isScalar)) return undefined
    return { variable, constraints: [{ kind: 'among', values }] }
  },
  inCidr: null,
  cat: null,
  substr: null,
  startsWith: null,
  endsWith: null,
  matches: null,
  map: null,
  filter: null,
  reduce: null,
  all: null,
  some: null,
  none: null,
  merge: null,
  isMissing: null,
  missing: null,
  missing_some: null,
  distanceWithinKm: null,
}

function comparison(operator: Comparison, left: JsonValue, right: JsonValue): LeafConstraint | undefined {
  if (isScalar(left)) return isScalar(right) ? undefined : comparison(mirror(operator), right, left)
  const variable = plainVariable(left)
  if (variable === undefined || !isScalar(right)) return undefined
  return { variable, constraints: [{ kind: 'compare', comparison: operator, constant: right }] }
}

function ascending(operator: '<' | '<=', args: readonly JsonValue[]): LeafConstraint | undefined {
  const [first = null, second = null, third = null] = args
  return args.length === 3 ? between(second, first, third, operator) : comparison(operator, first, second)
}

function between(middle: JsonValue, low: JsonValue, high: JsonValue, operator: '<' | '<='): LeafConstraint | undefined {
  const variable = plainVariable(middle)
  if (variable === undefined || typeof low !== 'number' || typeof high !== 'number') return undefined
  return {
    variable,
    constraints: [
      { kind: 'compare', comparison: operator === '<' ? '>' : '>=', constant: low },
      { kind: 'compare', comparison: operator, constant: high },
    ],
  }
}

/** A variable read without a default. */
export function plainVariable(logic: JsonValue): string | undefined {
  return operationOf(logic)?.args.length === 1 ? variableOf(logic) : undefined
}

function isScalar(value: JsonValue): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
