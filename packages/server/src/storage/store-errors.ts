// The refusals of a store. Their messages are public: lower case, no period, never a stored value. `http` puts them into its answers.

/**
 * The store failed, or has too much to do: disk full, read-only file, locked, connection lost. Nothing was changed; the same call may succeed later.
 * Answered with 503.
 */
export class StoreUnavailableError extends Error {
  /** When to try again. */
  readonly retryAfterSeconds = 1

  constructor(cause: unknown) {
    super('the store is not available, try again later', { cause })
    this.name = 'StoreUnavailableError'
  }
}

/**
 * The store, or one tenant of it, refuses on purpose: it is held for a moment, or closed. No fault, so nobody looks into the log. Answered with 503 and
 * `reason`, which is public.
 */
export class StoreClosedError extends Error {
  /** When to try again. `undefined`: nobody knows whether it opens again. */
  readonly retryAfterSeconds: number | undefined

  constructor(reason: string, options: { retryAfterSeconds?: number } = {}) {
    super(reason)
    this.name = 'StoreClosedError'
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** A text that was to be found or stored has characters that this store cannot hold. It is the caller's to change. Answered with 400. */
export class UnstorableTextError extends Error {
  constructor(cause: unknown) {
    super('the request contains characters that cannot be stored', { cause })
    this.name = 'UnstorableTextError'
  }
}

/** A search was to go on from a place that no search gives. It is the caller's to change. Answered with 400. */
export class UnknownPlaceError extends Error {
  constructor() {
    super('there is no such place to go on from')
    this.name = 'UnknownPlaceError'
  }
}

// SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY; unique_violation of PostgreSQL.
const sqliteUniqueCodes: ReadonlySet<unknown> = new Set([2067, 1555])

/** True when a statement was refused because a row with the same unique key exists. */
export function isUniqueViolation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('errcode' in error && sqliteUniqueCodes.has(error.errcode)) return true
  return 'code' in error && error.code === '23505'
}
