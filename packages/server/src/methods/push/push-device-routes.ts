import { z } from 'zod'
import { tenantOf } from '../../callers/authenticate.ts'
import { notAccepted } from '../../challenges/refused-answer.ts'
import { decideRequest } from '../../device-keys/decide-request.ts'
import {
  credentialReply,
  keyQuery,
  loadDeviceKey,
  loadQueriedKey,
  publicKey,
  signature,
  toCredential,
} from '../../device-keys/device-key-routes.ts'
import { listOpenRequests } from '../../device-keys/device-request.ts'
import { readPublicKey } from '../../device-keys/read-public-key.ts'
import { renewDeviceKey } from '../../device-keys/renew-device-key.ts'
import { showRequest } from '../../device-keys/shown-request.ts'
import { isSignedByDevice, timedMessages } from '../../device-keys/verify-device-signature.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Routes } from '../../http/app-type.ts'
import type { MethodDeps } from '../method.ts'
import { pushName } from './push-name.ts'

const custom = z.record(z.string(), z.unknown()).optional()
const pendingReply = z
  .object({
    userAuthenticatorId: z.string(),
    challengeId: z.string().optional().meta({ description: 'Absent: nothing waits.' }),
    userId: z.string().optional(),
    actionCode: z.string().optional(),
    idempotencyKey: z.string().optional(),
    userAgent: z.string().optional(),
    deviceId: z.string().optional(),
    ipAddress: z.string().optional(),
    custom,
    user: z.object({ custom }).optional(),
    expiresAt: z.int().optional().meta({ description: 'Of the credential, milliseconds UTC.' }),
    isNumberRequired: z.boolean().optional().meta({ description: 'The user has to type the number that the waiting page shows.' }),
  })
  .meta({ id: 'PendingPush' })
const messageReply = z.object({ challengeId: z.string(), message: z.string() }).meta({ id: 'MessageToSign' })
const decideBody = z.object({
  publicKey,
  challengeId: z.string().max(64),
  signature,
  approved: z.boolean(),
  verificationCode: z.string().max(16).nullish().meta({ description: 'The number that the waiting page shows.' }),
})
const renewBody = z.object({
  publicKey,
  challengeId: z.string().max(512),
  signature,
  pushToken: z.string().max(4096).nullish(),
  resetExpiry: z.boolean().nullish(),
})
const success = z.object({ success: z.literal(true) })

/** Client API: the device asks what waits for its user, and sends what they decide. */
export const pushDeviceRoutes: Routes<MethodDeps> = (app, deps) => {
  const tags = ['client: push devices']
  const path = '/user-authenticators/push'
  const refused = () => new ApiError('invalid_credential', notAccepted(pushName))

  app.post(
    `${path}/challenge/sign`,
    { schema: { tags, summary: 'Get the text to sign before asking what waits', querystring: keyQuery, response: { 200: messageReply } } },
    async (request) => toSign(tenantOf(request).tenantId, 'push.read'),
  )
  app.get(
    `${path}/challenge`,
    {
      schema: {
        tags,
        summary: 'See what waits for the user of a device',
        description:
          'Where and what was asked is shown only to a request whose header `X-Authsignal-Signature` has the signature of the text of `POST /challenge/sign`.',
        querystring: keyQuery,
        response: { 200: pendingReply },
      },
    },
    async (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const device = await loadQueriedKey(deps, tenant, pushName, request.query.publicKey)
      const { userId, userAuthenticatorId } = device
      const at = deps.clock()
      const signed = request.headers['x-authsignal-signature']
      const isSigned =
        typeof signed === 'string' && timedMessages(tenantId, 'push.read', at).some((text) => isSignedByDevice(device.key, text, signed))
      if (signed !== undefined && !isSigned) throw refused()
      const [waiting] = await listOpenRequests(deps.store.db, tenantId, userId, pushName, at)
      if (waiting === undefined) return { userAuthenticatorId }
      const shown = isSigned ? await showRequest(deps.store, tenant, userId, waiting) : { actionCode: waiting.row.action_code ?? undefined }
      return {
        ...shown,
        userAuthenticatorId,
        challengeId: waiting.row.challenge_id,
        userId,
        isNumberRequired: waiting.details.number !== undefined,
        expiresAt: device.details.expiresAt,
      }
    },
  )
  app.post(
    `${path}/challenge`,
    {
      schema: {
        tags,
        summary: 'Approve or deny',
        description: 'The device signs `challengeId`.',
        body: decideBody,
        response: { 200: success },
      },
    },
    async (request) => {
      const { verificationCode, ...body } = request.body
      await decideRequest(deps, tenantOf(request), pushName, {
        ...body,
        verificationCode: verificationCode ?? undefined,
        ipAddress: request.ip,
      })
      return { success: true as const }
    },
  )
  app.post(
    `${path}/sign`,
    { schema: { tags, summary: 'Get the text to sign before renewing a device', querystring: keyQuery, response: { 200: messageReply } } },
    async (request) => toSign(tenantOf(request).tenantId, 'push.renew'),
  )
  app.patch(
    path,
    { schema: { tags, summary: 'Renew a push device', body: renewBody, response: { 200: credentialReply } } },
    async (request) => {
      const tenant = tenantOf(request)
      const { publicKey: sent, challengeId, signature: given, resetExpiry } = request.body
      const device = await loadDeviceKey(deps, tenant, pushName, readPublicKey(sent))
      const isCurrent = timedMessages(tenant.tenantId, 'push.renew', deps.clock()).includes(challengeId)
      if (!isCurrent || !isSignedByDevice(device.key, challengeId, given)) throw refused()
      return toCredential(resetExpiry === true ? await renewDeviceKey(deps, tenant, pushName, device) : device.row)
    },
  )

  function toSign(tenantId: string, use: string) {
    const [message] = timedMessages(tenantId, use, deps.clock())
    return { challengeId: message, message }
  }
}
