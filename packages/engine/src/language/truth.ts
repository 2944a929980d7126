import type { Missing, MissingReason } from '../facts/missing.ts'

/**
 * What is known about whether a condition holds: the set of possible answers, as bits. 1 = it holds, 2 = it fails, 4 = neither, because
 * something was not given or has no meaning here.
 *
 * A set of one is certain. A larger set means that the answer depends on an `unavailable` value; when "it holds" is in the set, the
 * condition is *undetermined*. Keeping the set makes negation exact: `not (unavailable and absent)` may hold, `unavailable and absent`
 * cannot.
 */
export type Truth = number

export const HOLDS = 1
export const FAILS = 2
/** Neither: no comparison with an absent value holds, and neither does its negation. */
export const ABSENT = 4
/** Could be anything: it depends on an unavailable value. */
export const OPEN = 7

/** True when the answer is known. */
export function isCertain(truth: Truth): boolean {
  return truth === HOLDS || truth === FAILS
}

/** True for a condition that may hold but is not known to. */
export function isUndetermined(truth: Truth): boolean {
  return truth !== HOLDS && (truth & HOLDS) !== 0
}

// Indexed by `a * 8 + b`.
const conjunction = new Uint8Array(64)
for (let a = 0; a < 8; a++) {
  for (let b = 0; b < 8; b++) {
    let both = (a & b & HOLDS) | ((a | b) & FAILS)
    if ((a & ABSENT && b & (HOLDS | ABSENT)) || (b & ABSENT && a & (HOLDS | ABSENT))) both |= ABSENT
    conjunction[a * 8 + b] = both
  }
}

/** Kleene's *and*: fails when either side fails, whatever the other is. */
export function both(a: Truth, b: Truth): Truth {
  return conjunction[a * 8 + b] ?? OPEN
}

/** Kleene's *or*: holds when either side holds, whatever the other is. */
export function either(a: Truth, b: Truth): Truth {
  return negate(both(negate(a), negate(b)))
}

/** *Not*. An unknown stays unknown. */
export function negate(truth: Truth): Truth {
  return (truth & ABSENT) | ((truth & HOLDS) << 1) | ((truth & FAILS) >> 1)
}

// An unknown inside a computation is a symbol. JSON has none, so nothing that an application sends can pass for one.
export const notProvided: unique symbol = Symbol('not_provided')
export const notApplicable: unique symbol = Symbol('not_applicable')
export const unavailable: unique symbol = Symbol('unavailable')
const absentOrHolds: unique symbol = Symbol('absent or holds')
const absentOrFails: unique symbol = Symbol('absent or fails')
// What `or` yields when one argument holds and an earlier one is unknown: some value that is certainly true. Likewise for `and`.
const trueThoughAbsent: unique symbol = Symbol('true, of an absent value')
const falseThoughAbsent: unique symbol = Symbol('false, of an absent value')
const trueThoughOpen: unique symbol = Symbol('true, of an unavailable value')
const falseThoughOpen: unique symbol = Symbol('false, of an unavailable value')

const truthOfUnknown: ReadonlyMap<symbol, Truth> = new Map<symbol, Truth>([
  [notProvided, ABSENT],
  [notApplicable, ABSENT],
  [unavailable, OPEN],
  [absentOrHolds, ABSENT | HOLDS],
  [absentOrFails, ABSENT | FAILS],
  [trueThoughAbsent, HOLDS],
  [falseThoughAbsent, FAILS],
  [trueThoughOpen, HOLDS],
  [falseThoughOpen, FAILS],
])

/** The unknown that stands for a missing value. */
export function unknownFor(reason: MissingReason): symbol {
  return reason === 'not_provided' ? notProvided : reason === 'not_applicable' ? notApplicable : unavailable
}

/** A signal's stored value as a value or an unknown. */
export function fromKnown(value: unknown): unknown {
  if (typeof value !== 'object') return value === undefined ? notProvided : value
  if (value === null) return notProvided
  return Array.isArray(value) ? value : unknownFor((value as Missing).missing)
}

/** JsonLogic's idea of truth: JavaScript's, except that an empty array is false. */
export function isTruthy(value: unknown): boolean {
  return Array.isArray(value) ? value.length !== 0 : Boolean(value)
}

/** The truth of a value. `null` is an absent value, never a false one. */
export function truthOf(value: unknown): Truth {
  if (typeof value === 'symbol') return truthOfUnknown.get(value) ?? OPEN
  if (value === null || value === undefined) return ABSENT
  return isTruthy(value) ? HOLDS : FAILS
}

/** A truth as a value, for use inside a computation. */
export function asValue(truth: Truth): boolean | symbol {
  if (truth === HOLDS) return true
  if (truth === FAILS) return false
  if (truth === ABSENT) return notApplicable
  if (truth === (ABSENT | HOLDS)) return absentOrHolds
  return truth === (ABSENT | FAILS) ? absentOrFails : unavailable
}

/** What `and` and `or` yield when they are decided but cannot name the deciding value, because `unknown` came earlier. */
export function decidedThough(unknown: unknown, truth: Truth): symbol {
  if (isAbsent(unknown)) return truth === HOLDS ? trueThoughAbsent : falseThoughAbsent
  return truth === HOLDS ? trueThoughOpen : falseThoughOpen
}

/** The truth of any comparison in which this unknown takes part. */
export function comparedWithUnknown(a: unknown, b?: unknown): Truth {
  return isAbsent(a) || isAbsent(b) ? ABSENT : OPEN
}

/** What a computation yields when one of these is unknown. Absent wins: then nothing can be computed, whatever the others are. */
export function unknownOf(a: unknown, b?: unknown): symbol {
  if (a === notProvided || b === notProvided) return notProvided
  return isAbsent(a) || isAbsent(b) ? notApplicable : unavailable
}

function isAbsent(value: unknown): boolean {
  return value === notProvided || value === notApplicable || value === trueThoughAbsent || value === falseThoughAbsent
}
