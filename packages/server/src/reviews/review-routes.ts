import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { instanceParams, storableText } from '../http/identifier.ts'
import { instanceView, reviewedState } from './instance-json.ts'
import { viewInstance } from './load-instance.ts'
import { type SettleInstanceDeps, settleInstance } from './settle-instance.ts'

const body = z.strictObject({
  state: reviewedState.meta({ description: '`REVIEW_SUCCEEDED` approves the action, `REVIEW_FAILED` rejects it.' }),
  reason: storableText(1000)
    .regex(/\S/, 'is empty')
    .meta({ description: 'Why, in words. It is kept with the action and in the audit log.' }),
})

/** Management API: people settle what waits for them. */
export const reviewRoutes: Routes<SettleInstanceDeps> = (app, deps) => {
  app.post(
    '/events/:userId/:action/:idempotencyKey/review',
    {
      schema: {
        tags: ['events'],
        summary: 'Approve or reject an action that waits for a review',
        description:
          'Only an action in the state `REVIEW_REQUIRED` can be reviewed; any other is refused with `not_in_review`. Repeating the same review changes nothing and gets the same answer.',
        params: instanceParams,
        body,
        response: { 200: instanceView },
      },
    },
    async (request) => {
      const tenant = tenantOf(request)
      const change = { kind: 'review', ...request.body } as const
      return viewInstance(deps, tenant, await settleInstance(deps, tenant, request.params, change, actorOf(request)))
    },
  )
}
