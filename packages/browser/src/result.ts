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

/** Codes made in the browser. */
export type BrowserErrorCode =
  /** The user closed the browser's dialog, or let it time out: browsers do not tell the two apart. */
  | 'user_canceled'
  /** The call was ended by its `signal`, or by another passkey call: a page can have one at a time. */
  | 'aborted'
  /** This browser, or this page (it is not on https), cannot use passkeys, or cannot keep a device key. */
  | 'not_supported'
  /** `signUp` on a device that already holds a passkey of this user. */
  | 'already_enrolled'
  /** The tenant's relying party id does not belong to this page's domain. */
  | 'invalid_relying_party'
  /** The authenticator failed or cannot do what the tenant asks for. */
  | 'authenticator_error'
  | 'token_not_set'
  | 'network_error'

/** Why a call failed. A newer server may send a code that is not in this list. */
export type ErrorCode = BrowserErrorCode | ServerErrorCode

export interface Failure {
  data?: undefined
  errorCode: ErrorCode
  errorDescription: string
  /** The same as `errorCode`. */
  error: string
}

export interface Success<T> {
  data: T
  errorCode?: undefined
  errorDescription?: undefined
  error?: undefined
}

/** The result of every passkey call. Calls reject only on misuse. */
export type Result<T> = Success<T> | Failure

export function failure(errorCode: ErrorCode, errorDescription: string): Failure {
  return { error: errorCode, errorCode, errorDescription }
}
