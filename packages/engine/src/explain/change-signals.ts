import type { JsonValue } from '../facts/json-value.ts'
import type { Known } from '../facts/missing.ts'
import { isMissing } from '../facts/missing.ts'
import { resolveVariable } from '../language/read-variable.ts'
import type { Signals, SignalValue } from '../signals/signals.ts'

/** A value for a variable, in place of the one it had. */
export interface SignalChange {
  /** As rules name it. */
  signal: string
  value: Known<JsonValue>
}

/** The signals as they would be with one value changed. Only what is reached by a plain name can be. */
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
  // A whole path is found before its parts are followed, so that a nested value is changed by its full name.
  if (isMissing(value)) delete copy[path]
  else copy[path] = value
  return copy
}

function bare<Value>(): Record<string, Value> {
  return Object.create(null)
}
