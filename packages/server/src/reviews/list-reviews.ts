import { z } from 'zod'
import { claimJson, toClaimJson } from '../actions/instance-json.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { type DescribeEventsDeps, describeEvents } from '../events/describe-events.ts'
import type { EventCursors } from '../events/event-cursors.ts'
import { listedEvent } from '../events/event-json.ts'
import { queryNumber } from '../http/query-number.ts'
import { claimKey, findClaims } from '../review-claims/review-claim.ts'
import type { SearchingStore } from '../storage/searching-store.ts'

export const reviewsQuery = z.strictObject({
  order: z.enum(['oldest', 'newest']).default('oldest').meta({ description: 'By the time the actions were tracked.' }),
  limit: queryNumber(z.number().int().min(1).max(100).default(50)),
  cursor: z.string().max(4096).optional().meta({ description: 'The `cursor` of the page before, with the same order.' }),
})

export const reviewPage = z
  .object({
    reviews: z.array(
      listedEvent.extend({
        claim: claimJson.optional().meta({ description: 'Who looks at the action, and until when. Absent: nobody does.' }),
      }),
    ),
    cursor: z.string().optional().meta({ description: 'For the next page. A page may be short or empty and still have one.' }),
  })
  .meta({ id: 'ReviewPage' })

export interface ListReviewsDeps extends DescribeEventsDeps {
  store: DescribeEventsDeps['store'] & Pick<SearchingStore, 'searchEvents'>
  eventCursors: EventCursors
  clock: () => number
}

/** One page of the actions that wait for a review, each with who has claimed it. An action that was reviewed a moment ago is left out. */
export async function listReviews(
  deps: ListReviewsDeps,
  tenant: Tenant,
  { order, limit, cursor: given }: z.output<typeof reviewsQuery>,
): Promise<z.infer<typeof reviewPage>> {
  const { tenantId } = tenant
  const question = `reviews ${order}`
  const cursor = given === undefined ? undefined : deps.eventCursors.read(tenantId, question, given)
  if (given !== undefined && cursor === undefined)
    throw new ApiError('invalid_request', '`cursor` belongs to another list: send it with the same order, or leave it out to begin again')
  const { events, next } = await deps.store.searchEvents(tenantId, {
    filter: { states: ['REVIEW_REQUIRED'] },
    order,
    limit,
    ...(cursor && { after: cursor.place }),
  })
  const waiting = events.filter(({ state }) => state === 'REVIEW_REQUIRED')
  const claims = await findClaims(deps.store.db, tenantId, waiting, deps.clock())
  const described = await describeEvents(deps, tenant, waiting)
  return {
    reviews: described.map((event, index) => {
      const instance = waiting[index]
      const claim = instance && claims.get(claimKey(instance))
      return { ...event, claim: claim && toClaimJson(claim) }
    }),
    cursor: next === undefined ? undefined : deps.eventCursors.write(tenantId, question, { place: next }),
  }
}
