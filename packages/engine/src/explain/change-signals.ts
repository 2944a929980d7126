import type { JsonValue } from '../facts/json-value.ts'
import type { Known } from '../facts/missing.ts'
import { isMissing } from '../facts/missing.ts'
import { resolveVariable } from '../language/read-variable.ts'
import type { Signals, SignalValue } from '../signals/signals.ts'

/** A new value for a variable. */
export interface SignalChange {
  /** The name that rules use. */
  signal: string
  value: Known<JsonValue>
}

/** The signals with one value changed. Only variables that are read by a literal name can change. */
export function changeSignal(signals: Signals, { signal, value }: SignalChange): Signals {
  const variable = resolveVariable(signal)
  switch (variable.kind) {
    case 'signal':
      return { ...signals, values: signals.values.with(variable.position, value as Known<SignalValue>) }
    case 'custom':
      return { ...signals, custom: withEntry(signals.custom, variable.path, value) }
    case 'userCustom':
      return { ...signals, userCustom: withEntry(signals.userCustom, variable.path, value) }
    case 'feature':
      return { ...signals, features: Object.assign(bare(), signals.features, { [variable.name]: value }) }
    case 'list':
    case 'unknown':
      return signals
  }
}

function withEntry(data: Readonly<Record<string, JsonValue>>, path: string, value: Known<JsonValue>): Record<string, JsonValue> {
  const copy: Record<string, JsonValue> = Object.assign(bare(), data)
  // Readers look for the whole path as a key before they follow its parts, so the full name changes a nested value.
  if (isMissing(value)) delete copy[path]
  else copy[path] = value
  return copy
}

function bare<Value>(): Record<string, Value> {
  return Object.create(null)
}
