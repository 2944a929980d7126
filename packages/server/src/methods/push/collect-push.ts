import type { AnswerChallengeDeps } from '../../challenges/answer-challenge.ts'
import { unusableChallenge } from '../../challenges/refused-answer.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { type DeviceRequest, loadRequest } from '../../device-keys/device-request.ts'
import { type Collector, passRequest } from '../../device-keys/pass-request.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { pushName } from './push-name.ts'

export interface CollectedPush {
  isVerified: boolean
  isConsumed: boolean
  failureReason?: 'CODE_INVALID_OR_EXPIRED'
  accessToken?: string
  userId?: string
  userAuthenticatorId?: string
}

/** What was decided at the device, for the token that asked; an approval passes the challenge, once. */
export async function collectPush(
  deps: AnswerChallengeDeps,
  tenant: Tenant,
  token: TokenClaims,
  challengeId: string,
  collector: Collector,
): Promise<CollectedPush> {
  const request = await loadRequest(deps.store.db, tenant.tenantId, pushName, challengeId, deps.clock())
  if (!isAskedBy(request, token)) throw unusableChallenge()
  const { decision } = request.details
  if (decision === undefined) return { isVerified: false, isConsumed: false }
  if (decision === 'denied') return { isVerified: false, isConsumed: true }
  if (decision === 'mismatched') return { isVerified: false, isConsumed: true, failureReason: 'CODE_INVALID_OR_EXPIRED' }
  const { accessToken, authenticator } = await passRequest(deps, tenant, token, pushName, request, collector)
  const { userId, userAuthenticatorId } = authenticator
  return { isVerified: true, isConsumed: true, accessToken, userId, userAuthenticatorId }
}

/** TX-06: one instance does not collect what was approved for another one. TK-03: the token of a passed challenge collects nothing. */
function isAskedBy({ row }: DeviceRequest, token: TokenClaims): boolean {
  return (
    token.kind === 'challenge' &&
    row.user_id === token.userId &&
    row.action_code === token.actionCode &&
    row.idempotency_key === token.idempotencyKey
  )
}
