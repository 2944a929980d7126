import type { JsonValue } from '../facts/json-value.ts'
import { type Compiler, type Operator, sizeOf, spend, type Test, type Value } from './compiler.ts'
import { asValue, both, comparedWithUnknown, either, FAILS, HOLDS, negate, notProvided, type Truth, unknownOf } from './truth.ts'

const maxArrayLength = 10_000

/** Evaluates the first argument to an array and hands it to `each`. An unknown stays unknown; anything else gives `otherwise`. */
function overArray(
  args: readonly JsonValue[],
  compiler: Compiler,
  each: (elements: readonly unknown[], signals: Parameters<Value>[0], data: unknown) => unknown,
  otherwise: Value,
): Value {
  const source = compiler.value(args[0] ?? null)
  const cost = sizeOf(args[1])
  compiler.budget.drawn = true
  return (signals, data) => {
    const elements = source(signals, data)
    if (typeof elements === 'symbol') return elements
    if (!Array.isArray(elements)) return otherwise(signals, data)
    spend(compiler.budget, elements.length * cost)
    return each(elements, signals, data)
  }
}

const noElements: Value = () => []

function compileMap(args: readonly JsonValue[], compiler: Compiler): Value {
  const body = compiler.inside().value(args[1] ?? null)
  return overArray(args, compiler, (elements, signals) => certainArray(elements.map((element) => body(signals, element))), noElements)
}

function compileFilter(args: readonly JsonValue[], compiler: Compiler): Value {
  const test = compiler.inside().test(args[1] ?? null)
  return overArray(
    args,
    compiler,
    (elements, signals) => {
      const kept: unknown[] = []
      let unknown: symbol | undefined
      for (const element of elements) {
        const truth = test(signals, element)
        if (truth === HOLDS) kept.push(element)
        else if (truth !== FAILS) unknown = unknownOf(asValue(truth), unknown)
      }
      return unknown ?? kept
    },
    noElements,
  )
}

function compileReduce(args: readonly JsonValue[], compiler: Compiler): Value {
  const body = compiler.inside().value(args[1] ?? null)
  const initial = args[2] === undefined ? () => notProvided : compiler.value(args[2])
  const fold = (elements: readonly unknown[], signals: Parameters<Value>[0], data: unknown): unknown => {
    let accumulator = initial(signals, data)
    for (const current of elements) accumulator = body(signals, { current, accumulator })
    return accumulator
  }
  return overArray(args, compiler, fold, initial)
}

/** Folds a test over the elements of an array. Without elements, or without an array, `none` holds and the others fail. */
export function quantifier(name: 'all' | 'some' | 'none'): Operator {
  const [start, stop, combine] = name === 'all' ? [HOLDS, FAILS, both] : [FAILS, HOLDS, either]
  const negated = name === 'none'
  const empty = negated ? HOLDS : FAILS
  return {
    test: (args, compiler): Test => {
      const test = compiler.inside().test(args[1] ?? null)
      const source = compiler.value(args[0] ?? null)
      const cost = sizeOf(args[1])
      compiler.budget.drawn = true
      return (signals, data) => {
        const elements = source(signals, data)
        if (typeof elements === 'symbol') return comparedWithUnknown(elements)
        if (!Array.isArray(elements) || elements.length === 0) return empty
        spend(compiler.budget, elements.length * cost)
        let whole: Truth = start
        for (const element of elements) {
          const truth = test(signals, element)
          whole = truth === stop ? stop : combine(whole, truth)
          if (whole === stop) break
        }
        return negated ? negate(whole) : whole
      }
    },
  }
}

/** `merge`: the arguments as one array. Arrays among them are flattened by one level. */
function compileMerge(args: readonly JsonValue[], compiler: Compiler): Value {
  const values = args.map((arg) => compiler.value(arg))
  compiler.budget.drawn = true
  return (signals, data) => {
    const merged: unknown[] = []
    let unknown: symbol | undefined
    for (const value of values) {
      const part = value(signals, data) ?? notProvided
      if (typeof part === 'symbol') unknown = unknownOf(part, unknown)
      else if (Array.isArray(part)) {
        if (merged.length + part.length > maxArrayLength) throw new RangeError('the array is too long')
        for (const element of part) merged.push(element)
      } else merged.push(part)
    }
    spend(compiler.budget, merged.length)
    return unknown ?? merged
  }
}

/** An array with an unknown element is unknown. */
export function certainArray(elements: readonly unknown[]): unknown {
  let unknown: symbol | undefined
  for (const element of elements) if (typeof element === 'symbol') unknown = unknownOf(element, unknown)
  return unknown ?? elements
}

export const map: Operator = { value: compileMap }
export const filter: Operator = { value: compileFilter }
export const reduce: Operator = { value: compileReduce }
export const merge: Operator = { value: compileMerge }
