import type { EntityRef } from '@sallyport/engine'
import { eventIndex } from '../migrations/017-event-index.ts'
import type { Migration } from '../migrations/migration.ts'
import type { Store } from '../store.ts'
import { StoreUnavailableError } from '../store-errors.ts'
import { createConnections, type Run, type Statement } from './connections.ts'
import { createKysely, createStatementNames } from './create-kysely.ts'
import { createDecideQueue } from './decide-queue.ts'
import { dropOrphanedEntries } from './drop-entries-of-month.ts'
import { findPooler } from './find-pooler.ts'
import { createForgetBefore } from './forget-before.ts'
import { createForgetTenant } from './forget-tenant.ts'
import { findInstance } from './instance-rows.ts'
import { lastTracked } from './last-tracked.ts'
import { listInstances } from './list-instances.ts'
import { migratePostgres } from './migrate-postgres.ts'
import { makePartitions } from './partitions.ts'
import { toStoreError } from './postgres-errors.ts'
import { readRollUps, readRuleRollUps } from './read-roll-ups.ts'
import { createReadSideFolder } from './read-side-folder.ts'
import { readSnapshots, toSnapshot } from './read-snapshots.ts'
import { runAgain } from './run-again.ts'
import { runTransaction } from './run-transaction.ts'
import { searchEvents } from './search-events.ts'
import { createSharedDictionary } from './shared-dictionary.ts'

export interface PostgresStoreOptions {
  /** `postgres://…`, with `pool_size` and `pgbouncer` as `parseDatabaseUrl` says. */
  databaseUrl: string
  /** Milliseconds UTC. */
  clock: () => number
  /** Milliseconds until a statement is given up. */
  statementTimeoutMs?: number
  /** Milliseconds until a connection is given up that cannot be had. */
  connectTimeoutMs?: number
  /** Steps that this release knows, if not all: as an older one would open it. */
  migrations?: readonly Migration[]
}

/** Searches that run at once. */
const searchConnections = 2
const upkeepIntervalMs = 60 * 60 * 1000

const touchReadiness: Statement = {
  name: 'touch_readiness',
  text: 'INSERT INTO readiness (id, checked_at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at',
}

/**
 * Opens the PostgreSQL store: migrates it and makes the months' partitions. Any number of processes may have it open, each with a pool of its own.
 * Refuses a database that a newer release has migrated (`NewerSchemaError`); rejects with the reason when it cannot be reached.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { clock } = options
  const databaseUrl = await findPooler(options.databaseUrl)
  await migratePostgres(databaseUrl, clock(), options.migrations)
  const connections = createConnections({ ...options, databaseUrl })
  const dictionary = createSharedDictionary(connections.run)
  const nameOf = createStatementNames()
  const deps = { connections, dictionary, nameOf }
  const queue = createDecideQueue(deps)
  // Connections of their own: a search never waits for decisions, nor they for it.
  const searching = { connections: createConnections({ ...options, databaseUrl, poolSize: searchConnections }), dictionary, nameOf }
  const folding = createConnections({ ...options, databaseUrl, poolSize: 1, applicationName: 'sallyport read side' })
  const forgetTenant = createForgetTenant(connections)
  // If it fails, it is tried again in an hour: there are months of time, and the default partition takes everything.
  const keepUp = () =>
    makePartitions(connections, clock())
      .then(() => dropOrphanedEntries(connections))
      .catch(() => undefined)
  await keepUp()
  const folder = createReadSideFolder(folding, dictionary, {
    isIdle: options.migrations?.includes(eventIndex) === false,
    waitedMs: queue.waitedMs,
  })
  const forgetBefore = createForgetBefore(connections, folder)
  const upkeep = setInterval(() => void keepUp(), upkeepIntervalMs).unref()

  let isClosed = false
  let underWay = 0
  let closing: Promise<void> | undefined
  let onIdle: (() => void) | undefined

  /** Counts a call until it is answered, and answers it in the store's own words. */
  async function accept<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw new StoreUnavailableError(new Error('the store is closed'))
    underWay += 1
    try {
      return await work()
    } catch (error) {
      throw toStoreError(error)
    } finally {
      underWay -= 1
      if (underWay === 0) onIdle?.()
    }
  }

  /** The same for what only reads: done once more, on another connection, when one was lost. */
  function acceptRead<T>(work: () => Promise<T>): Promise<T> {
    return accept(() => runAgain(work, { maxLosses: 1 }))
  }

  /** One statement is a transaction: after a conflict nothing of it has happened. */
  const runAlone: Run = (statement, values) => {
    const work = () => connections.run<never>(statement, values)
    return statement.isRead ? acceptRead(work) : accept(() => runAgain(work, { maxLosses: 0 }))
  }

  async function close(): Promise<void> {
    isClosed = true
    clearInterval(upkeep)
    if (underWay > 0) {
      await new Promise<void>((resolve) => {
        onIdle = resolve
      })
    }
    await folder.close()
    await Promise.all([connections.close(), folding.close(), searching.connections.close()])
  }

  return {
    kind: 'postgres',
    db: createKysely(runAlone, nameOf),
    history: { kind: 'postgres', databaseUrl },
    decide: (request, decide) => accept(() => queue.decide(request, decide)),
    transaction: (scope, work) => accept(() => runTransaction(deps, scope, work)),
    findInstance: (key) => acceptRead(() => findInstance(connections.run, dictionary, key)),
    listInstances: (tenantId, userId, filter) => acceptRead(() => listInstances(connections.run, dictionary, tenantId, userId, filter)),
    lastTracked: (tenantId) => acceptRead(() => lastTracked(connections.run, tenantId)),
    loadSnapshot: (tenantId: string, userId: string, refs: readonly EntityRef[]) =>
      acceptRead(async () => {
        const { users, entities } = await readSnapshots(connections.run, tenantId, [{ userId, action: '', idempotencyKey: '' }], refs)
        return toSnapshot(users, entities)
      }),
    forgetBefore: (at, signal, tenantId) => accept(() => forgetBefore(at, signal, tenantId)),
    forgetTenant: (tenantId, signal) => accept(() => forgetTenant(tenantId, signal)),
    searchEvents: (tenantId, query) => acceptRead(() => searchEvents(searching, tenantId, query)),
    rollUps: (tenantId, query) => acceptRead(() => readRollUps(searching, tenantId, query)),
    ruleRollUps: (tenantId, query) => acceptRead(() => readRuleRollUps(searching, tenantId, query)),
    foldReadSide: () => accept(() => folder.fold()),
    readSideLagMs: () => acceptRead(() => folder.lagMs()),
    checkReady: () =>
      accept(async () => {
        await connections.run(touchReadiness, [clock()])
      }),
    close() {
      closing ??= close()
      return closing
    },
  }
}
