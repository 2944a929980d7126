import type { JsonValue } from '@sallyport/engine/facts'
import { operationOf } from '@sallyport/engine/language'
import type { Path } from './json-place.ts'

export const arithmeticOperators = ['+', '-', '*', '/'] as const
export type ArithmeticOperator = (typeof arithmeticOperators)[number]

/** A value in a condition, and where it stands. */
export type Operand =
  | { kind: 'number'; path: Path; value: number }
  | { kind: 'text'; path: Path; value: string }
  | { kind: 'boolean'; path: Path; value: boolean }
  | { kind: 'values'; path: Path; values: readonly (string | number)[] }
  /** A signal, a data point or a velocity feature. */
  | { kind: 'signal'; path: Path; name: string }
  /** A value list of the tenant, by its alias. */
  | { kind: 'list'; path: Path; alias: string }
  | { kind: 'arithmetic'; path: Path; operator: ArithmeticOperator; parts: readonly Operand[] }

/** Reads a value that the builder can draw. `undefined`: it cannot draw all of it. */
export function readOperand(logic: JsonValue | undefined, path: Path): Operand | undefined {
  if (typeof logic === 'number') return { kind: 'number', path, value: logic }
  if (typeof logic === 'string') return { kind: 'text', path, value: logic }
  if (typeof logic === 'boolean') return { kind: 'boolean', path, value: logic }
  if (Array.isArray(logic)) {
    return logic.every((each) => typeof each === 'string' || typeof each === 'number') ? { kind: 'values', path, values: logic } : undefined
  }
  const operation = operationOf(logic)
  if (operation === undefined) return undefined
  const { operator, args } = operation
  if (operator === 'var') return readVariable(args, path)
  return isArithmetic(operator) ? readArithmetic(logic, operator, args, path) : undefined
}

function readVariable(args: readonly JsonValue[], path: Path): Operand | undefined {
  const [name] = args
  // A second argument stands in for a missing value: only the JSON shows that.
  if (args.length !== 1 || typeof name !== 'string' || name === '') return undefined
  return name.startsWith('lists.') ? { kind: 'list', path, alias: name.slice(6) } : { kind: 'signal', path, name }
}

function readArithmetic(
  logic: JsonValue | undefined,
  operator: ArithmeticOperator,
  args: readonly JsonValue[],
  path: Path,
): Operand | undefined {
  const written = (logic as Record<string, JsonValue>)[operator]
  if (!Array.isArray(written) || args.length < 2) return undefined
  const parts = args.flatMap((arg, place) => readOperand(arg, [...path, operator, place]) ?? [])
  const isNumeric = parts.every(({ kind }) => kind === 'number' || kind === 'signal' || kind === 'arithmetic')
  return isNumeric && parts.length === args.length ? { kind: 'arithmetic', path, operator, parts } : undefined
}

function isArithmetic(operator: string): operator is ArithmeticOperator {
  return (arithmeticOperators as readonly string[]).includes(operator)
}

/** The signals that a value is made of. */
export function signalsIn(operand: Operand): string[] {
  if (operand.kind === 'signal') return [operand.name]
  return operand.kind === 'arithmetic' ? operand.parts.flatMap(signalsIn) : []
}
