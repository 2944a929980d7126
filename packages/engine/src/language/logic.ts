import type { JsonValue } from '../facts/json-value.ts'
import type { Compiler, Operator, Test, Value } from './compiler.ts'
import { ABSENT, asValue, both, decidedThough, either, FAILS, HOLDS, type Truth, truthOf } from './truth.ts'

/** All of them, in order, up to the first that fails. An empty `and` requires nothing and holds. */
function compileAll(args: readonly JsonValue[], compiler: Compiler): Test {
  const tests = args.map((arg) => compiler.test(arg))
  const [a, b, c] = tests
  if (a === undefined) return () => HOLDS
  if (b === undefined) return a
  if (tests.length === 2) {
    return (signals, data) => {
      const first = a(signals, data)
      if (first === FAILS) return FAILS
      const second = b(signals, data)
      return first === HOLDS ? second : both(first, second)
    }
  }
  if (c !== undefined && tests.length === 3) {
    return (signals, data) => {
      const first = a(signals, data)
      if (first === FAILS) return FAILS
      const second = b(signals, data)
      if (second === FAILS) return FAILS
      return both(both(first, second), c(signals, data))
    }
  }
  return (signals, data) => {
    let whole: Truth = HOLDS
    for (let i = 0; i < tests.length; i++) {
      const truth = (tests[i] as Test)(signals, data)
      if (truth === FAILS) return FAILS
      if (truth !== HOLDS) whole = both(whole, truth)
    }
    return whole
  }
}

/** Any of them, in order, up to the first that holds. An empty `or` offers nothing and fails. */
function compileAny(args: readonly JsonValue[], compiler: Compiler): Test {
  const tests = args.map((arg) => compiler.test(arg))
  const [a, b] = tests
  if (a === undefined) return () => FAILS
  if (b === undefined) return a
  if (tests.length === 2) {
    return (signals, data) => {
      const first = a(signals, data)
      if (first === HOLDS) return HOLDS
      const second = b(signals, data)
      return first === FAILS ? second : either(first, second)
    }
  }
  return (signals, data) => {
    let whole: Truth = FAILS
    for (let i = 0; i < tests.length; i++) {
      const truth = (tests[i] as Test)(signals, data)
      if (truth === HOLDS) return HOLDS
      if (truth !== FAILS) whole = either(whole, truth)
    }
    return whole
  }
}

/** `and` and `or` yield the value that decided, as in JsonLogic. */
function deciding(stop: typeof HOLDS | typeof FAILS, combine: typeof both) {
  return (args: readonly JsonValue[], compiler: Compiler): Value => {
    const values = args.map((arg) => compiler.value(arg))
    const start = stop === FAILS ? HOLDS : FAILS
    return (signals, data) => {
      let whole: Truth = start
      let last: unknown = start === HOLDS
      let unknown: symbol | undefined
      for (const value of values) {
        last = value(signals, data)
        const truth = truthOf(last)
        if (truth === stop) return unknown === undefined ? last : decidedThough(unknown, stop)
        if (unknown === undefined && typeof last === 'symbol') unknown = last
        whole = combine(whole, truth)
      }
      return unknown === undefined ? last : asValue(whole)
    }
  }
}

/** `if`: pairs of a condition and a result, and a last result for when no condition held. Without a last result the answer is absent. */
function compileChoice(args: readonly JsonValue[], compiler: Compiler): Value {
  const [condition, ...rest] = args
  if (condition === undefined) return () => asValue(ABSENT)
  if (rest.length === 0) return compiler.value(condition)
  const test = compiler.test(condition)
  const consequent = compiler.value(rest[0] ?? null)
  const alternative = compileChoice(rest.slice(1), compiler)
  return (signals, data) => {
    const truth = test(signals, data)
    if (truth === HOLDS) return consequent(signals, data)
    if (truth === FAILS) return alternative(signals, data)
    // The condition is unknown: the result can be whatever either branch could yield.
    let possible = ABSENT
    if (truth & HOLDS) possible |= truthOf(consequent(signals, data))
    if (truth & FAILS) possible |= truthOf(alternative(signals, data))
    return asValue(possible)
  }
}

export const conjunction: Operator = { test: compileAll, value: deciding(FAILS, both) }
export const disjunction: Operator = { test: compileAny, value: deciding(HOLDS, either) }
export const choice: Operator = { value: compileChoice }
