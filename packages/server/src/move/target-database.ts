import { setTimeout as pause } from 'node:timers/promises'
import { type Connections, createConnections, type Run } from '../storage/postgres/connections.ts'
import { findPooler } from '../storage/postgres/find-pooler.ts'
import { execute, migratePostgres } from '../storage/postgres/migrate-postgres.ts'
import { listPartitions, makePartition, makePartitions, monthAt } from '../storage/postgres/partitions.ts'
import { ConnectionError, isConflict } from '../storage/postgres/postgres-errors.ts'
import { createSharedDictionary } from '../storage/postgres/shared-dictionary.ts'
import { MoveError } from './move-error.ts'
import { entityShape } from './source-entities.ts'
import type { TableShape } from './table-shapes.ts'
import { createTargetInstances } from './target-instances.ts'
import { createTargetTable, type TargetTable } from './target-table.ts'

/** How far a move has come, by step: the name of a table, or `changes`. */
export type Progress = Map<string, { place: string; copied: number }>

/** The database that a store is moved to. */
export interface TargetDatabase {
  table(name: string): TargetTable
  tables(): Iterable<TargetTable>
  run: Run
  loadProgress(moveId: string): Promise<Progress>
  /**
   * Runs `work` as one transaction, again when the connection was lost or somebody was in the way. What was there when it was lost during the commit,
   * `work` finds out: it reads how far it has come.
   */
  inTransaction<T>(work: (run: Run) => Promise<T>): Promise<T>
  /** Makes the months from a time on until now and some ahead. */
  makeMonths(from: number | undefined, now: number): Promise<void>
  close(): Promise<void>
}

/** A page of a thousand rows, on a slow day. */
const statementTimeoutMs = 60_000
const MAX_TRIES = 8
/** Older ones go where rows go that have no month. */
const MAX_MONTHS = 240

/** Opens it, brought to this release's schema. */
export async function openTargetDatabase(given: string, shapes: readonly TableShape[], now: number): Promise<TargetDatabase> {
  const databaseUrl = await findPooler(given)
  await migratePostgres(databaseUrl, now)
  const connections = createConnections({ databaseUrl, poolSize: 3, statementTimeoutMs })
  // It has its own connection, as it is asked within transactions.
  const dictionaryConnection = createConnections({ databaseUrl, poolSize: 1, statementTimeoutMs })
  const tables = new Map<string, TargetTable>()
  for (const shape of shapes) tables.set(shape.name, createTargetTable(shape))
  tables.set('entities', createTargetTable(entityShape, { version: 'floor(random() * 9007199254740991)::int8' }))
  tables.set('instances', createTargetInstances(createSharedDictionary(dictionaryConnection.run)))

  return {
    table(name) {
      const table = tables.get(name)
      if (table === undefined) throw new Error(`no table ${name} is moved`)
      return table
    },
    tables: () => tables.values(),
    run: connections.run,
    loadProgress: (moveId) => loadProgress(connections.run, moveId),
    inTransaction: (work) => retry(() => connections.inTransaction(work)),
    makeMonths: (from, to) => retry(() => makeMonths(connections, from, to)),
    async close() {
      await Promise.all([connections.close(), dictionaryConnection.close()])
    },
  }
}

async function loadProgress(run: Run, moveId: string): Promise<Progress> {
  const rows = await execute<{ step: string; place: string; copied: number }>(
    run,
    'SELECT step, place, copied FROM move_progress WHERE move_id = $1',
    [moveId],
  )
  return new Map(rows.map(({ step, place, copied }) => [step, { place, copied }]))
}

/**
 * Notes that a step has come from one place to another, with what was copied in between. Throws when it was somewhere else: then another process is at
 * the same move.
 */
export async function advance(run: Run, moveId: string, step: string, from: string, to: string, copied: number): Promise<void> {
  const moved = await execute<{ copied: number }>(
    run,
    'UPDATE move_progress SET place = $4, copied = copied + $5 WHERE move_id = $1 AND step = $2 AND place = $3 RETURNING copied',
    [moveId, step, from, to, copied],
  )
  if (moved.length === 0) throw new MoveError('another process is running the same move: stop one of them')
}

async function makeMonths(connections: Connections, from: number | undefined, now: number): Promise<void> {
  await makePartitions(connections, now)
  if (from === undefined) return
  const there = new Set((await listPartitions(connections.run)).map(({ name }) => name))
  for (let back = 0; back < MAX_MONTHS; back++) {
    const month = monthAt(now, -back)
    if (!there.has(month.name)) await connections.inTransaction((run) => makePartition(run, month))
    if (month.from <= from) return
  }
}

/** Seconds without the database do not end hours of copying. */
async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ConnectionError || isConflict(error)) || tries === MAX_TRIES) throw error
      await pause(Math.min(2000, 100 * 2 ** tries))
    }
  }
}
