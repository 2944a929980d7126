import type { UserActionState } from './actions.ts'
import type { VerificationMethod } from './authenticators.ts'
import type { ActionCode, ActionTypes, CustomOf } from './custom-data.ts'

export interface ValidateChallengeRequest<Actions extends object, Action extends ActionCode<Actions>> {
  /** What the browser SDK returned. */
  token: string
  /** Refuses a token of another action. */
  action?: Action
  /** Refuses a token of another user. */
  userId?: string
  /** Refuses the approval of another instance than the one you are about to carry out. */
  idempotencyKey?: string
  /** What you are about to carry out: refuses the approval unless exactly this was tracked. */
  custom?: CustomOf<Actions, Action>
}

/** What a token proves. Act only when `isValid` is true, and on what stands here rather than on what the browser says beside it. */
export interface ValidateChallengeResponse<Actions extends object = ActionTypes, Action extends ActionCode<Actions> = string> {
  /** The challenge succeeded, for everything that the request named, and approves for the first time. */
  isValid: boolean
  state?: UserActionState
  stateUpdatedAt?: string
  userId?: string
  action?: string
  actionCode?: string
  /** The instance that was approved. */
  idempotencyKey?: string
  /** What was tracked for it, as the server stored it. */
  custom?: CustomOf<Actions, Action>
  /** An earlier call was answered `isValid` for this approval: it is spent, and `isValid` is false from then on. */
  isConsumed?: boolean
  verificationMethod?: VerificationMethod
  veriffSessionId?: string
  /** Why `isValid` is false, in words. */
  error?: string
}

/**
 * Compares the approved instance with the expected one.
 *
 * Done on this side of the wire too, so that a server that does not know the field can not turn the check into none.
 */
export function refuseOtherInstance<Reply extends Pick<ValidateChallengeResponse, 'isValid' | 'idempotencyKey' | 'error'>>(
  reply: Reply,
  idempotencyKey: string | undefined,
): Reply {
  if (!reply.isValid || idempotencyKey === undefined || reply.idempotencyKey === idempotencyKey) return reply
  return { ...reply, isValid: false, error: 'Idempotency key is invalid.' }
}
