import type { VerificationMethod } from '@sallyport/engine'
import { z } from 'zod'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { userId, userParams } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import type { Store } from '../storage/store.ts'
import type { ConfigurableMethod } from '../tenants/configurable-method.ts'
import { answerLimitFields, prefixLimitFields, sendLimitFields } from '../tries/limit-settings.ts'
import { listThrottled } from './list-throttled.ts'
import { previewLimits } from './preview-limits.ts'
import { type ReleaseDeps, releasePrefix, unlockMethod } from './release.ts'

export interface LimitRoutesDeps extends ReleaseDeps {
  store: Store
  methods: readonly (NamedMethod & ConfigurableMethod)[]
}

const tags = ['limits']
const scope = z.enum(['country', 'block'])
const prefix = z
  .string()
  .max(20)
  .meta({ description: 'The country (ISO 3166-1), or the digits of a phone number without the last four.', examples: ['WS'] })

const throttledReply = z
  .object({
    authenticators: z.array(
      z.object({
        userId: z.string(),
        verificationMethod: z.string(),
        userAuthenticatorId: z.string().optional().meta({ description: 'Absent: the user binds one, or has none.' }),
        wrongAnswers: z.number().meta({ description: 'In a row.' }),
        isLocked: z.boolean().meta({ description: 'No answer is judged until somebody unlocks it.' }),
        retryAt: z.string().optional().meta({ description: 'When the next answer is judged. Absent: it is locked.' }),
      }),
    ),
    prefixes: z.array(z.object({ scope, prefix, stoppedUntil: z.string() })),
  })
  .meta({ id: 'Throttled' })

const previewBody = z.strictObject({
  submissionRateLimitConfiguration: answerLimitFields.submissionRateLimitConfiguration.unwrap().unwrap().optional(),
  sendingRateLimitConfigurations: sendLimitFields.sendingRateLimitConfigurations.unwrap().unwrap().optional(),
  prefixRateLimitConfigurations: prefixLimitFields.prefixRateLimitConfigurations.unwrap().unwrap().optional(),
  verificationCodeLength: z.int().min(2).max(10).optional(),
  users: z.int().min(0).max(1e9).optional().meta({ description: 'Users who can be attacked. Default: those who have the method.' }),
  countries: z.int().min(0).max(250).optional().meta({ description: 'Countries to which text messages may go. Default: as configured.' }),
  pricePerMessage: z.number().min(0).max(1000).optional(),
})
const chance = z.number().meta({ description: 'From 0 to 1.' })
const stopped = z.object({
  right: z.number().meta({ description: 'Right answers, or messages that were answered rightly.' }),
  stopped: z.number().meta({ description: 'Those of them that the limits would not have let through.' }),
  usersStopped: z.number(),
  isComplete: z.boolean().meta({ description: 'False: only the newest 100,000 entries were read.' }),
})
const previewReply = z
  .object({
    guessing: z
      .object({
        oneUser: z.object({ triesPerDay: z.number(), chancePerDay: chance }),
        allUsers: z.object({ users: z.number(), triesPerDay: z.number(), chancePerDay: chance }),
      })
      .optional()
      .meta({ description: 'Absent: nobody guesses at this method.' }),
    sending: z
      .object({ mostPerUserAndDay: z.number(), mostPerDay: z.number(), mostCostPerDay: z.number().optional() })
      .optional()
      .meta({ description: 'Absent: this method sends nothing.' }),
    history: z.object({ days: z.number(), answers: stopped.optional(), sends: stopped.optional() }),
  })
  .meta({ id: 'LimitPreview' })

/** Management API: limits of wrong answers and of messages: tried before they are set, seen at work, lifted. */
export const limitRoutes: Routes<LimitRoutesDeps> = (app, deps) => {
  app.get(
    '/limits/throttled',
    {
      schema: {
        tags,
        summary: 'List what is throttled now',
        description:
          'Authenticators whose answers are not judged now, and countries or blocks of phone numbers to which nothing is sent now. At most 500.',
        querystring: z.strictObject({ userId: userId.optional().meta({ description: 'Only the authenticators of this user.' }) }),
        response: { 200: throttledReply },
      },
    },
    async (request) => {
      const { authenticators, prefixes } = await listThrottled(
        deps.store.db,
        tenantOf(request).tenantId,
        deps.clock(),
        request.query.userId,
      )
      return {
        authenticators: authenticators.map(({ retryAt, ...one }) => ({
          ...one,
          ...(retryAt !== undefined && { retryAt: toIso(retryAt) }),
        })),
        prefixes: prefixes.map((one) => ({ ...one, stoppedUntil: toIso(one.stoppedUntil) })),
      }
    },
  )
  app.post(
    '/limits/release',
    {
      schema: {
        tags,
        summary: 'Send to a country or block of phone numbers again',
        description: 'Ends a stop. The unanswered messages before it no longer count.',
        body: z.strictObject({ scope, prefix }),
        response: { 200: z.object({ isReleased: z.boolean().meta({ description: 'False: it was not stopped.' }) }) },
      },
    },
    (request) => releasePrefix(deps, tenantOf(request).tenantId, request.body, actorOf(request)),
  )
  app.post(
    '/users/:userId/unlock',
    {
      schema: {
        tags,
        summary: 'Unlock a method of a user',
        description:
          'Forgets the wrong answers of the user with this method, so that the next answer is judged. First make sure that the user asks for it.',
        params: userParams,
        body: z.strictObject({ verificationMethod: z.string().max(64) }),
        response: { 200: z.object({ unlocked: z.number().meta({ description: 'Authenticators that had wrong answers.' }) }) },
      },
    },
    (request) =>
      unlockMethod(
        deps,
        {
          tenantId: tenantOf(request).tenantId,
          userId: request.params.userId,
          method: request.body.verificationMethod as VerificationMethod,
        },
        actorOf(request),
      ),
  )
  for (const method of deps.methods) {
    app.post(
      `/authenticator-configurations/${method.configuration.path}/limits/preview`,
      {
        schema: {
          tags,
          summary: `Preview limits of ${method.configuration.plural}`,
          description:
            'What limits would mean before they are set: the chance of a guess, the most that messages could cost, and the users they would have stopped. Changes nothing.',
          body: previewBody,
          response: { 200: previewReply },
        },
      },
      (request) => previewLimits(deps, tenantOf(request), method, request.body),
    )
  }
}
