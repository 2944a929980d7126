import type { ChangingStore } from '../changing-store.ts'
import type { Connections, Run } from './connections.ts'
import { dropEntriesOfMonth } from './drop-entries-of-month.ts'
import { execute, lockSchema } from './migrate-postgres.ts'
import { listPartitions, type Month } from './partitions.ts'
import type { ReadSideFolder } from './read-side-folder.ts'

const ROWS_PER_STEP = 2000
/** Nobody waits longer than this behind us for the table. When we cannot have it in this time, the next run tries again. */
const lockTimeoutMs = 1000

interface Place {
  tenant_id: string
  user_id: string
  created_at: number
  action: string
  idempotency_key: string
}

const beforeAll: Place = { tenant_id: '', user_id: '', created_at: 0, action: '', idempotency_key: '' }
const columns = 'tenant_id, user_id, created_at, action, idempotency_key'

/**
 * Drops the months that have ended before a time: their keys in small steps, then the table as a whole. Of what lies outside of all months, and of one tenant
 * alone, rows go one by one.
 */
export function createForgetBefore(connections: Connections, folder: ReadSideFolder): ChangingStore['forgetBefore'] {
  return async (at, signal, tenantId) => {
    let erased = await eraseRows(connections.run, at, signal, tenantId)
    for (const month of tenantId === undefined ? await listPartitions(connections.run) : []) {
      if (month.to > at) continue
      erased += await eraseKeys(connections.run, month, signal)
      if (signal?.aborted) break
      await connections.inTransaction((run) => dropMonth(run, month))
    }
    // What is noted of the erased ones goes too.
    if (erased > 0 && signal?.aborted !== true) await folder.fold()
    return erased
  }
}

/** Goes through the month in the order of its primary key. An interrupted run is gone through again, and finds fewer. */
async function eraseKeys(run: Run, { name }: Month, signal: AbortSignal | undefined): Promise<number> {
  let erased = 0
  for (let place: Place | undefined = beforeAll; place !== undefined && signal?.aborted !== true; ) {
    const { tenant_id, user_id, created_at, action, idempotency_key } = place
    const rows: (Place & { erased: number })[] = await execute(
      run,
      `WITH step AS MATERIALIZED (
         SELECT ${columns} FROM ${name} WHERE (${columns}) > ($1, $2, $3, $4, $5) ORDER BY ${columns} LIMIT ${ROWS_PER_STEP}
       ), gone AS (
         DELETE FROM instance_keys AS k USING step AS s
         WHERE k.tenant_id = s.tenant_id AND k.user_id = s.user_id AND k.action = s.action AND k.idempotency_key = s.idempotency_key
           AND k.created_at = s.created_at
         RETURNING 1
       )
       SELECT ${columns}, (SELECT count(*) FROM gone) AS erased FROM step
       ORDER BY tenant_id DESC, user_id DESC, created_at DESC, action DESC, idempotency_key DESC LIMIT 1`,
      [tenant_id, user_id, created_at, action, idempotency_key],
    )
    erased += rows[0]?.erased ?? 0
    place = rows[0]
  }
  return erased
}

async function dropMonth(run: Run, month: Month): Promise<void> {
  await execute(run, `SET LOCAL lock_timeout = ${lockTimeoutMs}`)
  await lockSchema(run)
  await dropEntriesOfMonth(run, month)
  await execute(run, `DROP TABLE IF EXISTS ${month.name}`)
}

/** Row by row: those outside of all months, or all of a tenant. */
async function eraseRows(run: Run, at: number, signal: AbortSignal | undefined, tenantId: string | undefined): Promise<number> {
  const [table, ofTenant] = tenantId === undefined ? ['instances_default', ''] : ['instances', 'AND tenant_id = $2']
  let erased = 0
  for (let found = 1; found > 0 && signal?.aborted !== true; ) {
    const rows = await execute<{ found: number }>(
      run,
      `WITH step AS MATERIALIZED (
         SELECT ${columns} FROM ${table} WHERE created_at < $1 ${ofTenant} LIMIT ${ROWS_PER_STEP}
       ), gone AS (
         DELETE FROM instance_keys AS k USING step AS s
         WHERE k.tenant_id = s.tenant_id AND k.user_id = s.user_id AND k.action = s.action AND k.idempotency_key = s.idempotency_key
           AND k.created_at = s.created_at
       ), erased AS (
         DELETE FROM ${table} AS i USING step AS s
         WHERE i.tenant_id = s.tenant_id AND i.user_id = s.user_id AND i.created_at = s.created_at AND i.action = s.action
           AND i.idempotency_key = s.idempotency_key
         RETURNING 1
       )
       SELECT count(*) AS found FROM erased`,
      tenantId === undefined ? [at] : [at, tenantId],
    )
    found = rows[0]?.found ?? 0
    erased += found
  }
  return erased
}
