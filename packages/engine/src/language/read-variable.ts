import type { JsonValue } from '../facts/json-value.ts'
import { findSignal } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import type { Compiler, Operator, Value } from './compiler.ts'
import type { ListValues } from './list-values.ts'
import { fromKnown, notApplicable, notProvided, unavailable } from './truth.ts'

/** What a `var` outside of any iteration names. */
export type Variable =
  | { readonly kind: 'signal'; readonly position: number }
  | { readonly kind: 'custom'; readonly path: string }
  | { readonly kind: 'userCustom'; readonly path: string }
  | { readonly kind: 'feature'; readonly name: string }
  | { readonly kind: 'list'; readonly alias: string }
  | { readonly kind: 'unknown' }

/** Resolves the name of a signal, an alias, `custom.…`, `user.custom.…`, `velocity.…` or `lists.…`. */
export function resolveVariable(name: string): Variable {
  const signal = findSignal(name)
  if (signal !== undefined) return { kind: 'signal', position: signal.position }
  if (name.startsWith('custom.')) return reachable(name.slice(7), (path) => ({ kind: 'custom', path }))
  if (name.startsWith('user.custom.')) return reachable(name.slice(12), (path) => ({ kind: 'userCustom', path }))
  if (name.startsWith('velocity.')) return reachable(name.slice(9), (feature) => ({ kind: 'feature', name: feature }))
  if (name.startsWith('lists.')) return reachable(name.slice(6), (alias) => ({ kind: 'list', alias }))
  return { kind: 'unknown' }
}

/** Compiles `var`: the value with this name, or the default when it is absent. An unavailable value has no default: it should be known. */
function compileVariable(args: readonly JsonValue[], compiler: Compiler): Value {
  const [name, fallback] = args
  const read = compileName(name ?? '', compiler)
  if (fallback === undefined || fallback === null) return read
  const instead = compiler.value(fallback)
  return (signals, data) => {
    const value = read(signals, data)
    return value === notProvided || value === notApplicable ? instead(signals, data) : value
  }
}

export const variable: Operator = { value: compileVariable }

/** Compiles reading a name, which may itself be computed. */
export function compileName(name: JsonValue, compiler: Compiler): Value {
  if (typeof name === 'string' || typeof name === 'number') return readerOf(String(name), compiler)
  const compute = compiler.value(name)
  return (signals, data) => {
    const computed = compute(signals, data)
    if (typeof computed === 'symbol') return computed
    if (typeof computed !== 'string' && typeof computed !== 'number') return notProvided
    return readerOf(String(computed), compiler)(signals, data)
  }
}

function readerOf(name: string, compiler: Pick<Compiler, 'lists' | 'reads'>): Value {
  if (name.startsWith('lists.')) {
    const list = compiler.lists.get(name.slice(6))
    if (list !== undefined) return listReader(list)
  }
  if (compiler.reads === 'data') return name === '' ? readData : (_signals, data) => pathIn(data, name)
  const variable = resolveVariable(name)
  switch (variable.kind) {
    case 'signal': {
      const { position } = variable
      return (signals) => {
        const value = signals.values[position]
        return typeof value === 'object' || value === undefined ? fromKnown(value) : value
      }
    }
    case 'custom': {
      const { path } = variable
      return isPlainKey(path) ? (signals) => known(signals.custom[path]) : (signals) => pathIn(signals.custom, path)
    }
    case 'userCustom': {
      const { path } = variable
      return isPlainKey(path) ? (signals) => known(signals.userCustom[path]) : (signals) => pathIn(signals.userCustom, path)
    }
    case 'feature': {
      const { name: feature } = variable
      return (signals) => readFeature(signals, feature)
    }
    case 'list':
      // An inactive list: nothing is in it and nothing is outside of it.
      return () => notProvided
    case 'unknown':
      // A name that this release does not know: a rule that needs it is undetermined rather than silently off.
      return () => unavailable
  }
}

/** The value of a variable outside of any iteration, or an unknown. Lists have no value. */
export function readVariable(name: string, signals: Signals): unknown {
  return readerOf(name, { lists: new Map(), reads: 'signals' })(signals, undefined)
}

/** A declared velocity feature's value. Unavailable when it was not counted. */
function readFeature(signals: Signals, name: string): unknown {
  return Object.hasOwn(signals.features, name) ? fromKnown(signals.features[name]) : unavailable
}

const unreachable = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * The value at a dotted path of JSON data: own properties only, never `__proto__`, `constructor` or `prototype`. A key that contains dots
 * is found by the whole rest of the path.
 */
export function pathIn(data: unknown, path: string): unknown {
  if (typeof data === 'symbol') return data
  const whole = ownProperty(data, path)
  if (whole !== undefined) return known(whole)
  if (!path.includes('.')) return notProvided
  let value = data
  for (const key of path.split('.')) {
    value = ownProperty(value, key)
    if (typeof value === 'symbol') return value
    if (value === undefined || value === null) return notProvided
  }
  return known(value)
}

function ownProperty(data: unknown, key: string): unknown {
  if (data === null || data === undefined || unreachable.has(key)) return undefined
  if (typeof data !== 'object' && typeof data !== 'string') return undefined
  const held = Object(data)
  return Object.hasOwn(held, key) ? held[key] : undefined
}

/** True for a key that no object inherits, so that a plain property read can only find an own one. */
export function isPlainKey(path: string): boolean {
  return !path.includes('.') && !(path in Object.prototype)
}

function known(value: unknown): unknown {
  return value === null || value === undefined || typeof value === 'function' ? notProvided : value
}

function readData(_signals: Signals, data: unknown): unknown {
  return known(data)
}

function listReader(list: ListValues): Value {
  let entries: readonly (string | number)[] | undefined
  return () => {
    entries ??= [...list]
    return entries
  }
}

function reachable(path: string, make: (path: string) => Variable): Variable {
  return path === '' || path.split('.').some((key) => unreachable.has(key)) ? { kind: 'unknown' } : make(path)
}
