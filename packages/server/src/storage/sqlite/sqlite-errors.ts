import { StoreUnavailableError } from '../store-errors.ts'

/** True for what SQLite itself throws. */
export function isSqliteError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

// SQLITE_BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the store's trouble, not the caller's.
const unavailableCodes: ReadonlySet<number> = new Set([5, 6, 7, 8, 9, 10, 11, 13, 14, 26])

/** What a caller of the store gets to see: what says something of the store's condition, and not of the statement, is `StoreUnavailableError`. */
export function toStoreError(error: unknown): unknown {
  const isUnavailable = isSqliteError(error) && unavailableCodes.has(Number((error as { errcode?: number }).errcode) & 0xff)
  return isUnavailable ? new StoreUnavailableError(error) : error
}
