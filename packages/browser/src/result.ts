/** Why a call did not come to its end. The first group is made in the browser, the second comes from the server, which may know more. */
export type ErrorCode =
  /** The user closed the browser's dialog, or let it time out: browsers do not say which. */
  | 'user_canceled'
  /** The call was ended by its `signal`, or by another passkey call: a page can have one at a time. */
  | 'aborted'
  /** This browser, or this page (it is not on https), can not use passkeys. */
  | 'not_supported'
  /** `signUp` on a device that holds a passkey of this user already. */
  | 'already_enrolled'
  /** The tenant's relying party id does not belong to this page's domain. */
  | 'invalid_relying_party'
  /** The authenticator failed or can not do what the tenant asks for. */
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
  /** Same as `errorCode`. */
  error: string
}

export interface Success<T> {
  data: T
  errorCode?: undefined
  errorDescription?: undefined
  error?: undefined
}

/** What every passkey call resolves with. It rejects only on misuse. */
export type Result<T> = Success<T> | Failure

export function failure(errorCode: ErrorCode, errorDescription: string): Failure {
  return { error: errorCode, errorCode, errorDescription }
}
