import type { JsonValue } from '../event.ts'
import type { Signals } from '../signals/signals.ts'
import { alwaysMatches, operationOf } from './condition.ts'
import { leafConstraint } from './leaf-constraint.ts'
import { isPlainKey, resolveVariable } from './read-variable.ts'

/**
 * What many rules ask first, asked once for all of them. A guard looks at one variable and answers whether every condition behind it certainly fails; a rule
 * with all of its guards failing fails, and is not evaluated.
 *
 * INVARIANT: only what a rule evaluates first stands behind a guard (the first part of an `and`, the first of each part of an `or`), and only a certain
 * *fails* counts: so that skipping a rule is evaluating it.
 */
export interface Guards {
  readonly fails: readonly ((signals: Signals) => boolean)[]
  /** By rule: places in `fails`. Empty: the rule has to be evaluated. */
  readonly ofRule: readonly (readonly number[])[]
}

/** More guards than this cost more than they spare. */
const mostOfRule = 4

/** One variable, and what of it is asked by all members of a guard. */
interface Family {
  key: string
  read: (signals: Signals) => unknown
  asks: Asked[]
}

type Asked =
  | { kind: 'above' | 'below'; limit: number }
  | { kind: 'boolean'; constant: boolean }
  | { kind: 'among'; values: readonly (string | number)[] }

/** Guards for the conditions of a policy's rules, in their order. A guard that only one rule would use is none. */
export function compileGuards(conditions: readonly (JsonValue | undefined)[]): Guards {
  const families = new Map<string, Family>()
  const keys = conditions.map((condition) =>
    alwaysMatches(condition) || condition === undefined ? [] : (keysOf(condition, families) ?? []),
  )
  const shared = [...families.values()].filter(({ asks }) => asks.length > 1)
  const places = new Map(shared.map(({ key }, place) => [key, place]))
  return {
    fails: shared.map(failsFor),
    ofRule: keys.map((ofRule) => {
      const found = [...new Set(ofRule)].map((key) => places.get(key) ?? -1)
      return found.length > mostOfRule || found.includes(-1) ? none : found
    }),
  }
}

const none: readonly number[] = []

/** The families of which all must fail for the condition to fail at its first step. `undefined`: it may begin with something else. */
function keysOf(condition: JsonValue, families: Map<string, Family>): string[] | undefined {
  const operation = operationOf(condition)
  if (operation === undefined) return undefined
  const [first] = operation.args
  if (operation.operator === 'and') return first === undefined ? undefined : keysOf(first, families)
  if (operation.operator === 'or') {
    const parts = operation.args.map((part) => keysOf(part, families))
    return parts.length === 0 || parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? [])
  }
  const leaf = leafConstraint(condition)
  const read = leaf && readerOf(leaf.variable)
  const asked = leaf?.constraints[0] && askedBy(leaf.constraints[0])
  if (leaf === undefined || read === undefined || asked === undefined) return undefined
  const key = `${asked.kind === 'boolean' ? String(asked.constant) : asked.kind === 'among' ? typeof asked.values[0] : asked.kind} ${leaf.variable}`
  const family = families.get(key) ?? { key, read, asks: [] }
  families.set(key, family)
  family.asks.push(asked)
  return [key]
}

function readerOf(name: string): Family['read'] | undefined {
  const variable = resolveVariable(name)
  if (variable.kind === 'signal') return ({ values }) => values[variable.position]
  if (variable.kind === 'custom' && isPlainKey(variable.path)) return ({ custom }) => custom[variable.path]
  if (variable.kind === 'feature' && isPlainKey(variable.name)) return ({ features }) => features[variable.name]
  return undefined
}

type Constraint = NonNullable<ReturnType<typeof leafConstraint>>['constraints'][number]

function askedBy(constraint: Constraint): Asked | undefined {
  if (constraint.kind === 'among') return among(constraint.values)
  if (constraint.kind !== 'compare') return undefined
  const { comparison, constant } = constraint
  switch (comparison) {
    case '==':
    case '===':
      return typeof constant === 'boolean' ? { kind: 'boolean', constant } : among([constant])
    case '>':
    case '>=':
      return typeof constant === 'number' ? { kind: 'above', limit: constant } : undefined
    case '<':
    case '<=':
      return typeof constant === 'number' ? { kind: 'below', limit: constant } : undefined
  }
  return undefined
}

/** Values of one type only: another type may be compared loosely. */
function among(values: readonly unknown[]): Asked | undefined {
  const [first] = values
  if (typeof first !== 'string' && typeof first !== 'number') return undefined
  return values.every((value) => typeof value === typeof first) ? { kind: 'among', values: values as (string | number)[] } : undefined
}

function failsFor({ read, asks }: Family): Guards['fails'][number] {
  const [first] = asks
  const limits = asks.flatMap((asked) => (asked.kind === 'above' || asked.kind === 'below' ? [asked.limit] : []))
  switch (first?.kind) {
    case 'above': {
      const lowest = Math.min(...limits)
      return (signals) => {
        const value = read(signals)
        return typeof value === 'number' && value < lowest
      }
    }
    case 'below': {
      const highest = Math.max(...limits)
      return (signals) => {
        const value = read(signals)
        return typeof value === 'number' && value > highest
      }
    }
    case 'boolean': {
      const { constant } = first
      return (signals) => read(signals) === !constant
    }
    case 'among': {
      const values = new Set<unknown>(asks.flatMap((asked) => (asked.kind === 'among' ? asked.values : [])))
      const type = typeof first.values[0]
      return (signals) => {
        const value = read(signals)
        return typeof value === type && !values.has(value)
      }
    }
  }
  return () => false
}
