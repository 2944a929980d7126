import { z } from 'zod'
import { parseTrustedProxies } from '../addresses/parse-client-address.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { answerTogether } from '../http/answer-together.ts'
import type { Routes } from '../http/app-type.ts'
import { actionParams } from '../http/identifier.ts'
import { wireState } from '../http/wire-state.ts'
import { codeMethods } from '../methods/code-methods.ts'
import type { ClaimServerChallengeDeps } from '../methods/one-time-code/claim-server-challenge.ts'
import { warningCodes } from '../warnings/warning.ts'
import { type TrackActionDeps, trackAction } from './track-action.ts'
import { trackBody } from './track-body.ts'
import { trackClaiming } from './track-claiming.ts'

const trackReply = z
  .object({
    idempotencyKey: z.string(),
    state: wireState,
    url: z.string(),
    token: z.string(),
    isEnrolled: z.boolean(),
    enrolledVerificationMethods: z.array(z.string()),
    allowedVerificationMethods: z.array(z.string()),
    defaultVerificationMethod: z.string().optional(),
    ruleIds: z.array(z.string()),
    warnings: z
      .array(z.object({ code: z.enum(warningCodes), message: z.string() }))
      .optional()
      .meta({
        description:
          'What looks like a mistake in the request or in the rules. Absent: nothing does. A strict tenant refuses a misspelt request.',
      }),
  })
  .meta({ id: 'TrackResponse' })

export type TrackDeps = Omit<TrackActionDeps, 'trustedProxies' | 'publicUrl' | 'issuer'> &
  Omit<ClaimServerChallengeDeps, 'config'> & { config: { trustedProxies: readonly string[]; publicUrl: string; issuer: string } }

export const trackRoutes: Routes<TrackDeps> = (app, deps) => {
  const trackDeps = {
    store: deps.store,
    tenants: deps.tenants,
    ip: deps.ip,
    trustedProxies: parseTrustedProxies(deps.config.trustedProxies),
    publicUrl: () => deps.config.publicUrl,
    issuer: deps.config.issuer,
    clock: deps.clock,
    newId: deps.newId,
    warnings: deps.warnings,
  }
  const claimingDeps = { ...deps, ...trackDeps, codeMethods }
  app.post(
    '/users/:userId/actions/:action',
    {
      onSend: answerTogether(),
      schema: {
        tags: ['actions'],
        summary: 'Track an action',
        description: 'Decides one occurrence of an action: allow, challenge, review or block.',
        params: actionParams,
        body: trackBody,
        response: { 200: trackReply },
      },
    },
    (request) => {
      const { userId, action } = request.params
      const { body: attributes } = request
      return attributes.challengeId
        ? trackClaiming(claimingDeps, tenantOf(request), { userId, action, attributes }, actorOf(request))
        : trackAction(trackDeps, tenantOf(request), userId, action, attributes)
    },
  )
}
