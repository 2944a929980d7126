/**
 * Every error code of the API with its status. Codes are permanent; descriptions may change. `error-meanings.ts` explains each, and the `ServerErrorCode`
 * types of both SDKs repeat the list, which a test compares.
 */
export const errorStatus = {
  unauthorized: 401,
  expired_token: 401,
  invalid_token: 401,
  invalid_request: 400,
  invalid_configuration: 400,
  invalid_credential: 400,
  unknown_credential: 400,
  invalid_action: 400,
  AUTHENTICATOR_NOT_FOUND: 400,
  not_enrolled: 400,
  origin_not_allowed: 400,
  insufficient_scope: 403,
  address_not_allowed: 403,
  role_not_allowed: 403,
  proof_required: 403,
  page_not_allowed: 403,
  own_proposal: 403,
  enrolment_frozen: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  already_exists: 409,
  version_conflict: 409,
  failing_tests: 409,
  not_in_review: 409,
  claimed_by_another: 409,
  last_owner: 409,
  last_secret_key: 409,
  approval_required: 409,
  base_moved: 409,
  proposal_closed: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_conflict: 422,
  delivery_failed: 424,
  too_many_requests: 429,
  headers_too_large: 431,
  internal_error: 500,
  unavailable: 503,
} as const

export type ErrorCode = keyof typeof errorStatus

/**
 * A refused request. Thrown anywhere under a route, turned into the wire body in one place.
 * `description` is public: lower case, no period, user input in backticks, never a secret or a stored value. Details for the log go to `cause`.
 */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly description: string
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, description: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(`${code}: ${description}`, { cause: options.cause })
    this.code = code
    this.description = description
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** The only text that clients compare word for word. */
export function unauthorized(cause?: unknown): ApiError {
  return new ApiError(
    'unauthorized',
    'The request is unauthorized. Check that your API key and region base URL are correctly configured.',
    { cause },
  )
}
