import { z } from 'zod'
import type { Routes } from '../http/app-type.ts'
import { tenantOf } from '../http/authenticate.ts'
import { parseTrustedProxies } from '../ip/parse-client-address.ts'
import { actionPath, actionPathParams } from './action-path.ts'
import { draftBodyLimit, draftPolicy } from './draft-policy.ts'
import { actionInForce, evaluateEvent, evaluation, triedEvent } from './evaluate-event.ts'

/** Management API: the test bench. */
export const evaluateRoutes: Routes = (app, deps) => {
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
        body: z.object({ event: triedEvent, draft: draftPolicy.optional() }),
        response: { 200: evaluation },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      return evaluateEvent(evaluateDeps, tenant, actionInForce(tenant, request.params.actionCode), request.body)
    },
  )
}
