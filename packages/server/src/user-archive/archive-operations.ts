import { z } from 'zod'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
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

  /** Who takes personal data out is on record, before it is given. */
  function putOnRecord(tenantId: string, event: string, userId?: string): Promise<void> {
    const entry = { tenantId, at: deps.clock(), actor: systemActor('command line'), event, ...(userId !== undefined && { userId }) }
    return deps.store.transaction({ tenantId }, (tx) => insertAuditEntry(tx.db, deps.newId(), entry))
  }

  return {
    exportUsers: operation(exportInput, async ({ tenantId, after, limit }) => {
      if (!(await hasTenant(tenantId))) return null
      if (after === undefined) await putOnRecord(tenantId, 'users.exported')
      return exportUsers(db, tenantId, after, limit)
    }),
    exportUser: operation(exportOneInput, async ({ tenantId, userId }) => {
      if (!(await hasTenant(tenantId))) return null
      const exported = await exportUser(deps, tenantId, userId)
      if (exported === undefined) return 'no such user' as const
      await putOnRecord(tenantId, 'user.exported', userId)
      return exported
    }),
    importUsers: operation(importInput, async ({ tenantId, users }) =>
      (await hasTenant(tenantId)) ? importUsers(deps, tenantId, users) : null,
    ),
  }
}
