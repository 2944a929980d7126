import type { JsonValue } from '../facts/json-value.ts'
import { NOT_PROVIDED } from '../facts/missing.ts'
import { parseNetwork } from '../language/cidr.ts'
import { type Comparison, mirror } from '../language/compare-values.ts'
import type { Test } from '../language/compiler.ts'
import { operationOf } from '../language/condition.ts'
import { plainVariable } from '../language/leaf-constraint.ts'
import { readVariable } from '../language/read-variable.ts'
import { FAILS, HOLDS } from '../language/truth.ts'
import { variablesOf } from '../language/variables-of.ts'
import { findSignal } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { changeSignal, type SignalChange } from './change-signals.ts'

/** A change that makes a leaf hold or fail, with how to say it. */
export interface CandidateChange extends SignalChange {
  /** What the value is an example of. `equal`: that very value. */
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
  /** The bound, the value that is or is not meant, or the list. */
  bound?: JsonValue
}

export interface Leaf {
  logic: JsonValue
  test: Test
  lists: ReadonlyMap<string, ReadonlySet<string | number>>
}

/** A text that nothing is compared with. */
const something = '(something else)'

/** Single changes that could turn the answer of a leaf. The caller looks which do. */
export function candidateChanges(leaf: Leaf, signals: Signals): CandidateChange[] {
  const operation = operationOf(leaf.logic)
  if (operation === undefined) return []
  const { operator, args } = operation
  const [first = null, second = null, third = null] = args
  switch (operator) {
    case '==':
    case '===':
    case '!=':
    case '!==':
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const left = plainVariable(first)
      const right = plainVariable(second)
      if (args.length === 2 && left !== undefined && operationOf(second) === undefined) return againstConstant(left, operator, second)
      if (args.length === 2 && right !== undefined && operationOf(first) === undefined)
        return againstConstant(right, mirror(operator), first)
      return [...equalities(left, right, operator, signals), ...boundaries(leaf, signals)]
    }
    case 'between': {
      const variable = plainVariable(first)
      if (variable === undefined || typeof second !== 'number' || typeof third !== 'number') return boundaries(leaf, signals)
      return [...againstConstant(variable, '>=', second), ...againstConstant(variable, '<=', third)]
    }
    case 'var': {
      const variable = plainVariable(leaf.logic)
      return variable === undefined ? [] : againstConstant(variable, '==', true)
    }
    case 'in':
    case 'inCidr':
      return membership(first, second, leaf.lists, signals)
    case 'startsWith':
    case 'endsWith': {
      const variable = plainVariable(first)
      if (variable === undefined) return []
      const wanted = Array.isArray(second) ? second[0] : second
      const into: CandidateChange[] =
        typeof wanted === 'string' ? [{ signal: variable, value: wanted, relation: 'equal', bound: wanted }] : []
      return [...into, { signal: variable, value: something, relation: 'other' }]
    }
    case 'isMissing': {
      const variable = plainVariable(first)
      return variable === undefined ? [] : [{ signal: variable, value: NOT_PROVIDED, relation: 'missing' }, ...typical(variable)]
    }
    default:
      return variablesOf(leaf.logic)
        .filter((name) => !name.startsWith('lists.'))
        .flatMap((name) => [...typical(name), ...boundariesOf(name, leaf, signals)])
  }
}

function againstConstant(signal: string, comparison: Comparison, constant: JsonValue): CandidateChange[] {
  if (typeof constant === 'boolean') {
    return [true, false].map((value) => ({ signal, value, relation: 'equal', bound: value }))
  }
  if (typeof constant === 'number') {
    const step = Number.isInteger(constant) ? 1 : 0.01
    const over: CandidateChange = { signal, value: constant + step, relation: 'over', bound: constant }
    const under: CandidateChange = { signal, value: constant - step, relation: 'under', bound: constant }
    const atMost: CandidateChange = { signal, value: constant, relation: 'atMost', bound: constant }
    const atLeast: CandidateChange = { signal, value: constant, relation: 'atLeast', bound: constant }
    if (comparison === '>' || comparison === '<=') return [atMost, over]
    if (comparison === '>=' || comparison === '<') return [under, atLeast]
    return [
      { signal, value: constant, relation: 'equal', bound: constant },
      { signal, value: constant + step, relation: 'notEqual', bound: constant },
    ]
  }
  if (typeof constant !== 'string') return []
  const other = findSignal(signal)?.definition.values?.find((value) => value !== constant) ?? something
  return [
    { signal, value: constant, relation: 'equal', bound: constant },
    { signal, value: other, relation: 'notEqual', bound: constant },
  ]
}

/** Two variables against each other: one takes the value of the other, or another one. */
function equalities(left: string | undefined, right: string | undefined, comparison: Comparison, signals: Signals): CandidateChange[] {
  if (/[<>]/.test(comparison) || left === undefined || right === undefined) return []
  const [a, b] = [valueNow(left, signals), valueNow(right, signals)]
  const toOther: CandidateChange[] = [
    ...(b === undefined ? [] : [{ signal: left, value: b, relation: 'equal' as const, bound: b }]),
    ...(a === undefined ? [] : [{ signal: right, value: a, relation: 'equal' as const, bound: a }]),
  ]
  return [...toOther, { signal: left, value: something, relation: 'other' }]
}

function membership(needle: JsonValue, container: JsonValue, lists: Leaf['lists'], signals: Signals): CandidateChange[] {
  const signal = plainVariable(needle)
  const within = plainVariable(container)
  if (signal === undefined) {
    // A constant in an array that is a signal.
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

/** An address in a network; anything else is itself. */
function addressIn(entry: string | number): string | number {
  return typeof entry === 'string' && entry.includes('/') && parseNetwork(entry) !== undefined ? entry.slice(0, entry.indexOf('/')) : entry
}

function arrayOf(signal: string, signals: Signals): JsonValue[] {
  const value = valueNow(signal, signals)
  return Array.isArray(value) ? value : []
}

/** Values to try where nothing is known of what the leaf wants. */
function typical(signal: string): CandidateChange[] {
  const kind = findSignal(signal)?.definition.type
  if (kind === 'boolean') return [true, false].map((value) => ({ signal, value, relation: 'equal', bound: value }))
  if (kind === 'strings') return [{ signal, value: [], relation: 'equal', bound: [] }]
  if (kind === 'number') return [{ signal, value: 0, relation: 'equal', bound: 0 }]
  return [
    { signal, value: something, relation: 'other' },
    { signal, value: [], relation: 'equal', bound: [] },
  ]
}

function boundaries(leaf: Leaf, signals: Signals): CandidateChange[] {
  return variablesOf(leaf.logic).flatMap((name) => (name.startsWith('lists.') ? [] : boundariesOf(name, leaf, signals)))
}

/** Where a number inside a computation would have to lie for the answer to turn, found by halving. */
function boundariesOf(signal: string, leaf: Leaf, signals: Signals): CandidateChange[] {
  const now = valueNow(signal, signals)
  const start = typeof now === 'number' ? now : 0
  const truthAt = (value: number): number => {
    try {
      return leaf.test(changeSignal(signals, { signal, value }), undefined)
    } catch {
      return 0
    }
  }
  const truth = truthAt(start)
  if (truth !== HOLDS && truth !== FAILS) return []
  const turned = truth === HOLDS ? FAILS : HOLDS
  const found: CandidateChange[] = []
  for (const limit of [0, -1e9, 1e9, 1e12]) {
    if (truthAt(limit) !== turned || found.some((change) => Number(change.bound) < start === limit < start)) continue
    const bound = nearest(start, limit, (value) => truthAt(value) === turned)
    found.push({ signal, value: bound, relation: bound < start ? 'atMost' : 'atLeast', bound })
  }
  return found
}

/** The value between `from` and `to` closest to `from` that passes, as round as can be. */
function nearest(from: number, to: number, passes: (value: number) => boolean): number {
  let near = from
  let far = to
  for (let i = 0; i < 80; i++) {
    const middle = (near + far) / 2
    if (passes(middle)) far = middle
    else near = middle
  }
  for (const digits of [0, 2, 6]) {
    const scale = 10 ** digits
    for (const rounded of [Math.round(far * scale) / scale, (far < from ? Math.floor : Math.ceil)(far * scale) / scale]) {
      if (passes(rounded) && Math.abs(rounded - far) <= 1 / scale) return rounded
    }
  }
  return far
}

function valueNow(signal: string, signals: Signals): JsonValue | undefined {
  const value = readVariable(signal, signals)
  return typeof value === 'symbol' ? undefined : (value as JsonValue)
}
