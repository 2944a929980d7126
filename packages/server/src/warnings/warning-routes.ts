import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { toIso } from '../http/iso-time.ts'
import type { RecentWarnings } from './recent-warnings.ts'
import { warningCodes } from './warning.ts'

const reply = z
  .object({
    warnings: z.array(
      z.object({
        code: z.enum(warningCodes),
        action: z.string(),
        subject: z.string().meta({ description: 'The attribute, data point, action, input or rule that the warning is about.' }),
        message: z.string(),
        count: z.int(),
        firstAt: z.string(),
        lastAt: z.string(),
      }),
    ),
  })
  .meta({ id: 'RecentWarnings' })

/** Management API: what looked wrong lately in tracked actions. */
export const warningRoutes: Routes<{ warnings: Pick<RecentWarnings, 'list'> }> = (app, deps) => {
  app.get(
    '/warnings',
    {
      schema: {
        tags: ['tenant'],
        summary: 'List what looked wrong lately',
        description:
          'The warnings that tracks were answered with in the last thirty days, at most a hundred, the latest first. They survive a restart; a server that is killed loses the last few seconds.',
        response: { 200: reply },
      },
    },
    async (request) => {
      const warnings = await deps.warnings.list(tenantOf(request).tenantId)
      return { warnings: warnings.map((each) => ({ ...each, firstAt: toIso(each.firstAt), lastAt: toIso(each.lastAt) })) }
    },
  )
}
