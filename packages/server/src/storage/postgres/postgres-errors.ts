import pg from 'pg'
import { StoreUnavailableError, UnstorableTextError } from '../store-errors.ts'

/** The connection is gone, or none could be had. What was not committed has not happened. */
export class ConnectionError extends Error {
  constructor(cause: unknown) {
    super(`no connection to PostgreSQL: ${describe(cause)}`, { cause })
    this.name = 'ConnectionError'
  }
}

/** The connection was lost while a commit was under way: it may have happened. */
export class CommitInDoubtError extends ConnectionError {}

/** A newer release changed a table under a statement that this connection has planned. It did not run; another connection plans it again. */
export class OutdatedPlanError extends Error {
  constructor(cause: unknown) {
    super('a planned statement is out of date', { cause })
    this.name = 'OutdatedPlanError'
  }
}

/** Something that was read has changed by the time it was to be written. Nothing was written. */
export class StaleReadError extends Error {
  constructor() {
    super('decided on what has changed meanwhile')
    this.name = 'StaleReadError'
  }
}

// serialization_failure, deadlock_detected: the transaction was undone, and may well pass when it is run again.
const conflictCodes: ReadonlySet<string> = new Set(['40001', '40P01'])
// connection_exception; insufficient_resources (disk, memory, connections); operator_intervention (shutdown, cancelled); system_error.
const unavailableClasses: ReadonlySet<string> = new Set(['08', '53', '57', '58'])
const LOCK_NOT_AVAILABLE = '55P03'
// admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout; 08P01 of PgBouncer, which closes the connection with it; and
// read_only_sql_transaction: since a fail-over, the other end is a replica.
const lostCodes: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '57P05', '08P01', '25006'])

/** Turns what `pg` throws while it talks to the server into an error of ours, where it is about the connection. */
export function toQueryError(error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined || lostCodes.has(code)) return new ConnectionError(error)
  // PostgreSQL has no code of its own for it (src/backend/utils/cache/plancache.c).
  if (code === '0A000' && error instanceof Error && error.message.startsWith('cached plan')) return new OutdatedPlanError(error)
  return error
}

/** True when the same work may pass if it is run again, from its start. */
export function isConflict(error: unknown): boolean {
  return error instanceof StaleReadError || conflictCodes.has(codeOf(error) ?? '')
}

/** invalid_text_representation: how a statement of ours says that it may not go on. */
export function isInvalidText(error: unknown): boolean {
  return codeOf(error) === '22P02'
}

/** query_canceled: a statement took longer than it may. */
export function isCancelled(error: unknown): boolean {
  return codeOf(error) === '57014'
}

/** Turns an error into the one that a caller of the store sees. Text with a NUL (22021, character_not_in_repertoire) can neither be found nor stored. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof ConnectionError || error instanceof OutdatedPlanError) return new StoreUnavailableError(error.cause)
  if (isConflict(error)) return new StoreUnavailableError(error)
  const code = codeOf(error)
  if (code === undefined) return error
  if (code === '22021') return new UnstorableTextError(error)
  return unavailableClasses.has(code.slice(0, 2)) || code === LOCK_NOT_AVAILABLE ? new StoreUnavailableError(error) : error
}

/** SQLSTATE. `undefined`: the server did not say anything. */
function codeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.message !== '') return cause.message
  return 'code' in cause ? String(cause.code) : cause.name
}
