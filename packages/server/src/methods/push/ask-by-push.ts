import { randomInt } from 'node:crypto'
import { challengeLifetimeMs } from '../../challenges/challenge-row.ts'
import { beginChallenge } from '../../challenges/open-instance.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { loadDeviceKeySettings } from '../../device-keys/device-key-method.ts'
import { dropRequest, insertRequest, listOpenRequests } from '../../device-keys/device-request.ts'
import { listDeviceKeys } from '../../device-keys/find-device-key.ts'
import { ApiError } from '../../errors/api-error.ts'
import { tooManyRequests } from '../../http/rate-limit.ts'
import type { Store } from '../../storage/store.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { forgetSend, type TakeSendDeps, takeSend, tooManySends } from '../../tries/take-send.ts'
import type { Webhooks } from '../../webhooks/webhooks.ts'
import { pushName } from './push-name.ts'

export interface AskByPushDeps {
  store: Store
  webhooks: Pick<Webhooks, 'call'>
  clock: () => number
  newId: () => string
  metrics: TakeSendDeps['metrics']
  /** Forgets challenges that were answered long ago. */
  purge: () => Promise<void>
}

export interface AskedPush {
  challengeId: string
  /** What the user has to type into the device. Absent: the tenant does not want it. */
  verificationCode?: string
  deliveryResults: { userAuthenticatorId: string; errorCode?: string }[]
}

/** Requests that wait for one user at a time. Who is asked again and again says yes in the end. */
const maxOpen = 3

/**
 * Asks the devices of the user of a token. The number goes to the page that asked and nowhere else: the device has to learn it from its user, who then sees what
 * they approve (OT-10). Refuses a fourth request while three wait, and
 * whatever is over the limits of messages (`takeSend`).
 */
export async function askByPush(
  deps: AskByPushDeps,
  tenant: Tenant,
  token: TokenClaims,
  asked: { action: string | undefined; userAuthenticatorId: string | undefined; ipAddress: string; userAgent: string | undefined },
): Promise<AskedPush> {
  const { store, clock } = deps
  const { tenantId, userId, actionCode, idempotencyKey } = token
  const settings = loadDeviceKeySettings(tenant, pushName)
  if (asked.action !== undefined && asked.action !== actionCode) {
    throw new ApiError('invalid_request', 'the token is for another action than `action`')
  }
  await beginChallenge(deps, tenant, token, pushName)
  await deps.purge()
  const devices = (await listDeviceKeys(store.db, tenantId, userId, pushName, clock())).filter(
    ({ userAuthenticatorId: id }) => asked.userAuthenticatorId === undefined || id === asked.userAuthenticatorId,
  )
  if (devices.length === 0) throw new ApiError('not_enrolled', 'the user has no push device')
  const number = settings.requireNumberMatching === false ? undefined : String(randomInt(0, 100)).padStart(2, '0')
  const { ipAddress, userAgent } = asked
  const sent = await takeSend(deps, tenant, { method: pushName.name, userId, ipAddress })
  if (!sent.isAllowed) throw tooManySends(sent)
  // The last thing that is stored: a request that waits without anybody knowing would count as one of the few.
  const row = await store
    .transaction({ tenantId, userId }, async ({ db }) => {
      const at = clock()
      const open = await listOpenRequests(db, tenantId, userId, pushName, at)
      if (open.length >= maxOpen) {
        throw tooManyRequests(
          'too many requests wait for the devices of this user',
          Math.min(...open.map(({ row }) => row.expires_at)) - at,
        )
      }
      const details = { number, isPlainApproval: number === undefined, ipAddress, userAgent }
      return insertRequest(db, { method: pushName, tenantId, token, actionCode, lifetimeMs: challengeLifetimeMs, details }, at)
    })
    .catch(async (error) => {
      await forgetSend(store.db, tenantId, sent.sendId).catch(() => undefined)
      throw error
    })
  const challengeId = row.challenge_id
  if (settings.pushProvider === 'WEBHOOK') {
    const data = { challengeId, userId, idempotencyKey, actionCode, userAgent, ipAddress }
    const { isOk } = await deps.webhooks.call(tenant, settings.webhookUrl ?? '', 'push.created', data)
    if (!isOk) {
      await dropRequest(store, row)
      await forgetSend(store.db, tenantId, sent.sendId)
      throw new ApiError('delivery_failed', 'the push could not be delivered: use another method, or try again')
    }
  }
  return {
    challengeId,
    ...(number !== undefined && { verificationCode: number }),
    deliveryResults: devices.map(({ userAuthenticatorId }) => ({ userAuthenticatorId })),
  }
}
