import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { queryMoment } from '../http/query-moment.ts'
import { type DrawOverviewDeps, drawOverview } from './draw-overview.ts'
import { overview } from './overview-json.ts'
import { toOverviewRange } from './overview-range.ts'

const querystring = z.strictObject({
  from: queryMoment.optional().meta({ description: 'ISO 8601, or an age such as `-7d`. Absent: a day before `to`.' }),
  to: queryMoment.optional().meta({ description: 'Absent: now.' }),
  bucket: z.enum(['hour', 'day']).optional().meta({ description: 'Absent: hours for up to eight days, then days in UTC.' }),
})

/** Management API: a range of time at a glance. */
export const overviewRoutes: Routes<DrawOverviewDeps> = (app, deps) => {
  app.get(
    '/overview',
    {
      schema: {
        tags: ['events'],
        summary: 'Get an overview of a range of time',
        description:
          'Counts of what each event is now, from hourly counts that follow within a second. `filter` beside a number has the parameters of `GET events` that find what it counts.',
        querystring,
        response: { 200: overview },
      },
    },
    (request) => drawOverview(deps, tenantOf(request), toOverviewRange(request.query, deps.clock())),
  )
}
