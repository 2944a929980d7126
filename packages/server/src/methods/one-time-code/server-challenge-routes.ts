import { z } from 'zod'
import { actorOf, tenantOf } from '../../callers/authenticate.ts'
import { codeReply } from '../../challenges/code-reply.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import { verificationCode } from '../../challenges/verification-code.ts'
import { isEnabledMethod } from '../../configuration/enabled-methods.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Routes } from '../../http/app-type.ts'
import { actionCode, idempotencyKey, identifier, userId, userParams } from '../../http/identifier.ts'
import type { MethodDeps } from '../method.ts'
import { claimServerChallenge } from './claim-server-challenge.ts'
import type { CodeMethod } from './code-method.ts'
import { longestCode, shortestCode } from './code-settings.ts'
import { type ChallengeFilter, findLatestChallenge } from './find-latest-challenge.ts'
import { resendServerChallenge, startServerChallenge } from './send-server-challenge.ts'
import { verifyServerChallenge } from './verify-server-challenge.ts'

const challengeId = z.string().min(1).max(64)
const text = identifier(1024).nullish()

const startBody = z.object({
  verificationMethod: z.string().max(64).nullish(),
  action: actionCode.nullish(),
  idempotencyKey: idempotencyKey.nullish(),
  userId: userId.nullish(),
  email: identifier(320).nullish(),
  phoneNumber: identifier(64).nullish(),
  locale: identifier(64).nullish(),
  deviceId: identifier(256).nullish(),
  ipAddress: identifier(64).nullish(),
  userAgent: text,
  custom: z.record(z.string(), z.unknown()).nullish().meta({ description: 'Not read: track the action to have its data decided upon.' }),
  scope: z.string().max(256).nullish().meta({ description: 'Not read: a claimed challenge gives what every passed one does.' }),
  challengeId: challengeId.nullish().meta({ description: 'Alone: sends another code for this challenge.' }),
  smsChannel: z
    .enum(['DEFAULT', 'WHATSAPP'])
    .nullish()
    .meta({ description: 'Of the method `SMS`. `WHATSAPP`: the same as the method `WHATSAPP`.' }),
})
const startReply = z
  .object({ challengeId: z.string(), idempotencyKey: z.string(), expiresAt: z.int().meta({ description: 'Seconds since 1970.' }) })
  .meta({ id: 'ServerChallenge' })
const verifyBody = z.object({ challengeId, verificationCode: verificationCode({ min: shortestCode, max: longestCode }) })
const verifyReply = z
  .object({
    ...codeReply.pick({ isVerified: true, failureReason: true }).shape,
    email: z.string().optional(),
    phoneNumber: z.string().optional(),
    verificationMethod: z.string().optional(),
  })
  .meta({ id: 'VerifiedServerChallenge' })
const claimBody = z.object({
  challengeId,
  userId,
  skipVerificationCheck: z.boolean().nullish().meta({ description: 'Only `false` is supported: what was not verified proves nothing.' }),
})
const claimReply = z.object({ token: z.string(), verificationMethod: z.string() }).meta({ id: 'ClaimedChallenge' })
const filter = z.object({
  challengeId: challengeId.optional(),
  userId: userId.optional(),
  action: actionCode.optional(),
  verificationMethod: z.string().max(64).optional(),
})
const found = z
  .object({
    challengeId: z.string().optional(),
    expiresAt: z.int().optional(),
    verificationMethod: z.string().optional(),
    smsChannel: z.enum(['WHATSAPP']).optional(),
    phoneNumber: z.string().optional(),
    email: z.string().optional(),
    action: z.string().optional(),
  })
  .meta({ id: 'OpenServerChallenge' })

/** Server API: codes that the application's server asks for and answers, also before it knows the user. */
export function serverChallengeRoutes(methods: readonly CodeMethod[]): Routes<MethodDeps> {
  const tags = ['challenges']
  const names = methods.map(({ name }) => name).join(', ')

  return (app, given) => {
    const deps = { ...given, purge: createChallengePurge(given) }

    app.post(
      '/challenge',
      {
        schema: {
          tags,
          summary: 'Send a code to a user or to somebody who is none yet',
          description: `By ${names}. The code is answered with \`/verify\`, and what it proves is bound to a user with \`/claim\`.`,
          body: startBody,
          response: { 200: startReply },
        },
      },
      (request) => {
        const { action, challengeId: again, ...input } = request.body
        const verificationMethod = methodFor(input)
        const tenant = tenantOf(request)
        if (again && !verificationMethod) return resendServerChallenge(deps, tenant, methods, again)
        if (!verificationMethod || !action) throw new ApiError('invalid_request', '`verificationMethod` and `action` are required')
        if (!isEnabledMethod(tenant, verificationMethod)) {
          throw new ApiError('invalid_request', `${verificationMethod} is not an enabled verification method`)
        }
        const method = methods.find(({ name }) => name === verificationMethod)
        if (method === undefined) throw new ApiError('invalid_request', `${verificationMethod} sends no codes; ${names} do`)
        return startServerChallenge(deps, tenant, {
          method,
          actionCode: action,
          idempotencyKey: input.idempotencyKey ?? undefined,
          userId: input.userId ?? undefined,
          email: input.email ?? undefined,
          phoneNumber: input.phoneNumber ?? undefined,
          locale: input.locale ?? undefined,
          userAgent: input.userAgent ?? undefined,
          ipAddress: input.ipAddress ?? undefined,
          deviceId: input.deviceId ?? undefined,
        })
      },
    )

    app.post(
      '/verify',
      {
        schema: {
          tags,
          summary: 'Answer a challenge with its code',
          description: 'A wrong code is a reply of 200 with `isVerified: false`. The fifth wrong one ends the challenge.',
          body: verifyBody,
          response: { 200: verifyReply },
        },
      },
      (request) => {
        const { challengeId: id, verificationCode: code } = request.body
        return verifyServerChallenge(deps, tenantOf(request), methods, { challengeId: id, code })
      },
    )

    app.post(
      '/claim',
      { schema: { tags, summary: 'Make a verified challenge the proof of a user', body: claimBody, response: { 200: claimReply } } },
      (request) => {
        const { challengeId: id, userId: claimer, skipVerificationCheck } = request.body
        if (skipVerificationCheck) {
          throw new ApiError('invalid_request', '`skipVerificationCheck` is not supported by this release: verify the challenge first')
        }
        return claimServerChallenge(deps, tenantOf(request), methods, { challengeId: id, userId: claimer, actor: actorOf(request) })
      },
    )

    const schema = {
      tags,
      summary: 'Get the latest open challenge',
      description: 'An empty object when there is none.',
      response: { 200: found },
    }
    app.get('/challenges', { schema: { ...schema, querystring: filter } }, (request) => find(tenantOf(request), request.query))
    app.post('/challenges', { schema: { ...schema, summary: `${schema.summary}, as some clients ask`, querystring: filter } }, (request) =>
      find(tenantOf(request), request.query),
    )
    app.get(
      '/users/:userId/challenge',
      { schema: { ...schema, summary: `${schema.summary} of a user, as older clients ask`, params: userParams } },
      (request) => find(tenantOf(request), { userId: request.params.userId }),
    )

    async function find(tenant: ReturnType<typeof tenantOf>, by: ChallengeFilter) {
      if (by.challengeId === undefined && by.userId === undefined) {
        throw new ApiError('invalid_request', '`challengeId` or `userId` is required')
      }
      return (await findLatestChallenge(deps, tenant, methods, by)) ?? {}
    }
  }
}

/** The wire knows WhatsApp as a method, and as a channel of text messages. */
function methodFor({ verificationMethod, smsChannel }: Pick<z.infer<typeof startBody>, 'verificationMethod' | 'smsChannel'>) {
  if (smsChannel !== 'WHATSAPP' || !verificationMethod || verificationMethod === 'WHATSAPP') return verificationMethod
  if (verificationMethod === 'SMS') return 'WHATSAPP'
  throw new ApiError('invalid_request', '`smsChannel` belongs to the method `SMS`')
}
