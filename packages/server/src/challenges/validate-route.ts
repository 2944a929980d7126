import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { wireState } from '../http/wire-state.ts'
import type { PurgeDeps } from '../retention/purge-expired.ts'
import { createConsumedTokenPurge } from '../tokens/purge-consumed-tokens.ts'
import { warningCodes } from '../warnings/warning.ts'
import { type CheckExpectationDeps, checkExpectation } from './check-expectation.ts'
import { type InvalidReason, invalidReasons } from './invalid-reasons.ts'
import { type ValidateChallengeDeps, validateChallenge } from './validate-challenge.ts'

const fields = {
  token: z.string().meta({ description: 'The token that the browser received for the passed challenge.' }),
  userId: z.string().nullish(),
  action: z.string().nullish(),
  idempotencyKey: z.string().nullish().meta({
    description: 'The instance you are about to execute. The approval of another instance is not valid for it and is not used up.',
  }),
  custom: z
    .record(z.string(), z.unknown())
    .nullish()
    .meta({
      description:
        'The transaction you are about to execute. If it differs from the tracked data, the answer is not valid. Compared with what was sent, as ' +
        'canonical JSON (RFC 8785); if the data point was or is a number, `"10.00"` and `10` are the same amount.',
    }),
}

/** Members that are not attributes pass, so that the answer can warn of them: a misspelt expectation compares nothing. */
const validateBody = z.looseObject(fields)
const knownAttributes: ReadonlySet<string> = new Set(Object.keys(fields))

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
    isTracked: z.boolean().optional().meta({
      description: 'Whether the instance was tracked. `false`: a sign-in for the action, which no rule decided.',
    }),
    isConsumed: z.literal(true).optional(),
    reason: z
      .enum(Object.keys(invalidReasons) as [InvalidReason, ...InvalidReason[]])
      .optional()
      .meta({ description: 'Why it is not valid, for a program. Further values may be added.' }),
    error: z.string().optional().meta({ description: 'Why it is not valid, for a person.' }),
    warnings: z
      .array(z.object({ code: z.enum(warningCodes), message: z.string() }))
      .optional()
      .meta({ description: 'Misspelt members of the request, which were not compared. A strict tenant refuses them. Absent: none.' }),
  })
  .meta({ id: 'ValidateResponse' })

export type ValidateDeps = Omit<ValidateChallengeDeps, 'purge'> & PurgeDeps & CheckExpectationDeps

export const validateRoutes: Routes<ValidateDeps> = (app, deps) => {
  const validateDeps = { ...deps, purge: createConsumedTokenPurge(deps) }
  app.post(
    '/validate',
    {
      schema: {
        tags: ['challenges'],
        summary: 'Validate the result of a challenge',
        description:
          'Valid once. The answer names the approved instance and its data, so you can check that it is the one you are about to execute.',
        body: validateBody,
        response: { 200: validateReply },
      },
    },
    async (request) => {
      const { token, userId, action, idempotencyKey, custom } = request.body
      const misspelt = checkExpectation(validateDeps, tenantOf(request), request.body, knownAttributes)
      const result = await validateChallenge(validateDeps, tenantOf(request), token, {
        userId: userId ?? undefined,
        action: action ?? undefined,
        idempotencyKey: idempotencyKey ?? undefined,
        custom: custom ?? undefined,
      })
      return { ...result, ...misspelt }
    },
  )
}
