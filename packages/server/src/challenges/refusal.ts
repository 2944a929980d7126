import type { ErrorCode } from '../errors/api-error.ts'

/** Why an answer was refused. For the log and the audit trail; the wire never says which check failed (TX-08). */
export interface Refusal<Reason extends string = string> {
  verified: false
  reason: Reason
  /** What a library threw, when it did. For the log. */
  cause?: unknown
  /** What the wire says of it, where that helps a developer and tells an attacker nothing. Absent: nothing. */
  told?: { code: ErrorCode; description: string }
}

export function refuse<Reason extends string>(reason: Reason, cause?: unknown): Refusal<Reason> {
  return cause === undefined ? { verified: false, reason } : { verified: false, reason, cause }
}
