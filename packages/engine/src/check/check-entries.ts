import type { JsonValue } from '../facts/json-value.ts'
import { isNeverMet, parseNetwork } from '../language/cidr.ts'
import { operationOf, variableOf } from '../language/condition.ts'
import { type Check, constantProblem, type Place, report } from './check-operands.ts'
import { type ConditionsContext, typeOfVariable, type ValueType } from './variable-type.ts'

/** Entries of a list that are looked at when a rule is checked. A list has up to a million, and a rule is checked in milliseconds. */
const maxEntries = 1_000

/** Reports entries of a value list that the searched value can never be: an error when there are no others, a warning otherwise. */
export function checkEntries(check: Check, needle: ValueType, list: JsonValue, at: Place): void {
  const alias = variableOf(list)?.slice('lists.'.length) ?? ''
  let seen = 0
  const problems: string[] = []
  for (const entry of check.context.lists.get(alias) ?? []) {
    if (seen === maxEntries) break
    seen++
    const problem = entryProblem(needle, entry)
    if (problem !== undefined) problems.push(problem)
  }
  const [first] = problems
  if (first === undefined) return
  const isAll = problems.length === seen
  const many = problems.length === 1 ? 'an entry' : `${problems.length} entries`
  report(
    check,
    isAll ? 'error' : 'warning',
    at.path,
    `${isAll ? 'no entry' : many} of the list can ${isAll ? 'ever' : 'never'} match: ${first}`,
  )
}

/**
 * Says why an entry would do nothing in the list of this alias, given conditions that read it. Answers `undefined` when it can meet one of
 * them, or when none of them reads the list.
 */
export function idleEntryFinder(
  conditions: readonly JsonValue[],
  alias: string,
  context: ConditionsContext,
): (entry: string | number) => string | undefined {
  const types = conditions.flatMap((logic) => searchedIn(logic, `lists.${alias}`, context))
  return (entry) => {
    const problems = types.map((type) => entryProblem(type, entry))
    return problems.includes(undefined) ? undefined : problems[0]
  }
}

/** An entry that is a network in any spelling holds addresses; so does an address. */
function entryProblem(type: ValueType, entry: string | number): string | undefined {
  const network = type.form === 'address' && typeof entry === 'string' ? parseNetwork(entry) : undefined
  return network === undefined ? constantProblem(type, entry) : networkProblem(entry)
}

/** Why no address is ever in the network that a constant names. `undefined`: one can be. */
export function networkProblem(entry: JsonValue): string | undefined {
  const network = typeof entry === 'string' ? parseNetwork(entry) : undefined
  if (network === undefined) return 'not a network in CIDR notation, such as `203.0.113.0/24`'
  if (!isNeverMet(network)) return undefined
  return `no address is ever in \`${entry}\`: addresses of this network are read as the IPv4 addresses inside; name their networks`
}

/** The types of the values that conditions look for in a list. */
function searchedIn(logic: JsonValue, list: string, context: ConditionsContext): ValueType[] {
  if (typeof logic !== 'object' || logic === null) return []
  if (Array.isArray(logic)) return logic.flatMap((part) => searchedIn(part, list, context))
  const operation = operationOf(logic)
  if (operation === undefined) return []
  const [needle = null, container = null] = operation.args
  const inner = operation.args.flatMap((part) => searchedIn(part, list, context))
  if (variableOf(container) !== list) return inner
  if (operation.operator === 'inCidr') return [...inner, { kind: 'text', form: 'address' }]
  const name = variableOf(needle)
  const type = name === undefined ? undefined : typeOfVariable(name, context, false)
  return [...inner, typeof type === 'object' ? type : { kind: 'any' }]
}
