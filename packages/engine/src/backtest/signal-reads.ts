import { readsComputedName } from '../language/computed-name.ts'
import { resolveVariable } from '../language/read-variable.ts'
import { variablesOf } from '../language/variables-of.ts'
import type { Policy } from '../policy/compile-policy.ts'
import { inputSignal } from '../policy/missing-inputs.ts'
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
  const userCustom = new Set<string>()
  let isOpen = false
  if (policies.some(({ definition }) => definition.requires !== undefined)) {
    for (const position of Object.values(inputSignal)) positions.add(position)
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

/** True when the rules read the user's record, of which an instance keeps only what the rules of its own decision read. */
export function readsUserRecord({ positions, userCustom, isOpen }: SignalReads): boolean {
  return isOpen || userCustom.length > 0 || positions.some((position) => ofUserRecord.has(position))
}

const ofUserRecord: ReadonlySet<number> = new Set(recordSignals.map((name) => slot[name]))
