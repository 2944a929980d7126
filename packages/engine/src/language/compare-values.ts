import { isAtMost, isLess, looselyEqual } from './coerce.ts'
import type { OperatorName } from './operator-name.ts'
import { ABSENT, comparedWithUnknown, FAILS, HOLDS, OPEN, type Truth } from './truth.ts'

export type Comparison = Extract<OperatorName, '==' | '===' | '!=' | '!==' | '<' | '<=' | '>' | '>='>

/**
 * Compares two values, unknown ones included. An order between values that have none (text that is not a number, against a number) is
 * undetermined.
 */
export function compareValues(comparison: Comparison, a: unknown, b: unknown): Truth {
  if (typeof a === 'symbol' || typeof b === 'symbol') return comparedWithUnknown(a, b)
  if (a === null || b === null || a === undefined || b === undefined) return ABSENT
  switch (comparison) {
    case '==':
      return looselyEqual(a, b) ? HOLDS : FAILS
    case '!=':
      return looselyEqual(a, b) ? FAILS : HOLDS
    case '===':
      return a === b ? HOLDS : FAILS
    case '!==':
      return a === b ? FAILS : HOLDS
    case '<':
      return ordered(isLess(a, b))
    case '<=':
      return ordered(isAtMost(a, b))
    case '>':
      return ordered(isLess(b, a))
    case '>=':
      return ordered(isAtMost(b, a))
  }
}

function ordered(answer: boolean | undefined): Truth {
  return answer === undefined ? OPEN : answer ? HOLDS : FAILS
}

const mirrored: Record<Comparison, Comparison> = {
  '==': '==',
  '===': '===',
  '!=': '!=',
  '!==': '!==',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** The same comparison with its sides exchanged. */
export function mirror(comparison: Comparison): Comparison {
  return mirrored[comparison]
}

const opposites: Record<Comparison, Comparison> = {
  '==': '!=',
  '===': '!==',
  '!=': '==',
  '!==': '===',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
}

/** The comparison that holds where this one fails, between values that have an order. */
export function opposite(comparison: Comparison): Comparison {
  return opposites[comparison]
}

/** True for the name of an operator that compares two values. */
export function isComparison(operator: string): operator is Comparison {
  return Object.hasOwn(mirrored, operator)
}
