import { actionChallengeId, openActionChallenge } from '../../challenges/action-challenge.ts'
import { type AnswerChallengeDeps, answerChallenge, type PassedChallenge } from '../../challenges/answer-challenge.ts'
import type { ChallengeSeal } from '../../challenges/challenge-seal.ts'
import { refuse } from '../../challenges/refusal.ts'
import { refuseUntracked } from '../../challenges/refuse-untracked.ts'
import { unusableChallenge } from '../../challenges/refused-answer.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { loadDeviceKeySettings } from '../../device-keys/device-key-method.ts'
import { type DeviceKey, findDeviceKey } from '../../device-keys/find-device-key.ts'
import { markUsed } from '../../device-keys/mark-used.ts'
import { readPublicKey } from '../../device-keys/read-public-key.ts'
import { isSignedByDevice } from '../../device-keys/verify-device-signature.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { findUser } from '../../user-record/user-row.ts'
import { inAppName } from './in-app-name.ts'

export interface VerifyInAppDeps extends AnswerChallengeDeps {
  challengeSeal: ChallengeSeal
}

export interface VerifyInAppInput {
  challengeId: string
  publicKey: string
  signature: string
  deviceId: string | undefined
  userAgent: string | undefined
  ipAddress: string
}

/** The action of a sign-in that names none. */
const signInActionCode = 'in-app-sign-in'

/**
 * Verifies that a device signed the id of a challenge, as `answerChallenge` does. With a token, for its instance: the challenge then names that instance, or
 * none. Without, the user of the key signs in for the action that the challenge names.
 */
export function verifyInApp(
  deps: VerifyInAppDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  input: VerifyInAppInput,
): Promise<PassedChallenge<DeviceKey & { username: string | undefined }>> {
  const { tenantId } = tenant
  const { challengeId, publicKey, signature, deviceId, userAgent, ipAddress } = input
  loadDeviceKeySettings(tenant, inAppName)
  const named = openActionChallenge(deps.challengeSeal, tenantId, challengeId, deps.clock())
  if (named === undefined || (token !== undefined && !isFor(named, token))) throw unusableChallenge()
  const actionCode = token?.actionCode ?? named.code ?? signInActionCode
  const idempotencyKey = token?.idempotencyKey ?? named.idempotencyKey
  if (token === undefined && idempotencyKey === null) refuseUntracked(tenant, actionCode)
  const read = readPublicKey(publicKey)
  return answerChallenge(deps, tenant, token, {
    method: inAppName,
    challenge: { challengeId: actionChallengeId(challengeId, named.expiresAt), expiresAt: named.expiresAt, actionCode, idempotencyKey },
    async find() {
      const found = read && (await findDeviceKey(deps.store.db, tenantId, inAppName, read, deps.clock()))
      if (found === undefined) return undefined
      const user = await findUser(deps.store.db, tenantId, found.userId)
      return { ...found, username: user?.username ?? undefined }
    },
    check: async ({ key }) =>
      isSignedByDevice(key, challengeId, signature)
        ? { verified: true, proof: { userVerified: false, isDeviceBound: false } }
        : refuse('signature_invalid'),
    advance: (db, found, _proof, at) => markUsed(db, found, at),
    deviceId,
    userAgent,
    ipAddress,
  })
}

/** TK-03: the token of a passed challenge answers no other one. */
function isFor(named: { code: string | null; idempotencyKey: string | null }, token: TokenClaims): boolean {
  if (token.kind !== 'challenge') return false
  if (named.code !== null && named.code !== token.actionCode) return false
  return named.idempotencyKey === null || named.idempotencyKey === token.idempotencyKey
}
