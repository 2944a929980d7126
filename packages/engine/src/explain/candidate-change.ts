import type { JsonValue } from '../facts/json-value.ts'
import type { Test } from '../language/compiler.ts'
import type { ListValues } from '../language/list-values.ts'
import { readVariable } from '../language/read-variable.ts'
import type { Signals } from '../signals/signals.ts'
import type { SignalChange } from './change-signals.ts'

/** A change that makes a leaf hold or fail, with the words for it. */
export interface CandidateChange extends SignalChange {
  /** What the value is an example of. `equal`: exactly this value. */
  relation:
    | 'equal'
    | 'notEqual'
    | 'over'
    | 'atLeast'
    | 'under'
    | 'atMost'
    | 'includes'
    | 'excludes'
    | 'onList'
    | 'offList'
    | 'missing'
    | 'other'
  /** The bound, the value that is or is not wanted, or the list. */
  bound?: JsonValue
}

export interface Leaf {
  logic: JsonValue
  test: Test
  lists: ReadonlyMap<string, ListValues>
}

/** A text that no rule compares with. */
export const something = '(something else)'

/** A variable's value. `undefined`: it has none. */
export function valueNow(signal: string, signals: Signals): JsonValue | undefined {
  const value = readVariable(signal, signals)
  return typeof value === 'symbol' ? undefined : (value as JsonValue)
}
