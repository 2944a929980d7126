import type { JsonValue } from '../facts/json-value.ts'
import { type Comparison, mirror } from './compare-values.ts'
import { operationOf, variableOf } from './condition.ts'

export type Scalar = boolean | number | string

/** One thing asked of a variable. */
export type Constraint =
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly constant: Scalar }
  | { readonly kind: 'among'; readonly values: readonly Scalar[] }
  | { readonly kind: 'notAmong'; readonly values: readonly Scalar[] }

/** What a leaf asks of one variable. */
export interface LeafConstraint {
  variable: string
  /** All of them must be met. */
  constraints: readonly Constraint[]
}

/** Reads a leaf that compares one variable with constants. `undefined`: it is something else. */
export function leafConstraint(logic: JsonValue): LeafConstraint | undefined {
  const operation = operationOf(logic)
  if (operation === undefined) return undefined
  const { operator, args } = operation
  const [first = null, second = null, third = null] = args
  switch (operator) {
    case 'var': {
      const variable = plainVariable(logic)
      return variable === undefined ? undefined : { variable, constraints: [{ kind: 'compare', comparison: '==', constant: true }] }
    }
    case '==':
    case '===':
    case '!=':
    case '!==':
    case '>':
    case '>=':
      return comparison(operator, first, second)
    case '<':
    case '<=':
      return args.length === 3 ? between(second, first, third, operator) : comparison(operator, first, second)
    case 'between':
      return between(first, second, third, '<=')
    case 'in': {
      const variable = plainVariable(first)
      if (variable === undefined || !Array.isArray(second) || !second.every(isScalar)) return undefined
      return { variable, constraints: [{ kind: 'among', values: second }] }
    }
    default:
      return undefined
  }
}

function comparison(operator: Comparison, left: JsonValue, right: JsonValue): LeafConstraint | undefined {
  if (isScalar(left)) return isScalar(right) ? undefined : comparison(mirror(operator), right, left)
  const variable = plainVariable(left)
  if (variable === undefined || !isScalar(right)) return undefined
  return { variable, constraints: [{ kind: 'compare', comparison: operator, constant: right }] }
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
