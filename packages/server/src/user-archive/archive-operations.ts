import { z } from 'zod'
import { systemActor } from '../audit/actor.ts'
import { operation } from '../control/operation.ts'
import { exportUser } from './export-user.ts'
import { exportUsers } from './export-users.ts'
import { type ImportUsersDeps, importUsers } from './import-users.ts'
import { putExportOnRecord } from './put-export-on-record.ts'

const exportInput = z.object({ tenantId: z.string(), after: z.string().optional(), limit: z.number().int().min(1).max(500) })
const exportOneInput = z.object({ tenantId: z.string(), userId: z.string() })
const importInput = z.object({ tenantId: z.string(), users: z.array(z.unknown()).max(500) })

/** Moves users in or out, on the machine of the server, without a key. `null`: there is no such tenant. */
export function createArchiveOperations(deps: ImportUsersDeps) {
  const { db } = deps.store
  const actor = systemActor('command line')

  async function hasTenant(tenantId: string): Promise<boolean> {
    const row = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select('tenant_id').executeTakeFirst()
    return row !== undefined
  }

  return {
    exportUsers: operation(exportInput, async ({ tenantId, after, limit }) => {
      if (!(await hasTenant(tenantId))) return null
      if (after === undefined) await putExportOnRecord(deps, { tenantId, actor, event: 'users.exported' })
      return exportUsers(db, tenantId, after, limit)
    }),
    exportUser: operation(exportOneInput, async ({ tenantId, userId }) => {
      if (!(await hasTenant(tenantId))) return null
      const exported = await exportUser(deps, tenantId, userId)
      if (exported === undefined) return 'no such user' as const
      await putExportOnRecord(deps, { tenantId, actor, event: 'user.exported', userId })
      return exported
    }),
    importUsers: operation(importInput, async ({ tenantId, users }) =>
      (await hasTenant(tenantId)) ? importUsers(deps, tenantId, users) : null,
    ),
  }
}
