import type { Store } from '../storage/store.ts'

const batchSize = 500

/** Erases entries of the audit log from before a time, of all tenants, oldest first, until none is left or `signal` aborts. Resolves with their number. */
export async function eraseAuditEntries({ db }: Pick<Store, 'db'>, before: number, signal: AbortSignal): Promise<number> {
  let erased = 0
  for (const { tenant_id: tenantId } of await db.selectFrom('tenants').select('tenant_id').execute()) {
    for (let last = batchSize; last === batchSize && !signal.aborted; ) {
      const { numDeletedRows } = await db
        .deleteFrom('audit_log')
        .where('tenant_id', '=', tenantId)
        .where('audit_id', 'in', ({ selectFrom }) =>
          selectFrom('audit_log as old')
            .select('old.audit_id')
            .where('old.tenant_id', '=', tenantId)
            .where('old.at', '<', before)
            .orderBy('old.at')
            .limit(batchSize),
        )
        .executeTakeFirst()
      last = Number(numDeletedRows)
      erased += last
    }
  }
  return erased
}
