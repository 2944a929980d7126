/** Codes the server answers with. Permanent; descriptions may change. */
export type ServerErrorCode =
  | 'unauthorized'
  | 'expired_token'
  | 'invalid_token'
  | 'invalid_request'
  | 'invalid_configuration'
  | 'invalid_credential'
  | 'unknown_credential'
  | 'invalid_action'
  | 'AUTHENTICATOR_NOT_FOUND'
  | 'not_enrolled'
  | 'origin_not_allowed'
  | 'insufficient_scope'
  | 'address_not_allowed'
  | 'role_not_allowed'
  | 'proof_required'
  | 'page_not_allowed'
  | 'own_proposal'
  | 'enrolment_frozen'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'already_exists'
  | 'version_conflict'
  | 'failing_tests'
  | 'not_in_review'
  | 'claimed_by_another'
  | 'last_owner'
  | 'last_secret_key'
  | 'approval_required'
  | 'base_moved'
  | 'proposal_closed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'idempotency_conflict'
  | 'delivery_failed'
  | 'too_many_requests'
  | 'headers_too_large'
  | 'internal_error'
  | 'unavailable'

/**
 * Codes made on this side of the wire; `statusCode` is 0 except for `unexpected_response`.
 *
 * - `network_error`: no answer came. Whether the server acted on the request is not known.
 * - `timeout`: no answer came in time. Same.
 * - `unexpected_response`: something answered that is not Sallyport, or `apiUrl` is wrong.
 */
export type ClientErrorCode = 'network_error' | 'timeout' | 'unexpected_response'

/** Every `code` of a `SallyportError`. A newer server may send one that is not in this list. */
export type ErrorCode = ServerErrorCode | ClientErrorCode

export interface SallyportErrorDetails {
  code: ErrorCode
  statusCode: number
  description: string
  requestId?: string
  retryAfterSeconds?: number
  cause?: unknown
}

/** The error with which every method of the client rejects, except when the caller aborts: then it rejects with the signal's reason. */
export class SallyportError extends Error {
  override readonly name = 'SallyportError'
  readonly code: ErrorCode
  /** The HTTP status, or 0 without a reply. */
  readonly statusCode: number
  readonly description: string
  /** Identifies the request in the server's log. */
  readonly requestId: string | undefined
  /** How long the server asks to wait. */
  readonly retryAfterSeconds: number | undefined

  constructor(details: SallyportErrorDetails) {
    super(`${details.code}: ${details.description}`, { cause: details.cause })
    this.code = details.code
    this.statusCode = details.statusCode
    this.description = details.description
    this.requestId = details.requestId
    this.retryAfterSeconds = details.retryAfterSeconds
  }

  /** `code`, under the name `@authsignal/node` gives it. */
  get errorCode(): ErrorCode {
    return this.code
  }

  /** `description`, under the name `@authsignal/node` gives it. */
  get errorDescription(): string {
    return this.description
  }
}
