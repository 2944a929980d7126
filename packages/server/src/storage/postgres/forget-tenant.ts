import type { ChangingStore } from '../changing-store.ts'
import type { Connections } from './connections.ts'
import { execute } from './migrate-postgres.ts'
import { runAgain } from './run-again.ts'

const ROWS_PER_STEP = 2000

/** With the primary key of each. Keys go after their instances: those of a month's partition may be moved meanwhile, and are found again. */
const tables = {
  instances: 'tenant_id, user_id, created_at, action, idempotency_key',
  instance_keys: 'tenant_id, user_id, action, idempotency_key',
  entities: 'tenant_id, entity_key, kind',
}

/** Erases a tenant's rows in small steps, each a transaction of its own that may run again. */
export function createForgetTenant(connections: Connections): ChangingStore['forgetTenant'] {
  async function step(table: keyof typeof tables, tenantId: string): Promise<number> {
    const key = tables[table]
    const rows = await runAgain(
      () =>
        execute<{ erased: number }>(
          connections.run,
          `WITH erased AS (
             DELETE FROM ${table} WHERE tenant_id = $1 AND (${key}) IN (SELECT ${key} FROM ${table} WHERE tenant_id = $1 LIMIT ${ROWS_PER_STEP})
             RETURNING 1
           )
           SELECT count(*) AS erased FROM erased`,
          [tenantId],
        ),
      { maxLosses: 1 },
    )
    return rows[0]?.erased ?? 0
  }

  return async (tenantId, signal) => {
    let instances = 0
    for (const table of Object.keys(tables) as (keyof typeof tables)[]) {
      for (let erased = 1; erased > 0 && signal?.aborted !== true; ) {
        erased = await step(table, tenantId)
        if (table === 'instances') instances += erased
      }
    }
    return instances
  }
}
