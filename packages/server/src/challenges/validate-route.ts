import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { wireState } from '../http/wire-state.ts'
import type { PurgeDeps } from '../retention/purge-expired.ts'
import { createConsumedTokenPurge } from '../tokens/purge-consumed-tokens.ts'
import { type ValidateChallengeDeps, validateChallenge } from './validate-challenge.ts'

const validateBody = z.object({
  token: z.string().meta({ description: 'What the browser got when the challenge was passed.' }),
  userId: z.string().nullish(),
  action: z.string().nullish(),
  idempotencyKey: z
    .string()
    .nullish()
    .meta({ description: 'The instance you are about to carry out. The approval of another one is not valid for it, and is not used up.' }),
  custom: z
    .record(z.string(), z.unknown())
    .nullish()
    .meta({
      description:
        'The transaction you are about to carry out. Any difference from what was tracked makes the answer not valid. Compared as canonical JSON ' +
        '(RFC 8785) after typing: where a data point says number, `"10.00"` and `10` are one amount.',
    }),
})

const validateReply = z
  .object({
    isValid: z.boolean(),
    state: wireState.optional(),
    stateUpdatedAt: z.string().optional(),
    userId: z.string().optional(),
    action: z.string().optional(),
    actionCode: z.string().optional(),
    idempotencyKey: z.string().optional(),
    verificationMethod: z.string().optional(),
    custom: z.record(z.string(), z.unknown()).optional(),
    isConsumed: z.literal(true).optional(),
    error: z.string().optional(),
  })
  .meta({ id: 'ValidateResponse' })

export type ValidateDeps = Omit<ValidateChallengeDeps, 'purge'> & PurgeDeps

export const validateRoutes: Routes<ValidateDeps> = (app, deps) => {
  const validateDeps = { ...deps, purge: createConsumedTokenPurge(deps) }
  app.post(
    '/validate',
    {
      schema: {
        tags: ['challenges'],
        summary: 'Validate the result of a challenge',
        description:
          'Valid once: says which instance was approved and with which data, so that you can check it is the very one you are about to carry out.',
        body: validateBody,
        response: { 200: validateReply },
      },
    },
    (request) =>
      validateChallenge(validateDeps, tenantOf(request), request.body.token, {
        userId: request.body.userId ?? undefined,
        action: request.body.action ?? undefined,
        idempotencyKey: request.body.idempotencyKey ?? undefined,
        custom: request.body.custom ?? undefined,
      }),
  )
}
