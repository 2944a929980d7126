import { z } from 'zod'
import { canonicalJson } from '../audit/canonical-json.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { queryNumber } from '../http/query-number.ts'
import type { SearchingStore } from '../storage/searching-store.ts'
import { type DescribeEventsDeps, describeEvents } from './describe-events.ts'
import type { EventCursors } from './event-cursors.ts'
import { filterParameters, rangeParameters, toEventFilter, toRange } from './event-filter.ts'
import { listedEvent } from './event-json.ts'

export const searchQuery = z.strictObject({
  ...filterParameters,
  ...rangeParameters,
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: queryNumber(z.number().int().min(1).max(200).default(50)),
  cursor: z.string().max(4096).optional().meta({ description: 'The `cursor` of the page before, with the same parameters otherwise.' }),
})

export type SearchQuery = z.infer<typeof searchQuery>

export const eventPage = z
  .object({
    events: z.array(listedEvent),
    cursor: z.string().optional().meta({
      description: 'For the next page. A page may be short or empty and still have one: a search stops after a bounded amount of work.',
    }),
    searchedTo: z.string().optional().meta({ description: 'Everything up to this time was looked at. Absent: everything was.' }),
    from: z.string().optional().meta({ description: 'The bounds as absolute times.' }),
    to: z.string().optional(),
    warnings: z.array(z.string()).optional().meta({ description: 'Why the search may find less than expected.' }),
  })
  .meta({ id: 'EventPage' })

export interface SearchEventsDeps extends DescribeEventsDeps {
  store: DescribeEventsDeps['store'] & Pick<SearchingStore, 'searchEvents'>
  eventCursors: EventCursors
  clock: () => number
}

/** One page of a search. Refuses a cursor of another search. */
export async function searchEvents(
  deps: SearchEventsDeps,
  tenant: Tenant,
  query: SearchQuery,
  warnings: readonly string[],
): Promise<z.infer<typeof eventPage>> {
  const { tenantId } = tenant
  const { limit, cursor: given, ...asked } = query
  const question = canonicalJson(asked)
  const cursor = given === undefined ? undefined : deps.eventCursors.read(tenantId, question, given)
  if (given !== undefined && cursor === undefined) throw otherSearch()
  const range = cursor ?? toRange(asked, deps.clock())
  const { from, to } = range
  const search = { filter: toEventFilter(asked, { from, to }), order: asked.order, limit, ...(cursor && { after: cursor.place }) }
  const page = await deps.store.searchEvents(tenantId, search)
  return {
    events: await describeEvents(deps, tenant, page.events),
    cursor: page.next === undefined ? undefined : deps.eventCursors.write(tenantId, question, { place: page.next, from, to }),
    searchedTo: page.searchedTo === undefined ? undefined : toIso(page.searchedTo),
    from: from === undefined ? undefined : toIso(from),
    to: to === undefined ? undefined : toIso(to),
    warnings: warnings.length === 0 ? undefined : [...warnings],
  }
}

function otherSearch(): ApiError {
  return new ApiError(
    'invalid_request',
    '`cursor` belongs to another search: send it with the same parameters, or leave it out to begin again',
  )
}
