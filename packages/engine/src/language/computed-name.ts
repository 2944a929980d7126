import type { JsonValue } from '../facts/json-value.ts'
import { operationOf } from './condition.ts'
import { iterates } from './operator-signatures.ts'

/**
 * True when conditions read a name that is computed during evaluation, so that they may read anything. Inside an iteration a name only
 * reads the element.
 */
export function readsComputedName(logic: JsonValue | undefined, inElement = false): boolean {
  if (typeof logic !== 'object' || logic === null) return false
  if (Array.isArray(logic)) return logic.some((part) => readsComputedName(part, inElement))
  const operation = operationOf(logic)
  if (operation === undefined) return false
  const { operator, args } = operation
  if (!inElement) {
    if (operator === 'var' && isComputed(args[0])) return true
    if ((operator === 'missing' || operator === 'missing_some') && args.flat().some(isComputed)) return true
  }
  return args.some((arg, i) => readsComputedName(arg, inElement || (iterates(operator) && i === 1)))
}

function isComputed(name: JsonValue | undefined): boolean {
  return typeof name === 'object' && name !== null
}
