import type { DatabaseSync } from 'node:sqlite'
import type { Entity, EntityKind, EntityRef, UserFacts } from '@sallyport/engine'
import { LRUCache } from 'lru-cache'
import type { RowHash } from './row-hash.ts'
import type { UndoLog } from './undo-log.ts'

/** Bytes that a record takes besides its text. */
const RECORD_OVERHEAD = 500
/** Bytes counted for a record that is newer than its row; how many of those there are is bounded by `write-behind.ts`. */
const CHANGED_SIZE = 1000

/** What is in memory of one entity. Changed only through `EntityCache`. */
export interface EntityRecord {
  readonly name: string
  readonly hash: number
  /** Row number once it has a row: the hash, or the next free number after it. */
  id: number | undefined
  /** The value while it is newer than its row. */
  value: Entity | undefined
  /** The value as its row has it; `null` while `value` is newer, and when nothing is remembered. */
  text: string | null
  /** Of a user: place in the log of the newest instance, 0 for none. */
  head: number
  /** Up to this place of the log, the row read from disk knew everything. Only recovery looks at it. */
  asOf: number
  /** Of a user: what the other tables say, with the epoch it was read in. */
  facts: UserFacts | undefined
  factsEpoch: number
}

/**
 * Entities in memory, those in use and those not yet written.
 *
 * INVARIANT: a record that is newer than its row stays in `dirty` until a commit holds it; only clean ones are evicted.
 * INVARIANT: one name has one record at a time.
 */
export interface EntityCache {
  readonly dirty: ReadonlyMap<string, EntityRecord>
  load(tenantNo: number, refs: readonly EntityRef[]): EntityRecord[]
  loadOne(tenantNo: number, kind: EntityKind, key: string): EntityRecord
  getValue(record: EntityRecord): Entity | undefined
  setValue(record: EntityRecord, value: Entity | undefined): void
  setHead(record: EntityRecord, head: number): void
  /** Writes a record now, within the group, as of a place in the log. Returns its text. */
  write(record: EntityRecord, asOf: number): string | null
  /** A commit holds what the record says. */
  markClean(record: EntityRecord, text: string | null): void
}

interface EntityRow {
  id: number
  name: string
  as_of: number
  head: number
  body: string | null
}

export interface EntityCacheDeps {
  database: DatabaseSync
  hash: RowHash
  undoLog: UndoLog
  maxBytes: number
}

export function createEntityCache({ database, hash, undoLog, maxBytes }: EntityCacheDeps): EntityCache {
  const columns = 'id, name, as_of, head, body'
  const select = database.prepare(`SELECT ${columns} FROM entities WHERE id = ?`)
  const selectFour = database.prepare(`SELECT ${columns} FROM entities WHERE id IN (?, ?, ?, ?)`)
  const insert = database.prepare(`INSERT INTO entities (${columns}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`)
  const update = database.prepare('UPDATE entities SET as_of = ?, head = ?, body = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM entities WHERE id = ?')
  const blank = database.prepare("UPDATE entities SET name = '', as_of = 0, head = 0, body = NULL WHERE id = ?")
  const cache = new LRUCache<string, EntityRecord>({ maxSize: maxBytes, sizeCalculation: sizeOf })
  const dirty = new Map<string, EntityRecord>()

  function findCached(name: string): EntityRecord | undefined {
    const cached = cache.get(name)
    if (cached !== undefined) return cached
    const changed = dirty.get(name)
    if (changed !== undefined) cache.set(name, changed)
    return changed
  }

  function remember(name: string, rowHash: number, row: EntityRow | undefined): EntityRecord {
    const record: EntityRecord = {
      name,
      hash: rowHash,
      id: row?.id,
      value: undefined,
      text: row?.body ?? null,
      head: row?.head ?? 0,
      asOf: row?.as_of ?? 0,
      facts: undefined,
      factsEpoch: -1,
    }
    cache.set(name, record)
    return record
  }

  /** The row of a name: at its hash, or at one of the numbers that follow without a gap. */
  function findRow(name: string, rowHash: number): EntityRow | undefined {
    for (let id = rowHash; ; id++) {
      const row = select.get(id) as EntityRow | undefined
      if (row === undefined || row.name === name) return row
    }
  }

  function loadMissing(names: readonly string[]): EntityRecord[] {
    const hashes = names.map(hash)
    if (hashes.length > 4)
      return names.map((name, index) => remember(name, hashes[index] as number, findRow(name, hashes[index] as number)))
    const [a = null, b = null, c = null, d = null] = hashes
    const rows = selectFour.all(a, b, c, d) as unknown as EntityRow[]
    return names.map((name, index) => {
      const rowHash = hashes[index] as number
      const row = rows.find((found) => found.id === rowHash)
      return remember(name, rowHash, row === undefined || row.name === name ? row : findRow(name, rowHash))
    })
  }

  function touch(record: EntityRecord): void {
    const { name, value, text, head } = record
    const wasDirty = dirty.has(name)
    dirty.set(name, record)
    undoLog.add(() => {
      record.value = value
      record.text = text
      record.head = head
      if (!wasDirty) dirty.delete(name)
    })
  }

  function insertAtFreeId(record: EntityRecord, asOf: number, text: string | null): void {
    for (let id = record.hash; ; id++) {
      if (insert.run(id, record.name, asOf, record.head, text).changes === 0) continue
      record.id = id
      undoLog.add(() => {
        record.id = undefined
      })
      return
    }
  }

  function removeRow(record: EntityRecord): void {
    const { id } = record
    if (id === undefined) return
    // Names that were moved on because this number was taken are found only while it stays taken.
    if (select.get(id + 1) === undefined) remove.run(id)
    else blank.run(id)
    record.id = undefined
    undoLog.add(() => {
      record.id = id
    })
  }

  return {
    dirty,
    load(tenantNo, refs) {
      const names = refs.map((ref) => nameOf(tenantNo, ref.kind, ref.key))
      const found = names.map(findCached)
      const missing = names.filter((_, index) => found[index] === undefined)
      if (missing.length === 0) return found as EntityRecord[]
      const loaded = loadMissing(missing).values()
      return found.map((record) => record ?? (loaded.next().value as EntityRecord))
    },
    loadOne(tenantNo, kind, key) {
      const name = nameOf(tenantNo, kind, key)
      const cached = findCached(name)
      if (cached !== undefined) return cached
      const rowHash = hash(name)
      return remember(name, rowHash, findRow(name, rowHash))
    },
    getValue(record) {
      if (record.value !== undefined || record.text === null) return record.value
      return JSON.parse(record.text) as Entity
    },
    setValue(record, value) {
      touch(record)
      record.value = value
      record.text = null
    },
    setHead(record, head) {
      touch(record)
      record.head = head
    },
    write(record, asOf) {
      const text = record.text ?? (record.value === undefined ? null : JSON.stringify(record.value))
      if (text === null && record.head === 0) removeRow(record)
      else if (record.id === undefined) insertAtFreeId(record, asOf, text)
      else update.run(asOf, record.head, text, record.id)
      return text
    },
    markClean(record, text) {
      dirty.delete(record.name)
      record.text = text
      record.value = undefined
      if (cache.has(record.name)) cache.set(record.name, record)
    },
  }
}

function nameOf(tenantNo: number, kind: EntityKind, key: string): string {
  return `${tenantNo}:${kind.length}:${kind}${key}`
}

function sizeOf(record: EntityRecord): number {
  return RECORD_OVERHEAD + record.name.length + (record.value === undefined ? (record.text?.length ?? 0) : CHANGED_SIZE)
}
