import { timingSafeEqual } from 'node:crypto'
import type { AnswerChallengeDeps } from '../../challenges/answer-challenge.ts'
import { unusableChallenge } from '../../challenges/refused-answer.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { digestOf, loadRequest } from '../../device-keys/device-request.ts'
import { type Collector, passRequest } from '../../device-keys/pass-request.ts'
import { qrCodeName } from './qr-code-name.ts'

export interface CollectedQrCode {
  isClaimed: boolean
  isVerified: boolean
  isConsumed: boolean
  accessToken?: string
  userId?: string
  userAuthenticatorId?: string
}

/**
 * What became of a QR code, for the page that has its device code; an approval passes the challenge, once. The token that asked need not come again: the code
 * stands for it as long as it lives.
 */
export async function collectQrCode(
  deps: AnswerChallengeDeps,
  tenant: Tenant,
  { challengeId, deviceCode }: { challengeId: string; deviceCode: string },
  collector: Collector,
): Promise<CollectedQrCode> {
  const at = deps.clock()
  const request = await loadRequest(deps.store.db, tenant.tenantId, qrCodeName, challengeId, at)
  const { claimedBy, decision, claims, deviceCode: digest = '' } = request.details
  if (!isSame(digest, digestOf(deviceCode))) throw unusableChallenge()
  if (decision === undefined) return { isClaimed: claimedBy !== undefined, isVerified: false, isConsumed: false }
  if (decision !== 'approved') return { isClaimed: true, isVerified: false, isConsumed: true }
  if (claims !== undefined && claims.expiresAt <= at) throw unusableChallenge()
  const { accessToken, authenticator } = await passRequest(deps, tenant, claims, qrCodeName, request, collector)
  const { userId, userAuthenticatorId } = authenticator
  return { isClaimed: true, isVerified: true, isConsumed: true, accessToken, userId, userAuthenticatorId }
}

function isSame(known: string, given: string): boolean {
  return known.length === given.length && timingSafeEqual(Buffer.from(known), Buffer.from(given))
}
