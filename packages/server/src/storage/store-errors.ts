import { ApiError } from '../errors/api-error.ts'

/**
 * The store can not do what was asked now: disk full, read-only file, locked, closed. Nothing was changed; the same call may succeed later.
 * Answered with 503.
 */
export function storeUnavailable(cause: unknown): ApiError {
  return new ApiError('unavailable', 'the store is not available, try again later', { cause, retryAfterSeconds: 1 })
}

// SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY; unique_violation of PostgreSQL.
const sqliteUniqueCodes: ReadonlySet<unknown> = new Set([2067, 1555])

/** True when a statement was refused because a row with the same unique key exists. */
export function isUniqueViolation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('errcode' in error && sqliteUniqueCodes.has(error.errcode)) return true
  return 'code' in error && error.code === '23505'
}
