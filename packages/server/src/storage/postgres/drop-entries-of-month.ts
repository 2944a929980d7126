import type { Connections, Run } from './connections.ts'
import { lockReadSide } from './fold-step.ts'
import { execute, lockSchema } from './migrate-postgres.ts'
import { listPartitions, type Month, monthAt } from './partitions.ts'

/** Drops the entries of a month, and what they were counted as: the buckets of a month are its own. Within a transaction that holds the schema. */
export async function dropEntriesOfMonth(run: Run, { from, to }: Pick<Month, 'from' | 'to'>): Promise<void> {
  await lockReadSide(run)
  for (const table of ['event_roll_ups', 'event_rule_roll_ups']) await removeRollUps(run, table, from, to)
  await execute(run, 'DELETE FROM event_index_default WHERE created_at >= $1 AND created_at < $2', [from, to])
  await execute(run, `DROP TABLE IF EXISTS ${monthAt(from, 0, 'event_index').name}`)
}

/** The same for months whose instances a process of an earlier release has dropped, which knows nothing of entries. */
export async function dropOrphanedEntries(connections: Connections): Promise<void> {
  for (const { from, to } of await listPartitions(connections.run, 'event_index')) {
    await connections.inTransaction(async (run) => {
      const months = await listPartitions(run)
      if (months.some((month) => month.from === from)) return
      await lockSchema(run)
      await dropEntriesOfMonth(run, { from, to })
    })
  }
}

/** Tenant by tenant, by the primary key. */
async function removeRollUps(run: Run, table: string, from: number, to: number): Promise<void> {
  for (let after = ''; ; ) {
    const select = `SELECT min(tenant_id) AS tenant_id FROM ${table} WHERE tenant_id > $1`
    const [next] = await execute<{ tenant_id: string | null }>(run, select, [after])
    const tenantId = next?.tenant_id ?? null
    if (tenantId === null) return
    await execute(run, `DELETE FROM ${table} WHERE tenant_id = $1 AND bucket IN ('hour', 'day') AND at >= $2 AND at < $3`, [
      tenantId,
      from,
      to,
    ])
    after = tenantId
  }
}
