import type { Answer } from '../challenges/answer.ts'
import { challengeKind } from '../challenges/challenge-row.ts'
import { recordAnswer } from '../challenges/record-answer.ts'
import { type RecordDeniedDeps, recordDenied } from '../challenges/record-denied.ts'
import { refuse } from '../challenges/refusal.ts'
import { countRefused, invalidCredential, type RefusalLog, unusableChallenge } from '../challenges/refused-answer.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Db } from '../storage/store.ts'
import type { DeviceKeyMethod } from './device-key-method.ts'
import { loadDeviceKey } from './device-key-routes.ts'
import { answerIdOf, changeRequest, type DeviceRequest, loadRequest } from './device-request.ts'
import type { DeviceKey } from './find-device-key.ts'
import { readPublicKey } from './read-public-key.ts'
import { isSignedByDevice } from './verify-device-signature.ts'

export type DecideRequestDeps = RecordDeniedDeps & RefusalLog

export interface SignedRequest {
  publicKey: string
  challengeId: string
  /** Of `challengeId`. */
  signature: string
  ipAddress: string
}

export interface Decision extends SignedRequest {
  approved: boolean
  verificationCode: string | undefined
}

/**
 * The open request that a device signed, with its key. Refuses a request to somebody else's device, one that was decided, and a signature that is wrong. Where
 * a user was asked, that counts as a wrong answer; a QR code for anybody stays open, because anybody sees it.
 */
export async function loadSignedRequest(
  deps: DecideRequestDeps,
  tenant: Tenant,
  method: DeviceKeyMethod,
  signed: SignedRequest,
): Promise<{ device: DeviceKey; request: DeviceRequest }> {
  const { tenantId } = tenant
  const device = await loadDeviceKey(deps, tenant, method, readPublicKey(signed.publicKey))
  const request = await loadRequest(deps.store.db, tenantId, method, signed.challengeId, deps.clock())
  const { userId, userAuthenticatorId } = device
  // WA-06: a device of somebody else decides nothing for the user who was asked.
  if (request.row.consumed_at !== null || (request.row.user_id ?? userId) !== userId) throw unusableChallenge()
  if (!isSignedByDevice(device.key, signed.challengeId, signed.signature)) {
    await recordWrongSignature(deps, tenant, method, request, device, signed.ipAddress)
    const about = { tenantId, userId, ceremony: 'authentication' as const, userAuthenticatorId }
    throw invalidCredential(deps, method, about, refuse('signature_invalid'), { isLast: false })
  }
  return { device, request }
}

/**
 * Takes what a person decided at their device. Once: a request that was decided takes no other decision. An approval passes nothing by itself: the one who asked
 * collects it. A denial ends the instance at once, whoever is waiting (`recordDenied`); a wrong number counts as a wrong answer. Either is
 * stored together with the end of the request, so that no fault in between loses it.
 */
export async function decideRequest(
  deps: DecideRequestDeps,
  tenant: Tenant,
  method: DeviceKeyMethod,
  decided: Decision,
  mustBeClaimed = false,
): Promise<void> {
  const { device, request } = await loadSignedRequest(deps, tenant, method, decided)
  if (mustBeClaimed && request.details.claimedBy !== device.userAuthenticatorId) throw unusableChallenge()
  const { number } = request.details
  const isRight = number === undefined || decided.verificationCode === number
  const decision = !decided.approved ? 'denied' : isRight ? 'approved' : 'mismatched'
  const at = deps.clock()
  const changed = { ...request.details, decision, decidedBy: device.userAuthenticatorId } as const
  const take = (db: Db) => changeRequest(db, request, changed, { at, consumedAt: at })
  const answer = toAnswer(tenant, method, request, device, decided.ipAddress)
  if (decision === 'approved') {
    if (!(await take(deps.store.db))) throw unusableChallenge()
    return
  }
  if (decision === 'denied') {
    await recordDenied(deps, answer, take)
    raiseAlarm(deps, answer)
  } else await recordAnswer(deps, answer, refuse('number_mismatch'), take)
  countRefused(deps.metrics, method, 'authentication', decision === 'denied' ? 'denied' : 'number_mismatch')
}

/** Somebody else is trying to act as the user: operators set alerts for it. */
function raiseAlarm({ log, metrics }: RefusalLog, { method, challenge, authenticator }: Answer): void {
  const { tenantId, actionCode: action, idempotencyKey } = challenge
  metrics.countDenial(method.name)
  log.warn(
    { tenantId, userId: authenticator.userId, action, idempotencyKey, method: method.name },
    'a user denied a challenge at their device',
  )
}

async function recordWrongSignature(
  deps: DecideRequestDeps,
  tenant: Tenant,
  method: DeviceKeyMethod,
  request: DeviceRequest,
  device: DeviceKey,
  ipAddress: string,
): Promise<void> {
  if (request.row.user_id === null) return
  const at = deps.clock()
  const changed = { ...request.details, decision: 'mismatched' as const, decidedBy: device.userAuthenticatorId }
  const take = (db: Db) => changeRequest(db, request, changed, { at, consumedAt: at })
  await recordAnswer(deps, toAnswer(tenant, method, request, device, ipAddress), refuse('signature_invalid'), take)
}

/** A refused answer as it is recorded. Nobody who asked is there for it. */
function toAnswer(tenant: Tenant, method: DeviceKeyMethod, { row }: DeviceRequest, device: DeviceKey, ipAddress: string): Answer {
  const { tenantId } = tenant
  const { userId, userAuthenticatorId } = device
  const { user_id: asked, idempotency_key: idempotencyKey, expires_at: expiresAt } = row
  const actionCode = row.action_code ?? ''
  return {
    tenant,
    token: undefined,
    method,
    challenge: {
      tenantId,
      challengeId: answerIdOf(row),
      kind: challengeKind(method.name, 'authentication'),
      userId: asked,
      actionCode,
      idempotencyKey,
      expiresAt,
    },
    key: asked === null || idempotencyKey === null ? undefined : { tenantId, userId: asked, action: actionCode, idempotencyKey },
    signInKey: '',
    isUsedUp: false,
    confirmation: undefined,
    authenticator: { userId, userAuthenticatorId },
    advance: async () => undefined,
    deviceId: undefined,
    userAgent: undefined,
    ipAddress,
  }
}
