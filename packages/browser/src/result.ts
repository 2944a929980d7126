/** Why a call failed. The first group comes from the browser, the second from the server, which may send more codes. */
export type ErrorCode =
  /** The user closed the browser's dialog or let it time out. Browsers do not say which. */
  | 'user_canceled'
  /** The call was ended by its `signal`, or by another passkey call: a page can run one at a time. */
  | 'aborted'
  /** This browser cannot use passkeys, or the page is not on https. */
  | 'not_supported'
  /** `signUp` on a device that already has a passkey of this user. */
  | 'already_enrolled'
  /** The tenant's relying party id does not belong to this page's domain. */
  | 'invalid_relying_party'
  /** The authenticator failed, or lacks a feature that the tenant requires. */
  | 'authenticator_error'
  | 'token_not_set'
  | 'network_error'
  | 'expired_token'
  | 'unauthorized'
  | 'insufficient_scope'
  | 'invalid_request'
  | 'invalid_configuration'
  | 'invalid_credential'
  | 'unknown_credential'
  | 'too_many_requests'
  | 'internal_error'
  | 'unavailable'

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
