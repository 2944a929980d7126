import type { DatabaseSync } from 'node:sqlite'
import type { Entity, EntityKind, EntityRef, UserFacts } from '@sallyport/engine'
import { createParsedValues, type ValueHolder } from './parsed-values.ts'
import { createRecentRecords, type Remembered } from './recent-records.ts'
import type { RowHash } from './row-hash.ts'
import type { UndoLog } from './undo-log.ts'

/** Bytes that a record takes besides its texts, with its place in the map and its share of what every user's facts take (`docs/benchmarks/start-memory-size.md`). */
const RECORD_BYTES = 265

/** Room for more records than one piece of work loads. */
const LEAST_BYTES = 1024 * 1024

/** What is kept beside a user's entity until one of their rows changes. */
export interface KeptFacts {
  readonly user: UserFacts
  /** What devices, authenticators and custom data take of the memory for records. */
  readonly bytes: number
  /** Row numbers of devices that are on record and not among the facts. Absent: none was met. */
  otherDevices: number[] | undefined
}

/** One entity in memory. Changed only through `EntityCache`. */
export interface EntityRecord extends Remembered, ValueHolder {
  readonly name: string
  /** Row number, given when something is first remembered. What begins together lies together: a user, their device, their address share a page. */
  id: number | undefined
  /** The row exists. */
  isStored: boolean
  /** Not among the remembered records any more: whoever still has it in hand may be the only one. */
  isForgotten: boolean
  /** For a user: place in the log of the newest instance, 0 for none. */
  head: number
  /** Up to this place of the log, the row read from disk knew everything. Only recovery looks at it. */
  asOf: number
  /** For a user: the facts in the other tables. */
  facts: KeptFacts | undefined
}

/**
 * Entities in memory, those in use and those not yet written.
 *
 * INVARIANT: a record that is newer than its row stays in `dirty` until a commit holds it; only clean ones are forgotten.
 * INVARIANT: one name has one record at a time.
 */
export interface EntityCache {
  readonly dirty: ReadonlySet<EntityRecord>
  load(tenantNo: number, refs: readonly EntityRef[]): EntityRecord[]
  loadOne(tenantNo: number, kind: EntityKind, key: string): EntityRecord
  /** Only what is in memory already. */
  findLoaded(tenantNo: number, kind: EntityKind, key: string): EntityRecord | undefined
  /** By names as `loadedNames` and `storedNames` give them. */
  loadNamed(names: readonly string[]): EntityRecord[]
  /** Names of the tenant's entities in memory, written or not. */
  loadedNames(tenantNo: number): string[]
  /** Up to `count` rows of the tenant between two places of the table, in order. */
  storedNames(tenantNo: number, after: number, through: number, count: number): { seq: number; name: string }[]
  getValue(record: EntityRecord): Entity | undefined
  setValue(record: EntityRecord, value: Entity | undefined): void
  setHead(record: EntityRecord, head: number): void
  /** `undefined`: they have to be read again. */
  setFacts(record: EntityRecord, facts: KeptFacts | undefined): void
  /** Writes a record now, within the group, as of a place in the log. */
  write(record: EntityRecord, asOf: number): void
  /** A commit holds what the record says. */
  markClean(record: EntityRecord): void
}

type EntityRow = [id: number, name: string, asOf: number, head: number, body: string | null]

export interface EntityCacheDeps {
  database: DatabaseSync
  hash: RowHash
  undoLog: UndoLog
  maxBytes: number
  /** For values in the form in which the engine reads them, in addition. */
  maxParsedBytes: number
}

export function createEntityCache({ database, hash, undoLog, maxBytes, maxParsedBytes }: EntityCacheDeps): EntityCache {
  const select = database.prepare(`SELECT id, name, as_of, head, body FROM entity_ids JOIN entities USING (id) WHERE hash IN (?, ?, ?, ?)`)
  select.setReturnArrays(true)
  const selectNames = database.prepare(
    'SELECT id AS seq, name FROM entities WHERE id > ? AND id <= ? AND substr(name, 1, ?) = ? ORDER BY id LIMIT ?',
  )
  const insert = database.prepare('INSERT INTO entities (id, name, as_of, head, body) VALUES (?, ?, ?, ?, ?)')
  const insertId = database.prepare('INSERT INTO entity_ids (hash, id) VALUES (?, ?)')
  const update = database.prepare('UPDATE entities SET as_of = ?, head = ?, body = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM entities WHERE id = ?')
  const removeId = database.prepare('DELETE FROM entity_ids WHERE hash = ? AND id = ?')
  const dirty = new Set<EntityRecord>()
  const recent = createRecentRecords<EntityRecord>({
    maxBytes: Math.max(maxBytes, LEAST_BYTES),
    sizeOf,
    forget(record) {
      record.isForgotten = !dirty.has(record) && record.parsed === undefined
      return record.isForgotten
    },
  })
  const values = createParsedValues<EntityRecord>({ maxBytes: Math.max(maxParsedBytes, LEAST_BYTES), onText: recent.recount })
  let nextId = Number(database.prepare('SELECT max(id) AS id FROM entities').get()?.id ?? 0) + 1

  function loadMissing(names: readonly string[]): EntityRecord[] {
    const hashes = names.map(hash)
    const rows: EntityRow[] = []
    for (let index = 0; index < hashes.length; index += 4) {
      const [a = null, b = null, c = null, d = null] = hashes.slice(index, index + 4)
      rows.push(...(select.all(a, b, c, d) as unknown as EntityRow[]))
    }
    return names.map((name) => {
      // Different names may have one hash.
      const row = rows.find((found) => found[1] === name)
      const [id, , asOf = 0, head = 0, text = null] = row ?? []
      const record: EntityRecord = {
        name,
        id,
        isStored: row !== undefined,
        text,
        parsed: undefined,
        parsedAt: undefined,
        head,
        asOf,
        facts: undefined,
        isForgotten: false,
        wasUsed: false,
        bytes: 0,
      }
      recent.add(record)
      return record
    })
  }

  /** Forgotten since it was loaded, as many were loaded at once: this is the record of its name again. */
  function remember(record: EntityRecord): void {
    if (!record.isForgotten) return
    record.isForgotten = false
    recent.add(record)
  }

  function touch(record: EntityRecord): void {
    const { text, parsed, head, id } = record
    const value = parsed?.value
    const wasDirty = dirty.has(record)
    remember(record)
    dirty.add(record)
    record.id ??= nextId++
    undoLog.add(() => {
      values.restore(record, value, text)
      record.head = head
      record.id = id
      recent.recount(record)
      if (!wasDirty) dirty.delete(record)
    })
  }

  function setStored(record: EntityRecord, isStored: boolean): void {
    record.isStored = isStored
    undoLog.add(() => {
      record.isStored = !isStored
    })
  }

  function loadNamed(names: readonly string[]): EntityRecord[] {
    const found = names.map(recent.get)
    const missing = names.filter((_, index) => found[index] === undefined)
    if (missing.length === 0) return found as EntityRecord[]
    const loaded = loadMissing(missing).values()
    return found.map((record) => record ?? (loaded.next().value as EntityRecord))
  }

  return {
    dirty,
    load: (tenantNo, refs) => loadNamed(refs.map((ref) => nameOf(tenantNo, ref.kind, ref.key))),
    loadOne(tenantNo, kind, key) {
      const name = nameOf(tenantNo, kind, key)
      return recent.get(name) ?? (loadMissing([name])[0] as EntityRecord)
    },
    findLoaded: (tenantNo, kind, key) => recent.get(nameOf(tenantNo, kind, key)),
    loadNamed,
    loadedNames: (tenantNo) => [...recent.names()].filter((name) => name.startsWith(prefixOf(tenantNo))),
    storedNames(tenantNo, after, through, count) {
      const prefix = prefixOf(tenantNo)
      return selectNames.all(after, through, prefix.length, prefix, count) as unknown as { seq: number; name: string }[]
    },
    getValue(record) {
      remember(record)
      return values.get(record)
    },
    setValue(record, value) {
      touch(record)
      values.set(record, value)
      recent.recount(record)
    },
    setHead(record, head) {
      touch(record)
      record.head = head
    },
    setFacts(record, facts) {
      remember(record)
      record.facts = facts
      recent.recount(record)
    },
    write(record, asOf) {
      const { name, id, head, isStored } = record
      const text = values.textOf(record)
      recent.recount(record)
      const isEmpty = text === null && head === 0
      if (id === undefined) throw new Error('an entity that never changed has no row to write')
      if (isEmpty && isStored) {
        remove.run(id)
        removeId.run(hash(name), id)
        setStored(record, false)
      } else if (isStored) {
        update.run(asOf, head, text, id)
      } else if (!isEmpty) {
        insert.run(id, name, asOf, head, text)
        insertId.run(hash(name), id)
        setStored(record, true)
      }
    },
    markClean(record) {
      dirty.delete(record)
    },
  }
}

function nameOf(tenantNo: number, kind: EntityKind, key: string): string {
  return `${prefixOf(tenantNo)}${kind.length}:${kind}${key}`
}

function prefixOf(tenantNo: number): string {
  return `${tenantNo}:`
}

function sizeOf({ name, text, facts }: EntityRecord): number {
  return RECORD_BYTES + name.length + (text?.length ?? 0) + (facts?.bytes ?? 0)
}
