import type { DatabaseSync } from 'node:sqlite'
import { createDictionary, type Dictionary } from './dictionary.ts'
import { createEntityCache, type EntityCache } from './entity-cache.ts'
import { createInstanceChanges, type InstanceChanges } from './instance-changes.ts'
import { createInstanceLog, type InstanceLog } from './instance-log.ts'
import { createKeyIndex, type KeyIndex } from './key-index.ts'
import { createKeyParts, type PartSizes, partSizes } from './key-parts.ts'
import { createRowHash } from './row-hash.ts'
import { createStoreState, loadHashSecret, type StoreState } from './store-state.ts'
import { createUndoLog, type UndoLog } from './undo-log.ts'
import { createUserFactsCache, type UserFactsCache } from './user-facts.ts'

/** The log and everything derived from it, on one connection. All of it is synchronous. */
export interface SqliteState {
  undoLog: UndoLog
  state: StoreState
  dictionary: Dictionary
  keys: KeyIndex
  log: InstanceLog
  changes: InstanceChanges
  entities: EntityCache
  facts: UserFactsCache
}

export interface SqliteStateOptions {
  cacheBytes: number
  parsedBytes: number
  keysPerCycle: number
  keyParts?: PartSizes | undefined
}

export function createSqliteState(database: DatabaseSync, options: SqliteStateOptions): SqliteState {
  const { cacheBytes, parsedBytes, keysPerCycle, keyParts: sizes = partSizes } = options
  const undoLog = createUndoLog()
  const state = createStoreState(database)
  const hash = createRowHash(loadHashSecret(state))
  const dictionary = createDictionary(database, undoLog)
  const keysThrough = Number(state.find('keys_through') ?? 0)
  const parts = createKeyParts({ database, undoLog, keysThrough, entriesPerCycle: keysPerCycle, sizes })
  const keys = createKeyIndex({ parts, hash, state, undoLog, entriesPerCycle: keysPerCycle })
  const changes = createInstanceChanges(database, undoLog)
  const log = createInstanceLog({ database, changes, dictionary, keys, state, undoLog })
  const entities = createEntityCache({ database, hash, undoLog, maxBytes: cacheBytes, maxParsedBytes: parsedBytes })
  const facts = createUserFactsCache({ database, dictionary, entities, undoLog })
  return { undoLog, state, dictionary, keys, log, changes, entities, facts }
}
