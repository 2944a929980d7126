import type { JsonValue } from '../facts/json-value.ts'
import { canonicalAddress } from '../forms/addresses.ts'
import { parseNetwork } from '../language/cidr.ts'
import { plainVariable } from '../language/leaf-constraint.ts'
import { findSignal } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { type CandidateChange, type Leaf, something, valueNow } from './candidate-change.ts'

/** Changes of the value that an array or a list may contain, or of the array itself. */
export function membershipChanges(needle: JsonValue, container: JsonValue, { lists }: Leaf, signals: Signals): CandidateChange[] {
  const signal = plainVariable(needle)
  const within = plainVariable(container)
  if (signal === undefined) {
    // A constant is looked for in an array that is a signal.
    if (within === undefined || typeof needle === 'object') return []
    const elements = arrayOf(within, signals)
    return [
      { signal: within, value: [...elements, needle], relation: 'includes', bound: needle },
      { signal: within, value: elements.filter((element) => element !== needle), relation: 'excludes', bound: needle },
    ]
  }
  if (within?.startsWith('lists.')) {
    const [entry] = lists.get(within.slice(6)) ?? []
    const outside: CandidateChange = {
      signal,
      value: typeof entry === 'number' ? Number.MIN_SAFE_INTEGER : something,
      relation: 'offList',
      bound: within,
    }
    return entry === undefined ? [outside] : [{ signal, value: addressIn(entry), relation: 'onList', bound: within }, outside]
  }
  const values = (Array.isArray(container) ? container : [container]).filter(
    (value) => typeof value === 'string' || typeof value === 'number',
  )
  const outside =
    typeof values[0] === 'number'
      ? Math.max(...values.map(Number)) + 1
      : (findSignal(signal)?.definition.values?.find((value) => !values.includes(value)) ?? something)
  return [
    ...values.slice(0, 3).map((value): CandidateChange => ({ signal, value: addressIn(value), relation: 'equal', bound: value })),
    { signal, value: outside, relation: 'notEqual', bound: values },
  ]
}

/** An address inside a network, as signals write it; any other entry unchanged. */
function addressIn(entry: string | number): string | number {
  if (typeof entry !== 'string' || !entry.includes('/') || parseNetwork(entry) === undefined) return entry
  const address = entry.slice(0, entry.indexOf('/'))
  return canonicalAddress(address) ?? address
}

function arrayOf(signal: string, signals: Signals): JsonValue[] {
  const value = valueNow(signal, signals)
  return Array.isArray(value) ? value : []
}
