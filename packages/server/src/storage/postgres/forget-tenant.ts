import type { ChangingStore } from '../changing-store.ts'
import type { Connections, Run } from './connections.ts'
import { lockReadSide, stepBackFrom } from './fold-step.ts'
import { execute } from './migrate-postgres.ts'
import { runAgain } from './run-again.ts'

const ROWS_PER_STEP = 2000

const instanceKey = 'tenant_id, user_id, created_at, action, idempotency_key'
/**
 * With the primary key of each. Keys go after their instances: those of a month's partition may be moved meanwhile, and are found again. The read side
 * goes from what it is made of to what is made of it, each after what it could be made from again.
 */
const tables = {
  instances: instanceKey,
  instance_keys: 'tenant_id, user_id, action, idempotency_key',
  entities: 'tenant_id, entity_key, kind',
  event_index: instanceKey,
  event_roll_ups: 'tenant_id, bucket, at, action, outcome, state, rule_id, country, label',
  event_rule_roll_ups: 'tenant_id, bucket, at, action, rule_id, part, state, label',
}
/** Changed only by who holds the read side. */
const readSide: ReadonlySet<string> = new Set(['event_index', 'event_roll_ups', 'event_rule_roll_ups'])

/** Erases a tenant's rows in small steps, each a transaction of its own that may run again. */
export function createForgetTenant(connections: Connections): ChangingStore['forgetTenant'] {
  async function step(table: keyof typeof tables, tenantId: string): Promise<number> {
    const key = tables[table]
    // As the index of the entries has it.
    const tenant = table === 'event_index' ? "(tenant_id || '')" : 'tenant_id'
    const erase = (run: Run) =>
      execute<{ erased: number }>(
        run,
        `WITH erased AS (
           DELETE FROM ${table} WHERE ${tenant} = $1 AND (${key}) IN (SELECT ${key} FROM ${table} WHERE ${tenant} = $1 LIMIT ${ROWS_PER_STEP})
           RETURNING 1
         )
         SELECT count(*) AS erased FROM erased`,
        [tenantId],
      )
    const rows = await runAgain(() => (readSide.has(table) ? holdingReadSide(erase) : erase(connections.run)), { maxLosses: 1 })
    return rows[0]?.erased ?? 0
  }

  function holdingReadSide<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return connections.inTransaction(async (run) => {
      await lockReadSide(run)
      return work(run)
    })
  }

  return async (tenantId, signal) => {
    let instances = 0
    for (const table of Object.keys(tables) as (keyof typeof tables)[]) {
      for (let erased = 1; erased > 0 && signal?.aborted !== true; ) {
        erased = await step(table, tenantId)
        if (table === 'instances') instances += erased
      }
    }
    await runAgain(() => execute(connections.run, 'DELETE FROM instance_changes WHERE tenant_id = $1', [tenantId]), { maxLosses: 1 })
    await runAgain(() => connections.inTransaction((run) => stepBackFrom(run, tenantId)), { maxLosses: 1 })
    return instances
  }
}
