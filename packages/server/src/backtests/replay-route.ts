import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { instanceParams } from '../http/identifier.ts'
import { type ReplayInstanceDeps, replayInstance, replayReply } from './replay-instance.ts'

/** Management API: the replay of one decision. */
export const replayRoutes: Routes<ReplayInstanceDeps> = (app, deps) => {
  app.post(
    '/users/:userId/actions/:action/:idempotencyKey/replay',
    {
      schema: {
        tags: ['backtests'],
        summary: 'Decide one instance again',
        description: 'Uses the policy version and the signal values stored with the decision. Changes nothing.',
        params: instanceParams,
        response: { 200: replayReply },
      },
    },
    (request) => replayInstance(deps, tenantOf(request), request.params),
  )
}
