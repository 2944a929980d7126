/**
 * Why a signal has no value.
 *
 * - `not_provided`: the application did not send what it is derived from.
 * - `not_applicable`: it has no meaning here (no history yet, a private address).
 * - `unavailable`: it should be known, but a data set is missing or stale, or a look-up failed.
 */
export type MissingReason = (typeof missingReasons)[number]

export const missingReasons = ['not_provided', 'not_applicable', 'unavailable'] as const

export function isMissingReason(text: unknown): text is MissingReason {
  return missingReasons.some((reason) => reason === text)
}

/** A missing value with its reason. Missing is never `false`, `0` or `''`. */
export interface Missing {
  readonly missing: MissingReason
}

export const NOT_PROVIDED: Missing = Object.freeze({ missing: 'not_provided' })
export const NOT_APPLICABLE: Missing = Object.freeze({ missing: 'not_applicable' })
export const UNAVAILABLE: Missing = Object.freeze({ missing: 'unavailable' })

export type Known<T> = T | Missing

export function isMissing(value: unknown): value is Missing {
  return typeof value === 'object' && value !== null && 'missing' in value && !Array.isArray(value)
}

/** True for a value that should be known but is not. */
export function isUnavailable(value: unknown): boolean {
  return isMissing(value) && value.missing === 'unavailable'
}
