import type { DatabaseSync } from 'node:sqlite'
import type { Entity, EntityKind, EntityRef } from '@sallyport/engine'
import { type KeptFacts, packFacts, unpackFacts } from './kept-facts.ts'
import { createParsedValues, type ValueHolder } from './parsed-values.ts'
import { createRecordTable } from './record-table.ts'
import type { RowHash } from './row-hash.ts'
import type { UndoLog } from './undo-log.ts'

/** Room for more records than one piece of work loads. */
const LEAST_BYTES = 1024 * 1024

/** One entity in hand. Changed only through `EntityCache`, and good until the group or the reading ends in which it was loaded. */
export interface EntityRecord extends ValueHolder {
  readonly name: string
  /** Its number in the table of records. */
  readonly no: number
  /** Row number, given when something is first remembered. What begins together lies together: a user, their device, their address share a page. */
  id: number | undefined
  /** The row exists. */
  isStored: boolean
  /** For a user: place in the log of the newest instance, 0 for none. */
  head: number
  /** Up to this place of the log, the row read from disk knew everything. Only recovery looks at it. */
  asOf: number
  /** For a user: the facts in the other tables. Absent: not read. */
  facts: KeptFacts | undefined
  /** The table may have another value, other facts. */
  hasOtherValue: boolean
  hasOtherFacts: boolean
  /** To be put back when the group or reading ends, unless its value is in use then. */
  isInHand: boolean
}

/**
 * Entities in memory, those in use and those not yet written. A record is an object while it is in hand: as long as a group or a reading lasts, or as its value is in
 * use. Otherwise it is in the table of records.
 *
 * INVARIANT: a record that is newer than its row stays dirty until a commit holds it; only clean ones are forgotten.
 * INVARIANT: one name has one record in hand at a time.
 */
export interface EntityCache {
  readonly dirtyCount: number
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
  getFacts(record: EntityRecord): KeptFacts | undefined
  /** `undefined`: they have to be read again. */
  setFacts(record: EntityRecord, facts: KeptFacts | undefined): void
  /** Writes a record now, within the group, as of a place in the log. */
  write(record: EntityRecord, asOf: number): void
  /** Numbers of the dirty ones, in the order of their rows. */
  dirtyInOrder(): Uint32Array
  writeDirty(no: number, asOf: number): void
  /** A commit holds what the record says. */
  markClean(no: number): void
  /** Nothing is under way any more: puts what was in hand into the table. */
  putBack(): void
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
  const table = createRecordTable(Math.max(maxBytes, LEAST_BYTES))
  /** By number: the records that are objects now. */
  const objects: (EntityRecord | undefined)[] = []
  /** Those of the group or reading under way. */
  let inHand: EntityRecord[] = []
  const values = createParsedValues<EntityRecord>({
    maxBytes: Math.max(maxParsedBytes, LEAST_BYTES),
    bytesBeside: ({ facts }) => facts?.bytes ?? 0,
    onText: take,
  })
  let nextId = Number(database.prepare('SELECT max(id) AS id FROM entities').get()?.id ?? 0) + 1

  function loadMissing(names: readonly string[]): EntityRecord[] {
    const hashes = names.map(hash)
    const rows: EntityRow[] = []
    for (let index = 0; index < hashes.length; index += 4) {
      const [a = null, b = null, c = null, d = null] = hashes.slice(index, index + 4)
      rows.push(...(select.all(a, b, c, d) as unknown as EntityRow[]))
    }
    return names.map((name) => {
      const known = find(name)
      // It was asked for twice.
      if (known !== undefined) return known
      // Different names may have one hash.
      const row = rows.find((found) => found[1] === name)
      const [id, , asOf = 0, head = 0, text = null] = row ?? []
      return add({
        name,
        no: table.add(name),
        id,
        isStored: row !== undefined,
        text,
        parsed: undefined,
        parsedAt: undefined,
        head,
        asOf,
        facts: undefined,
        hasOtherValue: true,
        hasOtherFacts: true,
        isInHand: false,
      })
    })
  }

  function add(record: EntityRecord): EntityRecord {
    objects[record.no] = record
    take(record)
    return record
  }

  function take(record: EntityRecord): void {
    if (record.isInHand) return
    record.isInHand = true
    inHand.push(record)
  }

  function find(name: string): EntityRecord | undefined {
    const no = table.find(name)
    return no === undefined ? undefined : (objects[no] ?? takeFromTable(no))
  }

  function takeFromTable(no: number): EntityRecord {
    const { id, isStored, head, asOf, parsedAt } = table.read(no)
    table.hold(no)
    return add({
      name: table.nameOf(no),
      no,
      id: id === 0 ? undefined : id,
      isStored,
      text: table.textOf(no),
      parsed: undefined,
      parsedAt: parsedAt === 0 ? undefined : parsedAt,
      head,
      asOf,
      facts: undefined,
      hasOtherValue: false,
      hasOtherFacts: false,
      isInHand: false,
    })
  }

  function putBack(): void {
    if (inHand.length === 0) return
    const records = inHand
    inHand = []
    for (const record of records) {
      record.isInHand = false
      if (record.parsed !== undefined) continue
      const { no, id = 0, isStored, head, asOf, parsedAt = 0, facts } = record
      objects[no] = undefined
      table.write(no, { id, isStored, head, asOf, parsedAt })
      if (record.hasOtherValue) table.setText(no, values.textOf(record))
      if (record.hasOtherFacts) table.setFacts(no, facts === undefined ? null : packFacts(facts))
      table.release(no)
    }
  }

  function touch(record: EntityRecord): void {
    const { no, text, parsed, head, id } = record
    const value = parsed?.value
    record.hasOtherValue = true
    const wasDirty = table.isDirty(no)
    record.id ??= nextId++
    table.markDirty(no, record.id)
    undoLog.add(() => {
      values.restore(record, value, text)
      // Its value may not be in use any more.
      take(record)
      record.head = head
      record.id = id
      if (!wasDirty) table.markClean(no)
    })
  }

  function setStored(record: EntityRecord, isStored: boolean): void {
    record.isStored = isStored
    undoLog.add(() => {
      record.isStored = !isStored
    })
  }

  function loadNamed(names: readonly string[]): EntityRecord[] {
    const found = names.map(find)
    const missing = names.filter((_, index) => found[index] === undefined)
    if (missing.length === 0) return found as EntityRecord[]
    const loaded = loadMissing(missing).values()
    return found.map((record) => record ?? (loaded.next().value as EntityRecord))
  }

  function write(record: EntityRecord, asOf: number): void {
    const { name, id, head, isStored } = record
    const text = values.textOf(record)
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
  }

  return {
    get dirtyCount() {
      return table.dirtyCount
    },
    load: (tenantNo, refs) => loadNamed(refs.map((ref) => nameOf(tenantNo, ref.kind, ref.key))),
    loadOne(tenantNo, kind, key) {
      const name = nameOf(tenantNo, kind, key)
      return find(name) ?? (loadMissing([name])[0] as EntityRecord)
    },
    findLoaded: (tenantNo, kind, key) => find(nameOf(tenantNo, kind, key)),
    loadNamed,
    loadedNames: (tenantNo) => [...table.names()].filter((name) => name.startsWith(prefixOf(tenantNo))),
    storedNames(tenantNo, after, through, count) {
      const prefix = prefixOf(tenantNo)
      return selectNames.all(after, through, prefix.length, prefix, count) as unknown as { seq: number; name: string }[]
    },
    getValue: values.get,
    setValue(record, value) {
      touch(record)
      values.set(record, value)
      if (value === undefined) take(record)
    },
    setHead(record, head) {
      touch(record)
      record.head = head
    },
    getFacts(record) {
      if (record.facts !== undefined || record.hasOtherFacts) return record.facts
      const text = table.factsOf(record.no)
      if (text !== null) record.facts = unpackFacts(text)
      return record.facts
    },
    setFacts(record, facts) {
      record.facts = facts
      record.hasOtherFacts = true
      values.recount(record)
    },
    write,
    dirtyInOrder: table.dirtyInOrder,
    writeDirty(no, asOf) {
      write(objects[no] ?? takeFromTable(no), asOf)
    },
    markClean: table.markClean,
    putBack,
  }
}

function nameOf(tenantNo: number, kind: EntityKind, key: string): string {
  return `${prefixOf(tenantNo)}${kind.length}:${kind}${key}`
}

function prefixOf(tenantNo: number): string {
  return `${tenantNo}:`
}
