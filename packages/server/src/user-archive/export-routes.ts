import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { userParams } from '../http/identifier.ts'
import type { Store } from '../storage/store.ts'
import { exportUser } from './export-user.ts'
import { type PutExportOnRecordDeps, putExportOnRecord } from './put-export-on-record.ts'

const reply = z
  .record(z.string(), z.unknown())
  .meta({ id: 'ExportedUser', description: 'Attributes, authenticators, devices, actions, what was learnt, challenges and audit entries.' })

/** Management API: everything that is kept of one user. */
export const exportRoutes: Routes<{ store: Store } & PutExportOnRecordDeps> = (app, deps) => {
  app.get(
    '/users/:userId/export',
    {
      schema: {
        tags: ['users'],
        summary: 'Export a user',
        description: 'Everything that is kept of the user, for the user who asks for it. The audit log says who took it.',
        params: userParams,
        response: { 200: reply },
      },
    },
    async (request) => {
      const { userId } = request.params
      const { tenantId } = tenantOf(request)
      const exported = await exportUser(deps, tenantId, userId)
      if (exported === undefined) throw new ApiError('not_found', `nothing is known of the user \`${userId}\``)
      await putExportOnRecord(deps, { tenantId, actor: actorOf(request), event: 'user.exported', userId })
      return { ...exported }
    },
  )
}
