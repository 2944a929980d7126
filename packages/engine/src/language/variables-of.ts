import type { JsonValue } from '../facts/json-value.ts'
import { operationOf, variableOf } from './condition.ts'
import { iterates } from './operator-signatures.ts'

/**
 * The signals, data points and lists that conditions read by name, each once, in order of appearance. Inside an iteration `var` reads the
 * element, so only lists count there. `missing` reads the names it is given.
 */
export function variablesOf(logic: JsonValue | undefined): string[] {
  const names = new Set<string>()
  collect(logic, false, names)
  return [...names]
}

function collect(logic: JsonValue | undefined, inElement: boolean, names: Set<string>): void {
  if (typeof logic !== 'object' || logic === null) return
  if (Array.isArray(logic)) {
    for (const part of logic) collect(part, inElement, names)
    return
  }
  const operation = operationOf(logic)
  if (operation === undefined) return
  const { operator, args } = operation
  if (operator === 'var') {
    const name = variableOf(logic)
    if (name !== undefined && (!inElement || name.startsWith('lists.'))) names.add(name)
  }
  if ((operator === 'missing' || operator === 'missing_some') && !inElement) {
    for (const name of args.flat()) if (typeof name === 'string') names.add(name)
  }
  args.forEach((arg, i) => {
    collect(arg, inElement || (iterates(operator) && i === 1), names)
  })
}
