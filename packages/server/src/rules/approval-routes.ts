import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { ChangeConfigurationDeps } from '../configuration/change-configuration.ts'
import type { Routes } from '../http/app-type.ts'
import { actionCode } from '../http/identifier.ts'
import { setApproval } from './set-approval.ts'

const requireApproval = z
  .boolean()
  .meta({ description: 'Whether a change of the policy takes effect only when a second person has approved it.' })

/** Management API: four eyes. A route of its own, because whoever may change rules may not also decide that nobody has to look at them. */
export const approvalRoutes: Routes<ChangeConfigurationDeps> = (app, deps) => {
  app.put(
    '/action-configurations/:actionCode/approval',
    {
      schema: {
        tags: ['proposals'],
        summary: 'Require approval for changes of an action',
        description: 'Takes effect at once, also on its way off. Open proposals stay.',
        params: z.object({ actionCode }),
        body: z.strictObject({ requireApproval }),
        response: { 200: z.object({ actionCode: z.string(), requireApproval }) },
      },
    },
    async (request) => {
      const place = { ...request.params, tenantId: tenantOf(request).tenantId, actor: actorOf(request) }
      await setApproval(deps, place, request.body.requireApproval)
      return { actionCode: place.actionCode, requireApproval: request.body.requireApproval }
    },
  )
}
