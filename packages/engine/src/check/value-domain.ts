import { opposite } from '../language/compare-values.ts'
import type { Constraint, Scalar } from '../language/leaf-constraint.ts'
import type { ValueType } from './variable-type.ts'

/** The values that a variable can still have under its constraints: an interval for numbers, and values that are left or ruled out. */
export interface Domain {
  readonly low: number
  readonly lowOpen: boolean
  readonly high: number
  readonly highOpen: boolean
  /** The only values left. Absent = any. */
  readonly only?: ReadonlySet<Scalar>
  readonly excluded: ReadonlySet<Scalar>
}

const everything: Domain = {
  low: Number.NEGATIVE_INFINITY,
  lowOpen: false,
  high: Number.POSITIVE_INFINITY,
  highOpen: false,
  excluded: new Set(),
}

/** All values of a type. */
export function domainOf(type: ValueType | undefined): Domain {
  if (type?.kind === 'boolean') return { ...everything, only: new Set([true, false]) }
  if (type?.values !== undefined) return { ...everything, only: new Set(type.values) }
  if (type?.range !== undefined) return { ...everything, low: type.range[0], high: type.range[1] }
  return everything
}

/** What a constraint leaves of a domain. `undefined`: nothing. */
export function narrowed(domain: Domain, constraint: Constraint): Domain | undefined {
  const next = apply(domain, constraint)
  if (next.low > next.high || (next.low === next.high && (next.lowOpen || next.highOpen))) return undefined
  if (next.low === next.high && next.excluded.has(next.low)) return undefined
  if (next.only === undefined) return next
  const only = new Set([...next.only].filter((value) => !next.excluded.has(value) && isInside(next, value)))
  return only.size === 0 ? undefined : { ...next, only }
}

function isInside(domain: Domain, value: Scalar): boolean {
  if (typeof value !== 'number') return true
  const aboveLow = domain.lowOpen ? value > domain.low : value >= domain.low
  return aboveLow && (domain.highOpen ? value < domain.high : value <= domain.high)
}

function apply(domain: Domain, constraint: Constraint): Domain {
  if (constraint.kind === 'among') return { ...domain, only: new Set(constraint.values.filter((value) => domain.only?.has(value) ?? true)) }
  if (constraint.kind === 'notAmong') return { ...domain, excluded: new Set([...domain.excluded, ...constraint.values]) }
  const { comparison, constant } = constraint
  switch (comparison) {
    case '==':
    case '===':
      return apply(domain, { kind: 'among', values: [constant] })
    case '!=':
    case '!==':
      return apply(domain, { kind: 'notAmong', values: [constant] })
  }
  if (typeof constant !== 'number') return domain
  switch (comparison) {
    case '>':
      return constant >= domain.low ? { ...domain, low: constant, lowOpen: true } : domain
    case '>=':
      return constant > domain.low ? { ...domain, low: constant, lowOpen: false } : domain
    case '<':
      return constant <= domain.high ? { ...domain, high: constant, highOpen: true } : domain
    case '<=':
      return constant < domain.high ? { ...domain, high: constant, highOpen: false } : domain
  }
}

/** The constraint that holds where this one is not met. */
export function negated(constraint: Constraint): Constraint {
  if (constraint.kind === 'among') return { kind: 'notAmong', values: constraint.values }
  if (constraint.kind === 'notAmong') return { kind: 'among', values: constraint.values }
  return { ...constraint, comparison: opposite(constraint.comparison) }
}
