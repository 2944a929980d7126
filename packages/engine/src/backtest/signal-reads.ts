import { readsComputedName } from '../language/computed-name.ts'
import { resolveVariable } from '../language/read-variable.ts'
import { variablesOf } from '../language/variables-of.ts'
import type { Policy } from '../policy/compile-policy.ts'
import { inputSignal, requiredDataPoint } from '../policy/missing-inputs.ts'
import { signalRegistry, slot } from '../signals/registry.ts'
import { recordSignals } from '../signals/user-read.ts'

/** The signals that the rules of a policy read. */
export interface SignalReads {
  /** Registry positions, ascending. */
  positions: readonly number[]
  /** Names of `velocity.<name>`. */
  features: readonly string[]
  /** Aliases of value lists. */
  lists: readonly string[]
  /** Members of `custom` that `custom.<path>` may read. */
  custom: readonly string[]
  /** Paths of `user.custom.<path>`. */
  userCustom: readonly string[]
  /** A name is computed during evaluation, so that the rules may read anything. */
  isOpen: boolean
}

/** Finds what the rules read. Rules that are off do not count. */
export function signalReadsOf(policies: readonly Policy[]): SignalReads {
  const positions = new Set<number>()
  const features = new Set<string>()
  const lists = new Set<string>()
  const custom = new Set<string>()
  const userCustom = new Set<string>()
  let isOpen = false
  if (policies.some(({ definition }) => definition.requires !== undefined)) {
    for (const position of Object.values(inputSignal)) positions.add(position)
  }
  for (const input of policies.flatMap(({ definition }) => definition.requires ?? [])) {
    const dataPoint = requiredDataPoint(input)
    if (dataPoint !== undefined) custom.add(dataPoint)
  }
  for (const { definition } of policies.flatMap(({ rules }) => rules)) {
    for (const { deviceId, ipAddress } of definition.snoozes ?? []) {
      if (deviceId !== undefined) positions.add(slot['device.id'])
      if (ipAddress !== undefined) positions.add(slot['ip.address'])
    }
    isOpen ||= readsComputedName(definition.conditions)
    for (const name of variablesOf(definition.conditions)) {
      const variable = resolveVariable(name)
      if (variable.kind === 'signal') positions.add(variable.position)
      else if (variable.kind === 'feature') features.add(variable.name)
      else if (variable.kind === 'list') lists.add(variable.alias)
      else if (variable.kind === 'custom') for (const member of membersOf(variable.path)) custom.add(member)
      else if (variable.kind === 'userCustom') userCustom.add(variable.path)
    }
  }
  return {
    positions: isOpen ? signalRegistry.map((_, position) => position) : [...positions].sort((a, b) => a - b),
    features: [...features],
    lists: [...lists],
    custom: [...custom],
    userCustom: [...userCustom],
    isOpen,
  }
}

/** A path is the name of a member, or begins with one (`pathIn`). */
function membersOf(path: string): string[] {
  return [path, ...path.split('.', 1)]
}

/** True when the rules read the user's record, of which an instance keeps only what the rules of its own decision read. */
export function readsUserRecord({ positions, userCustom, isOpen }: SignalReads): boolean {
  return isOpen || userCustom.length > 0 || positions.some((position) => ofUserRecord.has(position))
}

const ofUserRecord: ReadonlySet<number> = new Set(recordSignals.map((name) => slot[name]))
