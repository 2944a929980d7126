import type { Entity, EntityRef } from '@sallyport/engine'
import type { Transaction, TransactionScope } from '../changing-store.ts'
import type { Connections, Run, Statement } from './connections.ts'
import { createKysely } from './create-kysely.ts'
import { foldUser } from './fold-step.ts'
import { encodeForStoring, findInstance, replaceInstance } from './instance-rows.ts'
import { listInstances } from './list-instances.ts'
import { findUserVersion, forgetUnknownUser, lockEntities, lockTenant, lockUser } from './lock-rows.ts'
import { pauseBeforeRetry } from './pause-before-retry.ts'
import { CommitInDoubtError, ConnectionError, isConflict, OutdatedPlanError, toStoreError } from './postgres-errors.ts'
import { type ReadEntity, readSnapshots, toSnapshot } from './read-snapshots.ts'
import { runAgain } from './run-again.ts'
import { type SharedDictionary, UnlearntTextsError } from './shared-dictionary.ts'
import { storableKey } from './storable-key.ts'
import { inLockOrder, writeChanges } from './write-changes.ts'

export interface PostgresTransactionDeps {
  connections: Connections
  dictionary: SharedDictionary
  nameOf: (text: string) => string
}

/** Changes of a user that the transaction itself and others may have made since it locked them: each lowers the version by one. */
const MAX_CHANGES_SINCE = 1_000_000
/** Times that a database which went away during a commit is asked what became of it. */
const MAX_QUESTIONS = 8

/**
 * Runs `work` as one transaction that holds its user, or its tenant, from the start: transactions and decisions of one user happen one after the other.
 * Runs it again (`runAgain`) as long as nothing of it has happened.
 *
 * When the connection is lost during the commit, the user's version says whether it happened. Without a user, or while the database stays away, that
 * is not known, and the call rejects as unavailable.
 */
export function runTransaction<T>(
  deps: PostgresTransactionDeps,
  scope: TransactionScope,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const { connections, dictionary } = deps
  return runAgain(
    async () => {
      const attempt: Attempt<T> = {}
      try {
        return await connections.inTransaction((run) => runOnce(deps, run, scope, work, attempt))
      } catch (error) {
        if (!(error instanceof CommitInDoubtError)) throw error
        if (attempt.done !== undefined && (await isCommitted(connections.run, scope, attempt.version))) return attempt.done.value
        // It may have happened, so it does not run again.
        throw toStoreError(error)
      }
    },
    { maxLosses: 1, learn: dictionary.learn },
  )
}

/** What a run of a transaction has left behind. */
interface Attempt<T> {
  version?: number
  done?: { value: T }
}

async function runOnce<T>(
  deps: PostgresTransactionDeps,
  run: Run,
  scope: TransactionScope,
  work: (tx: Transaction) => Promise<T>,
  attempt: Attempt<T>,
): Promise<T> {
  let failure: unknown
  // `work` may turn what it catches into something else; whether to run it again is decided by what happened.
  const watch = async <A>(call: Promise<A>): Promise<A> => {
    try {
      return await call
    } catch (error) {
      if (isToRunAgain(error)) failure ??= error
      throw error
    }
  }
  const watched: Run = (statement, values) => watch(run(statement, values))
  const own = deps.dictionary.within(watched)
  const dictionary: SharedDictionary = { ...own, learn: (texts) => watch(own.learn(texts)) }
  const { tenantId, userId } = scope
  const user = userId === undefined ? undefined : await lockUser(run, tenantId, userId)
  if (user === undefined) await lockTenant(run, tenantId)
  attempt.version = user?.version
  try {
    const value = await work(createTransaction({ ...deps, dictionary }, watched, scope))
    if (failure !== undefined) throw failure
    if (user?.isEmpty && userId !== undefined) await forgetUnknownUser(run, tenantId, userId)
    attempt.done = { value }
    return value
  } catch (error) {
    throw failure ?? error
  }
}

function isToRunAgain(error: unknown): boolean {
  return isConflict(error) || error instanceof ConnectionError || error instanceof OutdatedPlanError || error instanceof UnlearntTextsError
}

async function isCommitted(run: Run, { tenantId, userId }: TransactionScope, version: number | undefined): Promise<boolean> {
  if (userId === undefined || version === undefined) return false
  for (let questions = 0; questions < MAX_QUESTIONS; questions++) {
    await pauseBeforeRetry(questions + 2)
    try {
      const found = await findUserVersion(run, tenantId, userId)
      return found !== undefined && found <= version && found > version - MAX_CHANGES_SINCE
    } catch (error) {
      if (!(error instanceof ConnectionError)) return false
    }
  }
  return false
}

const findKey: Statement = {
  name: 'find_key',
  text: 'SELECT 1 FROM instance_keys WHERE tenant_id = $1 AND user_id = $2 AND action = $3 AND idempotency_key = $4',
}
const deleteInstances: Statement = { name: 'delete_instances', text: 'DELETE FROM instances WHERE tenant_id = $1 AND user_id = $2' }
const deleteKeys: Statement = { name: 'delete_keys', text: 'DELETE FROM instance_keys WHERE tenant_id = $1 AND user_id = $2' }
const deleteEntity: Statement = {
  name: 'delete_entity',
  text: 'DELETE FROM entities WHERE tenant_id = $1 AND kind = $2 AND entity_key = $3',
}

function createTransaction({ dictionary, nameOf }: PostgresTransactionDeps, run: Run, scope: TransactionScope): Transaction {
  /** `false`: the user is held already, from the start. */
  async function hold(tenantId: string, userId: string): Promise<boolean> {
    if (tenantId === scope.tenantId && userId === scope.userId) return false
    await lockUser(run, tenantId, userId)
    return true
  }

  async function lockAndRead(tenantId: string, given: readonly EntityRef[]): Promise<ReadEntity[]> {
    const refs = given.toSorted(inLockOrder)
    await lockEntities(run, tenantId, refs)
    return (await readSnapshots(run, tenantId, [], refs)).entities
  }

  async function write(
    tenantId: string,
    entities: readonly ReadEntity[],
    newValue: (entity: ReadEntity) => Entity | undefined,
    instances: Parameters<typeof writeChanges>[2]['instances'] = [],
  ): Promise<void> {
    const changes = entities.flatMap((entity) => {
      const value = newValue(entity)
      return value === undefined ? [] : [{ ref: entity.ref, version: entity.version, body: JSON.stringify(value) }]
    })
    await writeChanges(run, tenantId, { entities: changes, instances, users: [], devices: [] })
  }

  return {
    db: createKysely(run, nameOf),

    findInstance: (key) => findInstance(run, dictionary, key),

    async settle(key, entitiesOf, settle) {
      let found = await findInstance(run, dictionary, key)
      if (found === undefined) return undefined
      if (await hold(key.tenantId, key.userId)) found = await findInstance(run, dictionary, key)
      if (found === undefined) return undefined
      const refs = entitiesOf(found).toSorted(inLockOrder)
      await lockEntities(run, key.tenantId, refs)
      const { users, entities } = await readSnapshots(run, key.tenantId, [key], refs)
      const changes = settle(found, toSnapshot(users, entities))
      if (changes === null) return found
      await write(key.tenantId, entities, ({ ref }) => changes.entities[ref.kind])
      await replaceInstance(run, dictionary, changes.instance)
      return changes.instance
    },

    async insertInstance(instance, given) {
      const { tenantId, userId, action, idempotencyKey, createdAt } = instance
      await hold(tenantId, userId)
      const { rowCount } = await run(findKey, [tenantId, userId, action, idempotencyKey])
      if (rowCount > 0) throw new Error('an instance with this key exists')
      const values = Object.values(given)
      const refs = values.map(({ ref }) => ref)
      const entities = await lockAndRead(tenantId, refs)
      const body = await encodeForStoring(dictionary, instance)
      const byKind = Object.fromEntries(values.map(({ ref, value }) => [ref.kind, value]))
      await write(tenantId, entities, ({ ref }) => byKind[ref.kind], [{ userId, action, idempotencyKey, createdAt, body }])
    },

    async changeEntities(tenantId, refs, change) {
      const entities = await lockAndRead(tenantId, refs)
      await write(tenantId, entities, ({ ref, value }) => change(ref, value))
    },

    async forgetUser(tenantId, userId, { entitiesOf, withoutUser }) {
      await hold(tenantId, userId)
      const others = new Map<string, EntityRef>()
      for (const instance of await listInstances(run, dictionary, tenantId, userId, { limit: Number.MAX_SAFE_INTEGER })) {
        for (const ref of entitiesOf(instance)) if (ref.kind !== 'user') others.set(`${ref.kind}\n${ref.key}`, ref)
      }
      const read = await lockAndRead(tenantId, [...others.values()])
      const left = new Map(read.map(({ ref, value }) => [ref, value && withoutUser(ref, value)]))
      await write(tenantId, read, ({ ref }) => left.get(ref))
      await run(deleteInstances, [tenantId, userId])
      await run(deleteKeys, [tenantId, userId])
      await run(deleteEntity, [tenantId, 'user', storableKey(userId)])
      for (const [ref, value] of left) if (value === undefined) await run(deleteEntity, [tenantId, ref.kind, storableKey(ref.key)])
      await foldUser(run, dictionary, tenantId, userId)
    },
  }
}
