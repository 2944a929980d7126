import type { EntityRef } from '@sallyport/engine'
import type { Transaction } from '../changing-store.ts'
import type { SqliteConnection } from './connection.ts'
import { createKysely } from './create-kysely.ts'
import type { EntityRecord } from './entity-cache.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { SqliteState } from './sqlite-state.ts'
import { appendInstance, applyValues } from './write-changes.ts'

/**
 * Runs `work` with a transaction's handle, within a group. What it changes of entities is written at once, each row
 * complete up to the end of the log: such a change does not follow from the log alone.
 */
export async function runTransaction<T>(
  parts: SqliteState,
  connection: SqliteConnection,
  work: (tx: Transaction) => Promise<T>,
  onErasure: () => void,
): Promise<T> {
  let isOver = false
  try {
    return await work(createTransaction(parts, connection, () => isOver, onErasure))
  } finally {
    isOver = true
  }
}

function createTransaction(parts: SqliteState, connection: SqliteConnection, isOver: () => boolean, onErasure: () => void): Transaction {
  const { dictionary, entities, log } = parts

  function refuseWhenOver(): void {
    if (isOver()) throw new Error('the transaction is over')
  }

  function writeThrough(records: readonly EntityRecord[]): void {
    for (const record of records) if (record.id !== undefined) entities.write(record, log.lastSeq)
  }

  return {
    db: createKysely(async (query) => {
      refuseWhenOver()
      return connection.execute(query)
    }),

    async findInstance(key) {
      refuseWhenOver()
      return log.find(key)?.instance
    },

    async settle(key, entitiesOf, settle) {
      refuseWhenOver()
      const found = log.find(key)
      if (found === undefined) return undefined
      const refs = entitiesOf(found.instance)
      const { records, snapshot } = readSnapshot(parts, dictionary.toNumber(key.tenantId), key.tenantId, key.userId, refs)
      const changes = settle(found.instance, snapshot)
      if (changes === null) return found.instance
      log.replace(found.seq, changes.instance)
      applyValues(entities, refs, records, changes.entities)
      // All that were read, changed or not: the row in the log is no longer what they were folded from.
      writeThrough(records)
      return changes.instance
    },

    async insertInstance(instance, values) {
      refuseWhenOver()
      const tenantNo = dictionary.toNumber(instance.tenantId)
      const user = entities.loadOne(tenantNo, 'user', instance.userId)
      const refs: EntityRef[] = Object.values(values).map(({ ref }) => ref)
      const records = entities.load(tenantNo, refs)
      if (log.find(instance) !== undefined) throw new Error('an instance with this key exists')
      appendInstance(parts, user, instance, false)
      for (const [index, { value }] of Object.values(values).entries()) {
        const record = records[index]
        if (record !== undefined) entities.setValue(record, value)
      }
      writeThrough(records)
    },

    async changeEntities(tenantId, refs, change) {
      refuseWhenOver()
      const records = entities.load(dictionary.toNumber(tenantId), refs)
      for (const [index, ref] of refs.entries()) {
        const record = records[index]
        const value = record && change(ref, entities.getValue(record))
        if (record !== undefined && value !== undefined) entities.setValue(record, value)
      }
      writeThrough(records)
    },

    async forgetUser(tenantId, userId, { entitiesOf, withoutUser }) {
      refuseWhenOver()
      onErasure()
      const tenantNo = dictionary.toNumber(tenantId)
      const user = entities.loadOne(tenantNo, 'user', userId)
      const others = new Map<string, EntityRef>()
      log.eraseChain(user.head, (instance) => {
        for (const ref of entitiesOf(instance)) if (ref.kind !== 'user') others.set(`${ref.kind}\n${ref.key}`, ref)
      })
      entities.setHead(user, 0)
      entities.setValue(user, undefined)
      writeThrough([user])
      for (const ref of others.values()) {
        const record = entities.loadOne(tenantNo, ref.kind, ref.key)
        const value = entities.getValue(record)
        if (value === undefined) continue
        entities.setValue(record, withoutUser(ref, value))
        writeThrough([record])
      }
    },
  }
}
