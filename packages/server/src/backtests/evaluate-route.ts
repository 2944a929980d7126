import { z } from 'zod'
import { parseTrustedProxies } from '../addresses/parse-client-address.ts'
import { tenantOf } from '../callers/authenticate.ts'
import type { Config } from '../config.ts'
import type { Routes } from '../http/app-type.ts'
import { draftBodyLimit, draftPolicy } from '../rules-document/draft-policy.ts'
import { actionPath, actionPathParams } from './action-path.ts'
import { actionInForce, type EvaluateEventDeps, evaluateEvent, evaluation, triedEvent } from './evaluate-event.ts'

export type EvaluateRouteDeps = Omit<EvaluateEventDeps, 'trustedProxies'> & { config: Pick<Config, 'trustedProxies'> }

/** Management API: the test bench. */
export const evaluateRoutes: Routes<EvaluateRouteDeps> = (app, deps) => {
  const evaluateDeps = { ...deps, trustedProxies: parseTrustedProxies(deps.config.trustedProxies) }
  app.post(
    `${actionPath}/evaluate`,
    {
      bodyLimit: draftBodyLimit,
      schema: {
        tags: ['backtests'],
        summary: 'Try out an event',
        description: 'Decides the event with the current policy or a draft, and explains the decision. Stores, counts and learns nothing.',
        params: actionPathParams,
        body: z.strictObject({ event: triedEvent, draft: draftPolicy.optional() }),
        response: { 200: evaluation },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      return evaluateEvent(evaluateDeps, tenant, actionInForce(tenant, request.params.actionCode), request.body)
    },
  )
}
