import { unknownUser } from '@sallyport/engine'
import type { CompiledQuery, QueryResult } from 'kysely'
import type { Store } from '../store.ts'
import { type CheckpointOptions, createCheckpoints } from './checkpoints.ts'
import { openConnection } from './connection.ts'
import { createKysely } from './create-kysely.ts'
import { claimDataDirectory, toOpeningError } from './data-directory.ts'
import { decideOne } from './decide-one.ts'
import { createLogEmptying } from './empty-write-ahead-log.ts'
import { createForgetBefore, loadFeatureHistory } from './forget-before.ts'
import { createForgetTenant } from './forget-tenant.ts'
import { createGroupCommit } from './group-commit.ts'
import type { PartSizes } from './key-parts.ts'
import { createLastTracked } from './last-tracked.ts'
import { createListInstances } from './list-instances.ts'
import { migrateSqlite } from './migrate-sqlite.ts'
import { writePlanStatistics } from './plan-statistics.ts'
import { readSnapshot } from './read-snapshot.ts'
import { type Folding, recoverTail } from './recover-tail.ts'
import { runTransaction } from './run-transaction.ts'
import { createReadSide } from './search/read-side.ts'
import { toStoreError } from './sqlite-errors.ts'
import { createSqliteState } from './sqlite-state.ts'
import { createUserRows } from './user-rows.ts'
import { createWriteBehind } from './write-behind.ts'

export interface SqliteStoreOptions extends Folding {
  dataDir: string
  /** Milliseconds UTC. */
  clock: () => number
  /** Memory for entities: enough for 100,000 users with a device and an address each. Default 192 MiB. */
  cacheBytes?: number
  /** Memory for the values in use and the facts beside them, in the form in which the engine reads them: enough for 3,000 users with full profiles and 50 devices. Default 72 MiB. */
  parsedBytes?: number
  /** Changes kept in memory before they are written behind: what is folded again after a crash. Default 32,768 entities and 65,536 keys. */
  entitiesPerCycle?: number
  keysPerCycle?: number
  /** How many keys a part of the index of keys has. */
  keyParts?: PartSizes
  /** Milliseconds until what was erased is gone from the write-ahead log too. Default 2 s. */
  emptyLogAfterMs?: number
  /** When the write-ahead log is copied back, and when it starts from its beginning again. */
  checkpoints?: CheckpointOptions
  /** Milliseconds from the first commit until the thread that folds the read side starts. Default 400. */
  foldAfterMs?: number
}

export interface SqliteStore extends Store {
  readonly kind: 'sqlite'
  /** Writes what is derived from the log as far as the log goes now, a slice with each group. Others read the file itself afterwards. */
  flush(): Promise<void>
}

const defaults = {
  cacheBytes: 192 * 1024 * 1024,
  parsedBytes: 72 * 1024 * 1024,
  entitiesPerCycle: 32_768,
  keysPerCycle: 65_536,
  emptyLogAfterMs: 2_000,
}

/**
 * Opens the embedded store: makes it when it is not there, migrates it, and folds the end of the log again after a crash.
 * Refuses when another process has it (`DataDirectoryInUseError`) or a newer release wrote it (`NewerSchemaError`).
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const directory = claimDataDirectory(options.dataDir)
  try {
    return createSqliteStore(options, directory.databasePath, directory.release)
  } catch (error) {
    directory.release()
    throw toOpeningError(directory.databasePath, error)
  }
}

function createSqliteStore(options: SqliteStoreOptions, path: string, release: () => void): SqliteStore {
  const { cacheBytes, parsedBytes, entitiesPerCycle, keysPerCycle, emptyLogAfterMs } = { ...defaults, ...options }
  const writer = openConnection(path, { readOnly: false, cacheKib: 16_000 })
  const { database } = writer
  migrateSqlite(database, options.clock())
  writePlanStatistics(database)
  const reader = openConnection(path, { readOnly: true, cacheKib: 4_000 })
  const parts = createSqliteState(database, { cacheBytes, parsedBytes, keysPerCycle, keyParts: options.keyParts })
  const { dictionary, log, state, undoLog } = parts
  recoverTail({ ...parts, folding: options, featuresAt: loadFeatureHistory(database) })
  const users = createUserRows(database, parts.facts)
  const checkpoints = createCheckpoints(database, path, options.checkpoints)
  const writeBehind = createWriteBehind({ ...parts, database, entitiesPerCycle })
  const commits = createGroupCommit({
    database,
    undoLog,
    beforeCommit: writeBehind.writeSlice,
    afterCommit() {
      writeBehind.committed()
      checkpoints.committed()
      readSide.committed()
    },
    afterWork: parts.entities.putBack,
  })
  const readSide = createReadSide(parts, commits, path, options.foldAfterMs)
  const writeAheadLog = createLogEmptying(database, commits, emptyLogAfterMs)

  let closing: Promise<void> | undefined

  async function execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (query.query.kind !== 'SelectQueryNode') {
      return commits.runAtomically(async () => writer.execute<R>(query))
    }
    try {
      return reader.execute<R>(query)
    } catch (error) {
      throw toStoreError(error)
    }
  }

  return {
    kind: 'sqlite',
    db: createKysely(execute),
    history: { kind: 'sqlite', path },
    decide: (request, decide) => commits.run(() => decideOne(parts, users, request, decide)),
    transaction: (_scope, work) => commits.runAtomically(() => runTransaction(parts, writer, work, writeAheadLog.emptySoon)),
    findInstance: (key) => commits.read(() => log.find(key)?.instance),
    listInstances: createListInstances(parts, commits),
    lastTracked: createLastTracked(database, parts, commits),
    loadSnapshot(tenantId, userId, refs) {
      return commits.read(() => {
        const tenantNo = dictionary.findNumber(tenantId)
        if (tenantNo === undefined) return { user: unknownUser, entities: {} }
        return readSnapshot(parts, tenantNo, tenantId, userId, refs).snapshot
      })
    },
    forgetBefore: createForgetBefore({ ...parts, database, folding: options }, commits, writeAheadLog.emptySoon),
    forgetTenant: createForgetTenant({ ...parts, database }, commits, writeAheadLog.emptySoon),
    searchEvents: readSide.searchEvents,
    rollUps: readSide.rollUps,
    ruleRollUps: readSide.ruleRollUps,
    foldReadSide: readSide.foldReadSide,
    readSideLagMs: readSide.readSideLagMs,
    async checkReady() {
      await commits.run(() => state.set('last_seq', log.lastSeq))
    },
    async flush() {
      const place = await commits.run(() => log.lastSeq)
      while (!(await commits.read(() => writeBehind.hasten(place)))) await commits.run(() => undefined)
    },
    close() {
      closing ??= close()
      return closing
    },
  }

  async function close(): Promise<void> {
    writeAheadLog.stop()
    await commits.drain()
    await Promise.all([checkpoints.stop(), readSide.stop()])
    try {
      writeBehind.finish()
    } catch {
      // The disk is full, or worse: what could not be written is folded from the log again at the next start.
    }
    reader.close()
    writer.close()
    release()
  }
}
