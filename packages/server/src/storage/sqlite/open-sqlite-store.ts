import type { Changes, Entity, EntityRef, Instance, Snapshot } from '@sallyport/engine'
import type { CompiledQuery } from 'kysely'
import type { InstanceKey, Store, Transaction } from '../store.ts'
import { storeUnavailable } from '../store-errors.ts'
import { claimDataDirectory } from './data-directory.ts'
import { createGroupCommit, isUnavailable } from './group-commit.ts'
import { migrateSqlite } from './migrate-sqlite.ts'
import { openConnection } from './sqlite-connection.ts'
import { createKysely } from './sqlite-kysely.ts'
import { createUserFactsReader } from './user-facts.ts'
import { createUserRows, withTracked } from './user-rows.ts'

export interface SqliteStoreOptions {
  dataDir: string
  /** Milliseconds UTC. */
  clock: () => number
  /** The engine's: what an instance made the entities, from the stored instance alone. */
  recordTracked: RecordTracked
}

export type RecordTracked = (instance: Instance, snapshot: Snapshot) => Changes['entities']

/** Opens (and makes, and migrates) the embedded store. Refuses when another process has it, or a newer release wrote it. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const directory = claimDataDirectory(options.dataDir)
  const writer = openConnection(directory.databasePath, { readOnly: false, cacheKib: 16_000 })
  migrateSqlite(writer.database, options.clock())
  const reader = openConnection(directory.databasePath, { readOnly: true, cacheKib: 4_000 })
  const facts = createUserFactsReader(writer.database)
  const users = createUserRows(writer.database)
  const commits = createGroupCommit(writer.database, { begin() {}, keep() {}, undo() {} })
  const { database } = writer
  const selectInstance = database.prepare(
    'SELECT body FROM instances WHERE tenant_id = ? AND user_id = ? AND action = ? AND idempotency_key = ?',
  )
  const insertInstance = database.prepare(
    'INSERT INTO instances (tenant_id, user_id, action, idempotency_key, body) VALUES (?, ?, ?, ?, ?)',
  )
  const updateInstance = database.prepare(
    'UPDATE instances SET body = ? WHERE tenant_id = ? AND user_id = ? AND action = ? AND idempotency_key = ?',
  )
  const selectEntity = database.prepare('SELECT body FROM entities WHERE tenant_id = ? AND kind = ? AND key = ?')
  const upsertEntity = database.prepare(
    'INSERT INTO entities (tenant_id, kind, key, body) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  )

  function findNow(key: InstanceKey): Instance | undefined {
    const row = selectInstance.get(key.tenantId, key.userId, key.action, key.idempotencyKey)
    return row === undefined ? undefined : (JSON.parse(String(row.body)) as Instance)
  }
  function entitiesNow(tenantId: string, refs: readonly EntityRef[]): Snapshot['entities'] {
    const found: Record<string, Entity> = {}
    for (const ref of refs) {
      const row = selectEntity.get(tenantId, ref.kind, ref.key)
      if (row !== undefined) found[ref.kind] = JSON.parse(String(row.body)) as Entity
    }
    return found as Snapshot['entities']
  }
  function writeEntities(tenantId: string, refs: readonly EntityRef[], values: Changes['entities']): void {
    for (const ref of refs) {
      const value = values[ref.kind]
      if (value !== undefined) upsertEntity.run(tenantId, ref.kind, ref.key, JSON.stringify(value))
    }
  }
  function insert(instance: Instance): void {
    insertInstance.run(instance.tenantId, instance.userId, instance.action, instance.idempotencyKey, JSON.stringify(instance))
  }

  async function execute<R>(query: CompiledQuery) {
    try {
      return query.query.kind === 'SelectQueryNode'
        ? reader.execute<R>(query)
        : await commits.runAtomically(async () => writer.execute<R>(query))
    } catch (error) {
      throw isUnavailable(error) ? storeUnavailable(error) : error
    }
  }

  return {
    kind: 'sqlite',
    db: createKysely(execute),
    decide(request, decide) {
      return commits.run(() => {
        const { tenantId, userId } = request.key
        const known = facts.load(tenantId, userId)
        const snapshot: Snapshot = { user: withTracked(known, request.user), entities: entitiesNow(tenantId, request.entities) }
        const existing = findNow(request.key)
        if (existing !== undefined) return { isNew: false, instance: existing, snapshot }
        const decided = decide(snapshot)
        users.record(request, known)
        insert(decided.changes.instance)
        writeEntities(tenantId, request.entities, decided.changes.entities)
        return { isNew: true, instance: decided.changes.instance, decided, snapshot }
      })
    },
    transaction(_scope, work) {
      return commits.runAtomically(() => {
        const tx: Transaction = {
          db: createKysely(async (query) => writer.execute(query)),
          findInstance: async (key) => findNow(key),
          async settle(key, entities, settle) {
            const instance = findNow(key)
            if (instance === undefined) return undefined
            const refs = entities(instance)
            const changes = settle(instance, { user: facts.load(key.tenantId, key.userId), entities: entitiesNow(key.tenantId, refs) })
            if (changes === null) return instance
            updateInstance.run(JSON.stringify(changes.instance), key.tenantId, key.userId, key.action, key.idempotencyKey)
            writeEntities(key.tenantId, refs, changes.entities)
            return changes.instance
          },
          async insertInstance(instance, entities) {
            insert(instance)
            for (const { ref, value } of Object.values(entities)) {
              upsertEntity.run(instance.tenantId, ref.kind, ref.key, JSON.stringify(value))
            }
          },
          async forgetUser(tenantId, userId) {
            database.prepare('DELETE FROM instances WHERE tenant_id = ? AND user_id = ?').run(tenantId, userId)
            database.prepare("DELETE FROM entities WHERE tenant_id = ? AND kind = 'user' AND key = ?").run(tenantId, userId)
          },
        }
        return work(tx)
      })
    },
    findInstance: async (key) => findNow(key),
    async listInstances(tenantId, userId, filter) {
      const rows = database
        .prepare('SELECT body FROM instances WHERE tenant_id = ? AND user_id = ? ORDER BY seq DESC')
        .all(tenantId, userId)
        .map((row) => JSON.parse(String(row.body)) as Instance)
      return rows
        .filter((instance) => filter.fromDate === undefined || instance.createdAt >= filter.fromDate)
        .filter((instance) => filter.codes === undefined || filter.codes.includes(instance.action))
        .filter((instance) => filter.state === undefined || instance.state === filter.state)
        .slice(0, filter.limit)
    },
    async loadSnapshot(tenantId, userId, entities) {
      return { user: facts.load(tenantId, userId), entities: entitiesNow(tenantId, entities) }
    },
    async checkReady() {
      await commits.run(() => undefined)
    },
    async close() {
      await commits.drain()
      reader.close()
      writer.close()
      directory.release()
    },
  }
}
