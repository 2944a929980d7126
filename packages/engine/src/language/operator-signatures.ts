import { isOperatorName, type OperatorName } from './operator-name.ts'

/** How many arguments an operator takes. */
export interface Signature {
  readonly min: number
  readonly max: number
  /** The second argument is evaluated for each element of the first. */
  readonly iterates?: true
}

const many = Number.POSITIVE_INFINITY

/** The arguments that each operator takes. */
export const signatures: Readonly<Record<OperatorName, Signature>> = {
  var: { min: 1, max: 2 },
  and: { min: 0, max: many },
  or: { min: 1, max: many },
  if: { min: 2, max: many },
  '?:': { min: 2, max: many },
  '==': { min: 2, max: 2 },
  '===': { min: 2, max: 2 },
  '!=': { min: 2, max: 2 },
  '!==': { min: 2, max: 2 },
  '<': { min: 2, max: 3 },
  '<=': { min: 2, max: 3 },
  '>': { min: 2, max: 2 },
  '>=': { min: 2, max: 2 },
  '!': { min: 1, max: 1 },
  '!!': { min: 1, max: 1 },
  between: { min: 3, max: 3 },
  '+': { min: 1, max: many },
  '*': { min: 1, max: many },
  '-': { min: 1, max: 2 },
  '/': { min: 2, max: 2 },
  '%': { min: 2, max: 2 },
  max: { min: 1, max: many },
  min: { min: 1, max: many },
  in: { min: 2, max: 2 },
  inCidr: { min: 2, max: 2 },
  cat: { min: 1, max: many },
  substr: { min: 2, max: 3 },
  startsWith: { min: 2, max: 2 },
  endsWith: { min: 2, max: 2 },
  matches: { min: 2, max: 2 },
  map: { min: 2, max: 2, iterates: true },
  filter: { min: 2, max: 2, iterates: true },
  reduce: { min: 3, max: 3, iterates: true },
  all: { min: 2, max: 2, iterates: true },
  some: { min: 2, max: 2, iterates: true },
  none: { min: 2, max: 2, iterates: true },
  merge: { min: 1, max: many },
  isMissing: { min: 1, max: 2 },
  missing: { min: 1, max: many },
  missing_some: { min: 2, max: 2 },
  distanceWithinKm: { min: 5, max: 5 },
}

/** True for an operator whose second argument is evaluated for each element of the first. */
export function iterates(operator: string): boolean {
  return isOperatorName(operator) && signatures[operator].iterates === true
}

/** `2 arguments`, `2 to 3 arguments`, `at least 1 argument`. */
export function describeArity({ min, max }: Signature): string {
  const count = max === many ? `at least ${min}` : min === max ? String(min) : `${min} to ${max}`
  return `${count} ${(max === many ? min : max) === 1 ? 'argument' : 'arguments'}`
}
