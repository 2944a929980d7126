/** Why a token does not approve an action, each with the sentence that says so. Some sentences are fixed by the wire: clients show them. */
export const invalidReasons = {
  malformed: 'The token is malformed: it is not a token of this server, or part of it is missing.',
  other_tenant: 'The token belongs to another tenant.',
  unknown_key: 'The token was signed with a key that is unknown or no longer in force.',
  wrong_kind: 'The token is of a kind that cannot be validated.',
  bad_signature: 'The signature of the token is wrong.',
  bad_claims: 'The token was issued for another server: check whether the public URL of this one has changed.',
  expired: 'Token is expired.',
  other_user: 'User is invalid.',
  other_action: 'Action is invalid.',
  other_idempotency_key: 'Idempotency key is invalid.',
  instance_gone: 'The action of the token no longer exists.',
  other_data: 'Transaction data does not match.',
  not_passed: 'The challenge of the action has not been passed; `state` says where the action stands.',
  not_a_result: 'The token does not come from a passed challenge.',
  disputed: 'The action was disputed.',
  authenticator_removed: 'The authenticator was removed.',
  too_old: 'The challenge was passed too long ago.',
  already_used: 'The token was already used.',
} as const

export type InvalidReason = keyof typeof invalidReasons
