import { z } from 'zod'
import { clientOf } from '../../callers/authenticate.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import { publicKey, signature } from '../../device-keys/device-key-routes.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import type { MethodDeps } from '../method.ts'
import { verifyInApp } from './verify-in-app.ts'

const verifyBody = z.object({
  challengeId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,4096}$/, 'is not the id of a challenge')
    .meta({ description: 'Of `POST /challenge`. It is what the device signs.' }),
  publicKey,
  signature,
  deviceId: identifier(256).or(z.literal('')).nullish(),
})
const verifyReply = z
  .object({
    isVerified: z.literal(true),
    token: z.string(),
    accessToken: z.string().meta({ description: 'The same as `token`, which mobile SDKs read.' }),
    userId: z.string(),
    userAuthenticatorId: z.string(),
    username: z.string().optional(),
  })
  .meta({ id: 'VerifiedAppKey' })

/** Client API: an app answers a challenge with its key. */
export const inAppRoutes: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }

  app.post(
    '/verify/in-app',
    { schema: { tags: ['client: app keys'], summary: 'Verify the signature of an app', body: verifyBody, response: { 200: verifyReply } } },
    async (request) => {
      const { tenant, token } = clientOf(request)
      const { deviceId, ...body } = request.body
      const { accessToken, authenticator } = await verifyInApp(deps, tenant, token, {
        ...body,
        deviceId: deviceId || undefined,
        userAgent: request.headers['user-agent'],
        ipAddress: request.ip,
      })
      const { userId, userAuthenticatorId, username } = authenticator
      return { isVerified: true as const, token: accessToken, accessToken, userId, userAuthenticatorId, username }
    },
  )
}
