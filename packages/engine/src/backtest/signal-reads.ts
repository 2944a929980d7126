import type { JsonValue } from '../event.ts'
import type { Policy } from '../rules/compile-policy.ts'
import { operationOf } from '../rules/condition.ts'
import { resolveVariable } from '../rules/read-variable.ts'
import { iterations, variablesOf } from '../rules/variables-of.ts'
import { signalRegistry } from '../signals/registry.ts'

/** What the rules of a policy read of signals. */
export interface SignalReads {
  /** Registry positions, ascending. */
  positions: readonly number[]
  /** Names of `velocity.<name>`. */
  features: readonly string[]
  /** Aliases of value lists. */
  lists: readonly string[]
  /** Paths of `user.custom.<path>`. */
  userCustom: readonly string[]
  /** Some name is computed when the rule is evaluated, so that it may read anything. */
  isOpen: boolean
}

/** Finds what the rules that are not off read. Duplicates once. */
export function signalReadsOf(policies: readonly Policy[]): SignalReads {
  const positions = new Set<number>()
  const features = new Set<string>()
  const lists = new Set<string>()
  const userCustom = new Set<string>()
  let isOpen = false
  for (const { definition } of policies.flatMap(({ rules }) => rules)) {
    isOpen ||= hasComputedName(definition.conditions, false)
    for (const name of variablesOf(definition.conditions)) {
      const variable = resolveVariable(name)
      if (variable.kind === 'signal') positions.add(variable.position)
      else if (variable.kind === 'feature') features.add(variable.name)
      else if (variable.kind === 'list') lists.add(variable.alias)
      else if (variable.kind === 'userCustom') userCustom.add(variable.path)
    }
  }
  return {
    positions: isOpen ? signalRegistry.map((_, position) => position) : [...positions].sort((a, b) => a - b),
    features: [...features],
    lists: [...lists],
    userCustom: [...userCustom],
    isOpen,
  }
}

/** What the application keeps on record of a user is read, which is not stored with an instance. */
export function readsUserRecord({ positions, userCustom, isOpen }: SignalReads): boolean {
  return isOpen || userCustom.length > 0 || positions.some((position) => ofUserRecord.has(position))
}

const recordNames: readonly string[] = ['user.email', 'user.emailDomain', 'user.phoneNumber']
const ofUserRecord: ReadonlySet<number> = new Set(
  signalRegistry.flatMap(({ name }, position) => (recordNames.includes(name) ? [position] : [])),
)

/** Inside an iteration a name is looked up in the element, whatever it is. */
function hasComputedName(logic: JsonValue | undefined, inElement: boolean): boolean {
  if (typeof logic !== 'object' || logic === null) return false
  if (Array.isArray(logic)) return logic.some((part) => hasComputedName(part, inElement))
  const operation = operationOf(logic)
  if (operation === undefined) return false
  const { operator, args } = operation
  if (!inElement) {
    if (operator === 'var' && isComputed(args[0])) return true
    if ((operator === 'missing' || operator === 'missing_some') && args.flat().some(isComputed)) return true
  }
  return args.some((arg, i) => hasComputedName(arg, inElement || (iterations.has(operator) && i === 1)))
}

function isComputed(name: JsonValue | undefined): boolean {
  return typeof name === 'object' && name !== null
}
