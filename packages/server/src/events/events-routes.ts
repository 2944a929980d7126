import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { instanceParams } from '../http/identifier.ts'
import { type LoadReceiptDeps, loadReceipt, receipt } from './load-receipt.ts'
import { refuseWrongQuery } from './refuse-wrong-query.ts'
import { eventPage, type SearchEventsDeps, searchEvents, searchQuery } from './search-events.ts'

/** Management API: the decisions of the whole tenant. */
export const eventsRoutes: Routes<SearchEventsDeps & LoadReceiptDeps> = (app, deps) => {
  app.get(
    '/events',
    {
      attachValidation: true,
      schema: {
        tags: ['events'],
        summary: 'Search the events of the tenant',
        description:
          'Newest first unless asked otherwise. All parameters that are given must hold. A parameter that does not exist, a malformed value and an action that does not exist are refused, all at once. Every event is found within a second of its decision.',
        querystring: searchQuery,
        response: { 200: eventPage },
      },
    },
    async (request) => {
      const warnings = await refuseWrongQuery(deps, request)
      return searchEvents(deps, tenantOf(request), request.query, warnings)
    },
  )
  app.get(
    '/events/:userId/:action/:idempotencyKey',
    {
      schema: {
        tags: ['events'],
        summary: 'Get the receipt of an event',
        description:
          'Everything the decision rests on: its sentence, every rule condition by condition, every signal with its value or why there is none, where it came from, what would have changed the outcome, and what has happened since. It is computed again from what was stored with the decision; `replay` says whether the result is the same.',
        params: instanceParams,
        response: { 200: receipt },
      },
    },
    (request) => loadReceipt(deps, tenantOf(request), request.params),
  )
}
