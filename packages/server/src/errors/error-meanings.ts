import type { ErrorCode } from './api-error.ts'

/** The meaning of each code, with the remedy. `docs/errors.md` is made from it. */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  unauthorized:
    'The key, tenant id or token is missing, wrong, for another API, or was sent by a browser that must not have it. Check the credential.',
  expired_token: 'The token has expired or is no longer valid. Track the action again and use the new token.',
  invalid_token:
    'The token in the body opens no session, or its session is over: it is of another kind, was used before, or what it rests on was withdrawn. The user signs in again.',
  invalid_request: 'A parameter is missing or wrong; the description names it. Fix the request; retrying will not help.',
  invalid_configuration:
    'The tenant is not configured for this call, for example a passkey ceremony without a relying party. An administrator must configure it.',
  invalid_credential:
    'The answer of the authenticator is not valid, for example because the challenge, origin or signature is wrong. The user can try again.',
  unknown_credential: 'No account has this passkey. The browser is told to forget it.',
  invalid_action: 'The challenge or token belongs to another action.',
  AUTHENTICATOR_NOT_FOUND: 'The tenant offers no verification method. An administrator must configure one.',
  not_enrolled: 'The user has no authenticator that may answer the challenge; the description says what is missing. Let the user enrol.',
  origin_not_allowed:
    "The page's origin, which the description names, is not among the expected origins of the passkey configuration. Open the page under an expected origin, or add this one.",
  insufficient_scope: 'The token is valid but does not allow this. Track the action with the required scope, such as `add:authenticators`.',
  address_not_allowed:
    'The tenant accepts its API keys only from the addresses in `ipWhitelist`, and this request came from another. Send it from an allowed address. If there is none, an operator runs `sallyport tenant update <id> --ip-whitelist none`.',
  role_not_allowed:
    'The role of the key or admin does not allow this; the description names the roles that do. See [Roles](roles.md). Use another key, or let an owner change the role.',
  proof_required:
    'An admin must prove their passkey again before this, and has not done so in the last five minutes. Ask for the passkey, then repeat the request.',
  page_not_allowed:
    'The request came with the session of an admin from a page that is not at the public URL of the server, or from no page. Open the portal under `SALLYPORT_PUBLIC_URL`; a script uses a management key.',
  own_proposal:
    'Only another person may approve a proposal, and only its author may withdraw it. A key counts as the admin who created it; a key that no admin created approves nothing. Ask a colleague.',
  enrolment_frozen:
    'The user said that something on the account was not them, so no authenticator can be added. Check with the user, then lift the freeze: `DELETE /v1/users/{userId}/enrolment-freeze`, or in the portal.',
  not_found: 'The resource or path does not exist.',
  method_not_allowed: 'The path exists but does not allow this method. The `Allow` header lists the methods it allows.',
  request_timeout: 'The request took too long to arrive. Send it again.',
  already_exists: 'Something with this name or code already exists. Change it, or choose another name.',
  version_conflict: 'Somebody else has changed this since you read it. Read it again and repeat your change.',
  failing_tests:
    'The change would make a saved test of the action fail; the description names the test. Fix the rule or the test, or save with `ignoreFailingTests=true`.',
  not_in_review:
    'The action does not wait for a review, or no longer does; the description names its state. Read it again to see who settled it.',
  claimed_by_another: 'Somebody else is reviewing the action; the description names them and says until when. Wait, or take another one.',
  last_owner:
    'The change would leave the tenant without an owner. Create another owner first. Whoever is locked out gets in with `sallyport key create --kind management --role owner`.',
  last_secret_key: 'The tenant signs its tokens with this key and has no other. Create another secret key first.',
  approval_required:
    'Changes of this action need the approval of a second person, and nothing was saved. Send the request again with `propose=true`: the change becomes a proposal.',
  base_moved:
    'The policy has changed since the proposal was made, so nobody has seen what an approval would put into force. Reject the proposal and propose the change again.',
  proposal_closed:
    'The proposal was approved, rejected or withdrawn, or has expired; the description says which. Make the change again if it is still wanted.',
  payload_too_large: 'The body is larger than this path allows.',
  unsupported_media_type: 'The body is not `application/json` in UTF-8, or it is compressed. Send it as plain JSON.',
  idempotency_conflict: 'This idempotency key was already used with different data. One key identifies one event: use a new key.',
  delivery_failed:
    'The message with the code could not be handed over; the description says why. The challenge is still open: try again, or let the user prove who they are in another way.',
  too_many_requests: 'There are too many requests. Wait for the number of seconds in `Retry-After`.',
  headers_too_large: 'The headers are larger than the server allows.',
  internal_error: 'The server has a fault. Find the details in the log under the `requestId` of the answer.',
  unavailable:
    'The server is overloaded, starting or stopping, or cannot read or write its store. Send the request again after `Retry-After` seconds.',
}
