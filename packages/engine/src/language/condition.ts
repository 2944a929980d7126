import type { JsonValue } from '../facts/json-value.ts'

/** An operator with its arguments, as JsonLogic writes it: an object with exactly one key. */
export interface Operation {
  operator: string
  args: readonly JsonValue[]
}

/** Reads an operation. `undefined`: a literal. A single argument may stand without its array. */
export function operationOf(logic: JsonValue | undefined): Operation | undefined {
  if (typeof logic !== 'object' || logic === null || Array.isArray(logic)) return undefined
  const keys = Object.keys(logic)
  const operator = keys[0]
  if (operator === undefined || keys.length !== 1) return undefined
  const args = logic[operator]
  return { operator, args: Array.isArray(args) ? args : [args ?? null] }
}

/** True for conditions that require nothing: absent, `{}`, and an empty `and`. */
export function alwaysMatches(conditions: JsonValue | undefined): boolean {
  if (conditions === undefined || conditions === null) return true
  if (typeof conditions !== 'object' || Array.isArray(conditions)) return false
  if (Object.keys(conditions).length === 0) return true
  const operation = operationOf(conditions)
  return operation?.operator === 'and' && operation.args.length === 0
}

/** The signal, data point or list that a `var` names literally. `undefined` for everything else, including computed names. */
export function variableOf(logic: JsonValue | undefined): string | undefined {
  const operation = operationOf(logic)
  if (operation?.operator !== 'var') return undefined
  const name = operation.args[0]
  return typeof name === 'string' ? name : typeof name === 'number' ? String(name) : undefined
}
