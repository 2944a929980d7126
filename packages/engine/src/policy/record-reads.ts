import type { JsonValue } from '../facts/json-value.ts'
import { readsComputedName } from '../language/computed-name.ts'
import { pathIn, resolveVariable } from '../language/read-variable.ts'
import { variablesOf } from '../language/variables-of.ts'
import { slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { recordSignals, type UserRead } from '../signals/user-read.ts'

const positions: ReadonlyMap<string, number> = new Map(recordSignals.map((name) => [name.slice('user.'.length), slot[name]]))
const everything: readonly string[] = Object.freeze(['email', 'phoneNumber', 'custom'])

/**
 * The names, as in `UserRead`, of everything that conditions can read from a user's record. A decision keeps no more than that.
 * `undefined`: nothing. A name that is computed during evaluation can be any.
 */
export function findRecordReads(conditions: readonly (JsonValue | undefined)[]): readonly string[] | undefined {
  const names = new Set<string>()
  for (const condition of conditions) {
    if (readsComputedName(condition)) return everything
    for (const name of variablesOf(condition)) {
      const variable = resolveVariable(name)
      if (variable.kind === 'userCustom') names.add(`custom.${variable.path}`)
      const signal = variable.kind === 'signal' ? recordSignals.find((known) => slot[known] === variable.position) : undefined
      if (signal !== undefined) names.add(signal.slice('user.'.length))
    }
  }
  if (names.has('email')) names.delete('emailDomain')
  return names.size === 0 ? undefined : Object.freeze([...names])
}

/** The values with these names, as the rules saw them. */
export function readRecord(names: readonly string[], signals: Signals): UserRead {
  const read: Record<string, JsonValue> = {}
  for (const name of names) read[name] = recordValue(name, signals)
  return read
}

function recordValue(name: string, { values, userCustom }: Signals): JsonValue {
  if (name === 'custom') return userCustom
  if (name.startsWith('custom.')) {
    const value = pathIn(userCustom, name.slice(7))
    return typeof value === 'symbol' ? null : (value as JsonValue)
  }
  const position = positions.get(name)
  const value = position === undefined ? undefined : values[position]
  return typeof value === 'string' ? value : null
}
