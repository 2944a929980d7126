import type { JsonValue } from '../facts/json-value.ts'
import type { OperatorName } from '../language/operator-name.ts'
import type { Check, Place } from './check-operands.ts'
import type { ValueType } from './variable-type.ts'

/** One use of an operator with an accepted number of arguments. */
export interface OperatorCall {
  readonly check: Check
  readonly operator: OperatorName
  readonly args: readonly JsonValue[]
  /** Where the arguments stand. */
  readonly places: readonly Place[]
  /** Where the operation stands. */
  readonly at: Place
  /** The type of an expression inside the call. Reports what is wrong in it. */
  typeOf(logic: JsonValue, at: Place): ValueType
}

export function argumentOf(call: OperatorCall, i: number): JsonValue {
  return call.args[i] ?? null
}

export function placeOf(call: OperatorCall, i: number): Place {
  return call.places[i] ?? call.at
}

/** The type of an argument. Reports what is wrong in it. */
export function typeOfArgument(call: OperatorCall, i: number): ValueType {
  return call.typeOf(argumentOf(call, i), placeOf(call, i))
}

export function typesOfArguments(call: OperatorCall): ValueType[] {
  return call.args.map((_, i) => typeOfArgument(call, i))
}
