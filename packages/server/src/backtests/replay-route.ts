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
        description: 'By the version of the policy that decided it and the signal values stored with it. Nothing is changed.',
        params: instanceParams,
        response: { 200: replayReply },
      },
    },
    (request) => replayInstance(deps, tenantOf(request), request.params),
  )
}
