import { z } from 'zod'
import {
  claimJson,
  disputeDescription,
  givenReason,
  instanceView,
  labelValue,
  reviewedState,
  toClaimJson,
} from '../actions/instance-json.ts'
import { viewInstance } from '../actions/load-instance.ts'
import { type InstanceChange, type SettleInstanceDeps, settleInstance } from '../actions/settle-instance.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { instanceParams } from '../http/identifier.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import { claimReview, releaseReview } from './claim-review.ts'
import { type ListReviewsDeps, listReviews, reviewPage, reviewsQuery } from './list-reviews.ts'

const path = '/events/:userId/:action/:idempotencyKey'

const reviewBody = z.strictObject({
  state: reviewedState.meta({ description: '`REVIEW_SUCCEEDED` approves the action, `REVIEW_FAILED` rejects it.' }),
  reason: givenReason,
})
const labelBody = z.strictObject({
  label: labelValue.nullable().meta({ description: '`null` takes away what is known.' }),
  reason: givenReason.optional(),
})
const released = z.object({ success: z.literal(true) })

/** Management API: people say how an action turned out. */
export const reviewRoutes: Routes<SettleInstanceDeps & ListReviewsDeps & { notices: UserNotices }> = (app, deps) => {
  app.get(
    '/reviews',
    {
      schema: {
        tags: ['events'],
        summary: 'List the actions that wait for a review',
        description: 'Each with its reason in a sentence, and who has claimed it. An action is in the list within about a second.',
        querystring: reviewsQuery,
        response: { 200: reviewPage },
      },
    },
    (request) => listReviews(deps, tenantOf(request), request.query),
  )
  app.post(
    `${path}/claim`,
    {
      schema: {
        tags: ['events'],
        summary: 'Claim an action that waits for a review',
        description:
          'For ten minutes nobody else can approve or reject the action. Repeating the call begins the ten minutes again. While somebody else has claimed the action, it is refused with `claimed_by_another`, which names them.',
        params: instanceParams,
        body: z.strictObject({}),
        response: { 200: claimJson },
      },
    },
    async (request) => toClaimJson(await claimReview(deps, tenantOf(request), request.params, actorOf(request))),
  )
  app.delete(
    `${path}/claim`,
    {
      schema: {
        tags: ['events'],
        summary: 'Release a claimed action',
        description: "Only one's own claim can be released. Releasing an action that nobody has claimed changes nothing.",
        params: instanceParams,
        response: { 200: released },
      },
    },
    async (request) => {
      await releaseReview(deps, tenantOf(request), request.params, actorOf(request))
      return { success: true as const }
    },
  )
  app.post(
    `${path}/review`,
    {
      schema: {
        tags: ['events'],
        summary: 'Approve or reject an action that waits for a review',
        description:
          'Only an action in the state `REVIEW_REQUIRED` can be reviewed; any other is refused with `not_in_review`, and one that somebody else has claimed with `claimed_by_another`. Repeating the same review changes nothing and gets the same answer.',
        params: instanceParams,
        body: reviewBody,
        response: { 200: instanceView },
      },
    },
    (request) => settled(request, { kind: 'review', ...request.body }),
  )
  app.post(
    `${path}/dispute`,
    {
      schema: {
        tags: ['events'],
        summary: 'Record that it was not the user',
        description: disputeDescription,
        params: instanceParams,
        body: z.strictObject({ reason: givenReason }),
        response: { 200: instanceView },
      },
    },
    (request) => settled(request, { kind: 'dispute', ...request.body }),
  )
  app.post(
    `${path}/label`,
    {
      schema: {
        tags: ['events'],
        summary: 'Label an action as good or as fraud',
        description:
          'Says how the action turned out, for backtests and searches. It changes neither the state nor what was learned: a dispute does. It replaces any other label.',
        params: instanceParams,
        body: labelBody,
        response: { 200: instanceView },
      },
    },
    (request) => {
      const { label: value, reason } = request.body
      return settled(request, { kind: 'label', label: value && { value, source: 'person', ...(reason !== undefined && { reason }) } })
    },
  )

  async function settled(request: Parameters<typeof tenantOf>[0] & { params: z.infer<typeof instanceParams> }, change: InstanceChange) {
    const tenant = tenantOf(request)
    const { instance } = await settleInstance(deps, tenant, request.params, change, actorOf(request), deps.notices)
    return viewInstance(deps, tenant, instance)
  }
}
