import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { userParams } from '../http/identifier.ts'
import { type ImportHistoryDeps, importedHistory, importHistory, mostPastEvents, pastEvent } from './import-history.ts'

const body = z.strictObject({
  events: z
    .array(pastEvent)
    .min(1)
    .max(mostPastEvents)
    .meta({ description: 'Oldest first over several requests: what is older than an imported event teaches nothing.' }),
  dryRun: z.boolean().default(false).meta({ description: 'Changes nothing, and answers as if it did.' }),
})

/** Management API: what users did before they came here. */
export const historyRoutes: Routes<ImportHistoryDeps> = (app, deps) => {
  app.post(
    '/users/:userId/history',
    {
      schema: {
        tags: ['users'],
        summary: 'Import what a user did before',
        description:
          'Teaches the profile of the user addresses, devices, browsers and hours, as if each event had ended well here at its time. It counts as proved only with a `verificationMethod`. Velocity counts and statistics stay as they are. Sending the same again changes nothing.',
        params: userParams,
        body,
        response: { 200: importedHistory },
      },
    },
    (request) => importHistory(deps, tenantOf(request), { userId: request.params.userId, ...request.body }, actorOf(request)),
  )
}
