import type { JsonValue } from '../facts/json-value.ts'
import { toFloat, toNumber } from './coerce.ts'
import type { Compiler, Operator, Value } from './compiler.ts'
import { operandsOf } from './operands.ts'
import { notProvided, unavailable, unknownOf } from './truth.ts'

/**
 * Computes a number from all arguments. A result that is not a number (text in a sum, zero by zero) is undetermined, never a `NaN` that
 * compares as false.
 */
function computed(compute: (values: readonly unknown[]) => unknown): Operator {
  return {
    value: (args, compiler) => {
      const values = args.map((arg) => compiler.value(arg))
      return (signals, data) => {
        const operands = operandsOf(values, signals, data)
        return typeof operands === 'symbol' ? operands : numberOrUndetermined(compute(operands))
      }
    },
  }
}

/** A computation of two numbers, the common case, without an array in between. */
function binary(compute: (a: number, b: number) => number, convert: (value: unknown) => number, otherwise: Operator): Operator {
  const compile = otherwise.value
  return {
    value: (args: readonly JsonValue[], compiler: Compiler): Value => {
      if (args.length !== 2 && compile !== undefined) return compile(args, compiler)
      const left = compiler.value(args[0] ?? null)
      const right = compiler.value(args[1] ?? null)
      return (signals, data) => {
        const a = left(signals, data) ?? notProvided
        const b = right(signals, data) ?? notProvided
        if (typeof a === 'symbol' || typeof b === 'symbol') return unknownOf(a, b)
        return numberOrUndetermined(compute(convert(a), convert(b)))
      }
    },
  }
}

function numberOrUndetermined(result: unknown): unknown {
  return typeof result === 'number' && Number.isNaN(result) ? unavailable : result
}

const sum = computed((values) => values.reduce<number>((total, value) => total + toFloat(value), 0))
// A single factor is passed on unchanged.
const product = computed((values) => (values.length === 1 ? values[0] : values.map(toFloat).reduce((total, value) => total * value)))
const difference = computed(([a, b]) => (b === undefined ? -toNumber(a) : toNumber(a) - toNumber(b)))
const quotient = computed(([a, b]) => toNumber(a) / toNumber(b))
const remainderOf = computed(([a, b]) => toNumber(a) % toNumber(b))

// Starts from zero as JsonLogic does: the sum of two negative zeros is zero.
export const addition = binary((a, b) => 0 + a + b, toFloat, sum)
export const multiplication = binary((a, b) => a * b, toFloat, product)
export const subtraction = binary((a, b) => a - b, toNumber, difference)
export const division = binary((a, b) => a / b, toNumber, quotient)
export const remainder = binary((a, b) => a % b, toNumber, remainderOf)
export const largest = computed((values) => Math.max(...values.map(toNumber)))
export const smallest = computed((values) => Math.min(...values.map(toNumber)))
