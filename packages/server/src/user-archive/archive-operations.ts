import { z } from 'zod'
import { operation } from '../control/operation.ts'
import { exportUser } from './export-user.ts'
import { exportUsers } from './export-users.ts'
import { type ImportUsersDeps, importUsers } from './import-users.ts'

const exportInput = z.object({ tenantId: z.string(), after: z.string().optional(), limit: z.number().int().min(1).max(500) })
const exportOneInput = z.object({ tenantId: z.string(), userId: z.string() })
const importInput = z.object({ tenantId: z.string(), users: z.array(z.unknown()).max(500) })

/** Moves users in or out, on the machine of the server, without a key. `null`: there is no such tenant. */
export function createArchiveOperations(deps: ImportUsersDeps) {
  const { db } = deps.store

  async function hasTenant(tenantId: string): Promise<boolean> {
    const row = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select('tenant_id').executeTakeFirst()
    return row !== undefined
  }

  return {
    exportUsers: operation(exportInput, async ({ tenantId, after, limit }) =>
      (await hasTenant(tenantId)) ? exportUsers(db, tenantId, after, limit) : null,
    ),
    exportUser: operation(exportOneInput, async ({ tenantId, userId }) =>
      (await hasTenant(tenantId)) ? ((await exportUser(deps, tenantId, userId)) ?? ('no such user' as const)) : null,
    ),
    importUsers: operation(importInput, async ({ tenantId, users }) =>
      (await hasTenant(tenantId)) ? importUsers(deps, tenantId, users) : null,
    ),
  }
}
