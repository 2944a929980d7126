import { z } from 'zod'
import { tenantOf } from '../../callers/authenticate.ts'
import { decideRequest } from '../../device-keys/decide-request.ts'
import { publicKey, signature } from '../../device-keys/device-key-routes.ts'
import type { Routes } from '../../http/app-type.ts'
import type { MethodDeps } from '../method.ts'
import { claimQrCode } from './claim-qr-code.ts'
import { qrCodeName } from './qr-code-name.ts'

const signed = { publicKey, challengeId: z.string().max(64), signature }
const claimBody = z.object(signed)
const custom = z.record(z.string(), z.unknown()).optional()
const claimReply = z
  .object({
    success: z.literal(true),
    userAgent: z.string().optional(),
    ipAddress: z.string().optional(),
    actionCode: z.string().optional(),
    idempotencyKey: z.string().optional(),
    custom,
    user: z.object({ custom }).optional(),
  })
  .meta({ id: 'ClaimedQrCode' })
const decideBody = z.object({ ...signed, approved: z.boolean(), verificationCode: z.string().max(16).nullish() })

/** Client API: a device scans a QR code, shows what it asks for, and sends what its user decides. */
export const qrCodeDeviceRoutes: Routes<MethodDeps> = (app, deps) => {
  const tags = ['client: QR code devices']
  const path = '/user-authenticators/qr-code/challenge'

  app.post(
    `${path}/claim`,
    {
      schema: {
        tags,
        summary: 'Take a scanned QR code',
        description: 'The device signs `challengeId`.',
        body: claimBody,
        response: { 200: claimReply },
      },
    },
    async (request) => ({
      success: true as const,
      ...(await claimQrCode(deps, tenantOf(request), { ...request.body, ipAddress: request.ip })),
    }),
  )
  app.post(
    path,
    {
      schema: {
        tags,
        summary: 'Approve or deny',
        description: 'By the device that took the code. It signs `challengeId`.',
        body: decideBody,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    async (request) => {
      const { verificationCode, ...body } = request.body
      const decision = { ...body, verificationCode: verificationCode ?? undefined, ipAddress: request.ip }
      await decideRequest(deps, tenantOf(request), qrCodeName, decision, true)
      return { success: true as const }
    },
  )
}
