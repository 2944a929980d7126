import type { JsonValue } from '../facts/json-value.ts'
import { compareSignal } from './compare-signal.ts'
import { type Comparison, compareValues, mirror } from './compare-values.ts'
import type { Compiler, Operator, Test } from './compiler.ts'
import { both, FAILS, HOLDS, negate } from './truth.ts'

/** Compiles a comparison of two arguments; a signal against a constant becomes a closure of its own. */
function compileComparison(comparison: Comparison, args: readonly JsonValue[], compiler: Compiler): Test {
  const [left = null, right = null] = args
  const fast = compareSignal(comparison, left, right, compiler) ?? compareSignal(mirror(comparison), right, left, compiler)
  if (fast !== undefined) return fast
  const a = compiler.value(left)
  const b = compiler.value(right)
  return (signals, data) => compareValues(comparison, a(signals, data), b(signals, data))
}

/** A comparison of two arguments. */
export function comparison(name: Comparison): Operator {
  return { test: (args, compiler) => compileComparison(name, args, compiler) }
}

/** `<` and `<=` take a third argument: the middle one lies between the others. */
export function ascending(name: '<' | '<='): Operator {
  return {
    test: (args, compiler) => {
      if (args.length < 3) return compileComparison(name, args, compiler)
      const [low = null, middle = null, high = null] = args
      return conjunctionOf(compileComparison(name, [low, middle], compiler), compileComparison(name, [middle, high], compiler))
    },
  }
}

function conjunctionOf(a: Test, b: Test): Test {
  return (signals, data) => both(a(signals, data), b(signals, data))
}

/** `!!` and, negated, `!`. */
export function truthiness(negated: boolean): Operator {
  return {
    test: (args, compiler) => {
      if (args.length === 0) return () => (negated ? HOLDS : FAILS)
      const test = compiler.test(args[0] ?? null)
      return negated ? (signals, data) => negate(test(signals, data)) : test
    },
  }
}

/** `between` [value, low, high], both ends included. */
export const between: Operator = {
  test: (args, compiler) => {
    const [value = null, low = null, high = null] = args
    return conjunctionOf(compileComparison('>=', [value, low], compiler), compileComparison('<=', [value, high], compiler))
  },
}
