import { z } from 'zod'
import { tokenOf } from '../../callers/authenticate.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import type { MethodDeps } from '../method.ts'
import { askByPush } from './ask-by-push.ts'
import { collectPush } from './collect-push.ts'

const askBody = z.object({
  action: z.string().max(64).nullish().meta({ description: 'Of the token; another one is refused.' }),
  userAuthenticatorId: identifier(128).nullish(),
})
const askReply = z
  .object({
    challengeId: z.string(),
    verificationCode: z
      .string()
      .optional()
      .meta({ description: 'The number that the user has to type into the device. Show it. Absent: the tenant does not match numbers.' }),
    deliveryResults: z.array(z.object({ userAuthenticatorId: z.string(), errorCode: z.string().optional() })),
  })
  .meta({ id: 'PushChallenge' })
const collectBody = z.object({ challengeId: z.string().max(64), deviceId: identifier(256).or(z.literal('')).nullish() })
const collectReply = z
  .object({
    isVerified: z.boolean(),
    isConsumed: z.boolean().meta({ description: 'Decided. With `isVerified: false`: denied, or the number was wrong.' }),
    failureReason: z.string().optional(),
    accessToken: z.string().optional(),
    userId: z.string().optional(),
    userAuthenticatorId: z.string().optional(),
  })
  .meta({ id: 'CollectedPush' })

/** Client API: the page asks a device, and waits for what was decided there. */
export const pushRoutes: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }
  const tags = ['client: push devices']

  app.post(
    '/challenge/push',
    { schema: { tags, summary: 'Ask the devices of the user', body: askBody, response: { 200: askReply } } },
    (request) => {
      const { tenant, token } = tokenOf(request)
      const { action, userAuthenticatorId } = request.body
      return askByPush(deps, tenant, token, {
        action: action ?? undefined,
        userAuthenticatorId: userAuthenticatorId ?? undefined,
        ipAddress: request.ip,
        userAgent: request.headers['user-agent'],
      })
    },
  )
  app.post(
    '/verify/push',
    { schema: { tags, summary: 'See what was decided', body: collectBody, response: { 200: collectReply } } },
    (request) => {
      const { tenant, token } = tokenOf(request)
      return collectPush(deps, tenant, token, request.body.challengeId, {
        deviceId: request.body.deviceId || undefined,
        userAgent: request.headers['user-agent'],
        ipAddress: request.ip,
      })
    },
  )
}
