import type { AnswerChallengeDeps, PassedChallenge } from '../challenges/answer-challenge.ts'
import { answerChallenge } from '../challenges/answer-challenge.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { noteCompletion } from '../tries/take-send.ts'
import type { DeviceKeyMethod } from './device-key-method.ts'
import { answerIdOf, type DeviceRequest } from './device-request.ts'
import { type DeviceKey, findDeviceKeyById } from './find-device-key.ts'
import { markUsed } from './mark-used.ts'

/** Whoever asked, collecting. */
export interface Collector {
  deviceId: string | undefined
  userAgent: string | undefined
  ipAddress: string
}

/**
 * Passes the challenge of a request that was approved, as `answerChallenge` does, for the one who asked. Once. What the key signed shows that the device has it:
 * not who held the device, nor that the key cannot leave it, because no app attests that here.
 */
export function passRequest(
  deps: AnswerChallengeDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  method: DeviceKeyMethod,
  { row, details }: DeviceRequest,
  { deviceId, userAgent, ipAddress }: Collector,
): Promise<PassedChallenge<DeviceKey>> {
  return answerChallenge(deps, tenant, token, {
    method,
    challenge: {
      challengeId: answerIdOf(row),
      expiresAt: row.expires_at,
      actionCode: row.action_code ?? '',
      idempotencyKey: row.idempotency_key,
    },
    find: async () => findDeviceKeyById(deps.store.db, tenant.tenantId, method, details.decidedBy ?? '', deps.clock()),
    check: async () => ({ verified: true, proof: { userVerified: false, isDeviceBound: false, isPlainApproval: details.isPlainApproval } }),
    async advance(db, device, _proof, at) {
      await noteCompletion(db, { tenantId: tenant.tenantId, userId: device.userId, method: method.name }, at)
      return markUsed(db, device, at)
    },
    deviceId,
    userAgent,
    ipAddress,
  })
}
