import type { JsonValue } from '../facts/json-value.ts'
import { isMissingReason } from '../facts/missing.ts'
import { toNumber } from './coerce.ts'
import type { Compiler, Operator, Test, Value } from './compiler.ts'
import { compileName } from './read-variable.ts'
import { FAILS, HOLDS, notProvided, unknownFor } from './truth.ts'

/**
 * `isMissing` [value, reason?]: true when there is no value or, with a reason, when it is missing for that reason. The only operator that
 * gives an unknown a certain answer.
 */
function compileIsMissing(args: readonly JsonValue[], compiler: Compiler): Test {
  const value = compiler.value(args[0] ?? null)
  const reason = args[1]
  if (reason === undefined || reason === null)
    return (signals, data) => (typeof (value(signals, data) ?? notProvided) === 'symbol' ? HOLDS : FAILS)
  if (!isMissingReason(reason)) throw new TypeError(`\`${String(reason)}\` is no reason for a missing value`)
  const expected = unknownFor(reason)
  return (signals, data) => ((value(signals, data) ?? notProvided) === expected ? HOLDS : FAILS)
}

/** `missing`: the names that have no value. As in JsonLogic, an empty text counts as no value. */
function compileMissing(args: readonly JsonValue[], compiler: Compiler): Value {
  const names = keysOf(args, compiler)
  return (signals, data) =>
    names(signals, data)
      .filter(({ read }) => isEmpty(read(signals, data)))
      .map(({ name }) => name)
}

/** `missing_some` [n, names]: nothing when at least n of the names have a value, otherwise the names that have none. */
function compileMissingSome(args: readonly JsonValue[], compiler: Compiler): Value {
  const need = compiler.value(args[0] ?? null)
  const names = keysOf([args[1] ?? null], compiler)
  return (signals, data) => {
    const needed = need(signals, data)
    if (typeof needed === 'symbol') return needed
    const all = names(signals, data)
    const missing = all.filter(({ read }) => isEmpty(read(signals, data))).map(({ name }) => name)
    return all.length - missing.length >= toNumber(needed) ? [] : missing
  }
}

interface NamedReader {
  name: unknown
  read: Value
}

/** The names: all arguments, or the elements of the first argument when it is an array. */
function keysOf(args: readonly JsonValue[], compiler: Compiler): (...at: Parameters<Value>) => readonly NamedReader[] {
  const [first] = args
  const written = Array.isArray(first) ? first : args
  if (written.every((name) => typeof name !== 'object')) {
    const readers = written.map((name) => ({ name, read: compileName(name, compiler) }))
    return () => readers
  }
  const values = args.map((arg) => compiler.value(arg))
  return (signals, data) => {
    const computed = values.map((value) => value(signals, data))
    const names: readonly unknown[] = Array.isArray(computed[0]) ? computed[0] : computed
    return names.map((name) => ({
      name,
      read: typeof name === 'string' || typeof name === 'number' ? compileName(name, compiler) : () => notProvided,
    }))
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'symbol' || value === null || value === undefined || value === ''
}

export const isMissing: Operator = { test: compileIsMissing }
export const missing: Operator = { value: compileMissing }
export const missingSome: Operator = { value: compileMissingSome }
