import type { UserActionState } from './actions.ts'
import type { VerificationMethod } from './authenticators.ts'
import type { ActionCode, ActionTypes, CustomOf } from './custom-data.ts'

export interface ValidateChallengeRequest<Actions extends object, Action extends ActionCode<Actions>> {
  /** The token that the browser SDK returned. */
  token: string
  /** Refuses a token of another action. */
  action?: Action
  /** Refuses a token of another user. */
  userId?: string
  /** The instance you are about to carry out. Refuses an approval of another one. */
  idempotencyKey?: string
  /** The data you are about to act on. Refuses the approval unless exactly these data were tracked. */
  custom?: CustomOf<Actions, Action>
}

/** Why a token does not approve. A newer server may send one that is not in this list. */
export type InvalidReason =
  | 'malformed'
  | 'other_tenant'
  | 'unknown_key'
  | 'wrong_kind'
  | 'bad_signature'
  | 'bad_claims'
  | 'expired'
  | 'other_user'
  | 'other_action'
  | 'other_idempotency_key'
  | 'instance_gone'
  | 'other_data'
  | 'not_passed'
  | 'not_a_result'
  | 'disputed'
  | 'authenticator_removed'
  | 'too_old'
  | 'already_used'

/** What a token proves. Act only when `isValid` is true, and use the data here instead of data from the browser. */
export interface ValidateChallengeResponse<Actions extends object = ActionTypes, Action extends ActionCode<Actions> = string> {
  /** The challenge succeeded, matches everything in the request, and is used for the first time. */
  isValid: boolean
  state?: UserActionState
  stateUpdatedAt?: string
  userId?: string
  action?: string
  actionCode?: string
  /** The instance that was approved. */
  idempotencyKey?: string
  /** The tracked data of that instance, as the server stored them. */
  custom?: CustomOf<Actions, Action>
  /** Rules decided the instance. False: a sign-in with a passkey for the action that was not tracked first. Absent: an older server. */
  isTracked?: boolean
  /** An earlier call got `isValid: true` for this approval. It is spent, and `isValid` is false from then on. */
  isConsumed?: boolean
  verificationMethod?: VerificationMethod
  veriffSessionId?: string
  /** Why `isValid` is false, for a program. */
  reason?: InvalidReason
  /** Why `isValid` is false, in words. */
  error?: string
}

/**
 * Compares the approved instance with the expected one.
 *
 * The SDK checks too, so that the check also holds with a server that does not know the field.
 */
export function refuseOtherInstance<Reply extends Pick<ValidateChallengeResponse, 'isValid' | 'idempotencyKey' | 'reason' | 'error'>>(
  reply: Reply,
  idempotencyKey: string | undefined,
): Reply {
  if (!reply.isValid || idempotencyKey === undefined || reply.idempotencyKey === idempotencyKey) return reply
  return { ...reply, isValid: false, reason: 'other_idempotency_key', error: 'Idempotency key is invalid.' }
}
