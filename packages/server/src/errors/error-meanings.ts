import type { ErrorCode } from './api-error.ts'

/** What each code means, and what to do about it. `docs/errors.md` is made of it. */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  unauthorized:
    'The key, tenant id or token is missing, wrong, of another API, or came from a browser that must not have it. Check the credential.',
  expired_token: 'The token was good once. Track the action again, and use the new token.',
  invalid_request: 'A parameter is missing or wrong; the description names it. Mend the request: sending it again will not help.',
  invalid_configuration:
    'The tenant is not configured for this, such as a passkey ceremony without a relying party. An administrator has to configure it.',
  invalid_credential: 'The answer of the authenticator does not hold: another challenge, origin or signature. The user may try again.',
  unknown_credential: 'No account has this passkey. The browser is told to forget it.',
  invalid_action: 'The challenge or token belongs to another action.',
  AUTHENTICATOR_NOT_FOUND: 'The tenant offers no verification method at all. Configure one before tracking.',
  insufficient_scope: 'The token is good, but does not allow this. Track with the scope it takes, such as `add:authenticators`.',
  not_found: 'There is nothing by that name, or no such path.',
  method_not_allowed: 'The path is there, and takes other methods: see the `Allow` header.',
  request_timeout: 'The request did not arrive in time. Send it again.',
  already_exists: 'There is one by that name or code already. Change that one, or choose another name.',
  version_conflict: 'Somebody else has changed the policy since it was read. Read it again, and decide anew.',
  failing_tests:
    'The change would make a saved test of the action fail; the description names it. Mend the rule or the test, or save with `ignoreFailingTests=true`.',
  payload_too_large: 'The body is larger than this path takes.',
  unsupported_media_type: 'The body is not `application/json`.',
  idempotency_conflict: 'The idempotency key was used for other data before. One key names one thing that happened: take a new one.',
  too_many_requests: 'Slow down; `Retry-After` says for how many seconds.',
  headers_too_large: 'The headers are larger than the server takes.',
  internal_error: 'A fault of the server. The log has the details under the `requestId` of the answer.',
  unavailable:
    'The server is overloaded, starting or stopping, or its store can not be written or reached. Send it again after `Retry-After` seconds.',
}
