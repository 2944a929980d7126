import type { JsonValue } from '../facts/json-value.ts'
import { operationOf, variableOf } from '../language/condition.ts'
import { iterates } from '../language/operator-signatures.ts'
import { pathTo } from './condition-finding.ts'

/** Where conditions read a signal, a data point, a feature or a list. */
export interface VariablePlace {
  /** As it is written. */
  name: string
  /** As in `ConditionFinding`. */
  path: string
}

/** Every place at which `variablesOf` finds a name, in order of appearance. */
export function placesOfVariables(conditions: JsonValue | undefined): VariablePlace[] {
  const places: VariablePlace[] = []
  collect(conditions, '$', false, places)
  return places
}

function collect(logic: JsonValue | undefined, path: string, inElement: boolean, places: VariablePlace[]): void {
  if (typeof logic !== 'object' || logic === null) return
  if (Array.isArray(logic)) {
    for (const [i, part] of logic.entries()) collect(part, pathTo(path, i), inElement, places)
    return
  }
  const operation = operationOf(logic)
  if (operation === undefined) return
  const { operator, args } = operation
  const inside = pathTo(path, operator)
  const name = operator === 'var' ? variableOf(logic) : undefined
  if (name !== undefined && (!inElement || name.startsWith('lists.'))) places.push({ name, path: inside })
  if ((operator === 'missing' || operator === 'missing_some') && !inElement) {
    for (const given of args.flat()) if (typeof given === 'string') places.push({ name: given, path: inside })
  }
  const isBare = !Array.isArray(logic[operator])
  for (const [i, arg] of args.entries()) {
    collect(arg, isBare ? inside : pathTo(inside, i), inElement || (iterates(operator) && i === 1), places)
  }
}
