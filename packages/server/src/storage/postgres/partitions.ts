import type { Connections, Run } from './connections.ts'
import { execute, lockSchema } from './migrate-postgres.ts'

/** Months made ahead, so that a process that cannot make one for a while leaves no gap. */
const monthsAhead = 3
/** Nobody waits longer than this behind us for the table. */
const lockTimeoutMs = 1000

/** The tables that have a partition for each month. */
const partitioned = ['instances', 'event_index'] as const
export type PartitionedTable = (typeof partitioned)[number]

export interface Month {
  /** The partition's name: `instances_2026_11`. */
  name: string
  /** Milliseconds UTC, inclusive and exclusive. */
  from: number
  to: number
}

/** The month of a time, or the one that is `later` months after it. */
export function monthAt(at: number, later = 0, table: PartitionedTable = 'instances'): Month {
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + later]
  const from = Date.UTC(year, month)
  const start = new Date(from)
  const name = `${table}_${start.getUTCFullYear()}_${String(start.getUTCMonth() + 1).padStart(2, '0')}`
  return { name, from, to: Date.UTC(year, month + 1) }
}

/**
 * Makes the missing partitions of this month and the next ones, and moves their rows out of the default partition. Rejects while somebody reads the table
 * for hours, such as a dump. It may be called again later.
 *
 * The entries of instances have the same months as those, also the ones that an earlier release made.
 */
export async function makePartitions(connections: Connections, now: number): Promise<void> {
  const months = Array.from({ length: monthsAhead + 1 }, (_, later) => monthAt(now, later))
  for (const table of partitioned) {
    const wanted = table === 'instances' ? months : [...months, ...(await listPartitions(connections.run))]
    const there = new Set((await listPartitions(connections.run, table)).map(({ from }) => from))
    for (const { from } of wanted) {
      if (there.has(from)) continue
      there.add(from)
      await connections.inTransaction((run) => makePartition(run, monthAt(from, 0, table), table))
    }
  }
}

export async function makePartition(run: Run, { name, from, to }: Month, table: PartitionedTable = 'instances'): Promise<void> {
  await execute(run, `SET LOCAL lock_timeout = ${lockTimeoutMs}`)
  await lockSchema(run)
  const partitions = await listPartitions(run, table)
  if (partitions.some((partition) => partition.name === name)) return
  // Settling changes rows that are there: they find room on their own page.
  await execute(run, `CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS) WITH (fillfactor = 90)`)
  await execute(run, `LOCK TABLE ${table}_default IN ACCESS EXCLUSIVE MODE`)
  await execute(
    run,
    `WITH moved AS (DELETE FROM ${table}_default WHERE created_at >= $1 AND created_at < $2 RETURNING *) INSERT INTO ${name} SELECT * FROM moved`,
    [from, to],
  )
  await execute(run, `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`)
}

/** The months that have a partition. */
export async function listPartitions(run: Run, table: PartitionedTable = 'instances'): Promise<Month[]> {
  const rows = await execute<{ name: string }>(
    run,
    `SELECT c.relname AS name FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass('${table}')`,
  )
  return rows.flatMap(({ name }) => {
    const [, year, month] = /_(\d{4})_(\d{2})$/.exec(name) ?? []
    return year === undefined || month === undefined ? [] : [monthAt(Date.UTC(Number(year), Number(month) - 1), 0, table)]
  })
}
