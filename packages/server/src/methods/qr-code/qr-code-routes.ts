import { z } from 'zod'
import { clientOf, tenantOf } from '../../callers/authenticate.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import type { Routes } from '../../http/app-type.ts'
import { actionCode, identifier } from '../../http/identifier.ts'
import type { MethodDeps } from '../method.ts'
import { askByQrCode } from './ask-by-qr-code.ts'
import { collectQrCode } from './collect-qr-code.ts'

const askBody = z.object({ action: actionCode, custom: z.record(z.string(), z.unknown()).nullish() })
const askReply = z
  .object({
    challengeId: z.string().meta({ description: 'Show it as a QR code.' }),
    expiresAt: z.string(),
    deviceCode: z.string().meta({ description: 'Keep it: only whoever has it collects what is decided.' }),
  })
  .meta({ id: 'QrCodeChallenge' })
const collectBody = z.object({
  challengeId: z.string().max(64),
  deviceCode: z.string().max(64),
  deviceId: identifier(256).or(z.literal('')).nullish(),
})
const collectReply = z
  .object({
    isClaimed: z.boolean().meta({ description: 'A device has scanned it.' }),
    isVerified: z.boolean(),
    isConsumed: z.boolean().meta({ description: 'Decided. With `isVerified: false`: denied.' }),
    accessToken: z.string().optional(),
    userId: z.string().optional(),
    userAuthenticatorId: z.string().optional(),
  })
  .meta({ id: 'CollectedQrCode' })

/** Client API: a page shows a QR code, and waits for what is decided at the device that scans it. */
export const qrCodeRoutes: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }
  const tags = ['client: QR code devices']

  app.post(
    '/challenge/qr-code',
    { schema: { tags, summary: 'Make a challenge to show as a QR code', body: askBody, response: { 200: askReply } } },
    (request) => {
      const { tenant, token } = clientOf(request)
      return askByQrCode(deps, tenant, token, {
        action: request.body.action,
        custom: request.body.custom ?? undefined,
        ipAddress: request.ip,
        userAgent: request.headers['user-agent'],
      })
    },
  )
  app.post(
    '/verify/qr-code',
    { schema: { tags, summary: 'See what became of a QR code', body: collectBody, response: { 200: collectReply } } },
    (request) => {
      const { deviceId, ...body } = request.body
      return collectQrCode(deps, tenantOf(request), body, {
        deviceId: deviceId || undefined,
        userAgent: request.headers['user-agent'],
        ipAddress: request.ip,
      })
    },
  )
}
