import { StoreUnavailableError } from '../store-errors.ts'

/** True for what SQLite itself throws. */
export function isSqliteError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

// SQLITE_BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the store's trouble, not the caller's.
const unavailableCodes: ReadonlySet<number> = new Set([5, 6, 7, 8, 9, 10, 11, 13, 14, 26])

/** Turns an error into the one that a caller of the store sees: `StoreUnavailableError` when it is about the store, and not about the statement. */
export function toStoreError(error: unknown): unknown {
  const isUnavailable = isSqliteError(error) && unavailableCodes.has(Number((error as { errcode?: number }).errcode) & 0xff)
  return isUnavailable ? new StoreUnavailableError(error) : error
}
