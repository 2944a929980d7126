/**
 * Every operator of the rule language: JsonLogic's own without `log`, and those that this engine adds.
 *
 * A name that is added here makes the compiler ask for the rest: each aspect of an operator is a table with a row for every name. They are
 * `operator-signatures.ts`, `operators.ts` and `leaf-constraint.ts` in this folder, `check/operator-types.ts`, `explain/operator-phrases.ts`
 * and `explain/operator-changes.ts`.
 */
export const operatorNames = [
  'var',
  'and',
  'or',
  'if',
  '?:',
  '==',
  '===',
  '!=',
  '!==',
  '<',
  '<=',
  '>',
  '>=',
  '!',
  '!!',
  'between',
  '+',
  '*',
  '-',
  '/',
  '%',
  'max',
  'min',
  'in',
  'inCidr',
  'cat',
  'substr',
  'startsWith',
  'endsWith',
  'matches',
  'map',
  'filter',
  'reduce',
  'all',
  'some',
  'none',
  'merge',
  'isMissing',
  'missing',
  'missing_some',
  'distanceWithinKm',
] as const

export type OperatorName = (typeof operatorNames)[number]

const known: ReadonlySet<string> = new Set(operatorNames)

/** True for the name of an operator. Ask before looking into a table: conditions are data, and an object inherits names of its own. */
export function isOperatorName(name: string): name is OperatorName {
  return known.has(name)
}
