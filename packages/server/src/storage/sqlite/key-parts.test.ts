import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import fc from 'fast-check'
import { createKeyIndex, type KeyIndex } from './key-index.ts'
import { createKeyParts } from './key-parts.ts'
import { migrateSqlite } from './migrate-sqlite.ts'
import { createStoreState } from './store-state.ts'
import { createUndoLog } from './undo-log.ts'

const entriesPerCycle = 4
const sizes = { fewest: 9, most: 20 }
/** Few, so that some are the same; at both ends of the range, too. */
const hash = (text: string) => [0, 2 ** 52 - 1, 5, 2 ** 51][Number(/\d+$/.exec(text)?.[0] ?? 0)] ?? spread(Number(/\d+$/.exec(text)?.[0]))
const spread = (n: number) => Math.floor(((n * 0.618_033_988_749) % 1) * 2 ** 52)

function openDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  migrateSqlite(database, 1)
  return database
}

/** The index as a store opens it: keys of rows that were not written are added again. */
function open(database: DatabaseSync, rows: ReadonlyMap<number, string>) {
  const state = createStoreState(database)
  const undoLog = createUndoLog()
  const keysThrough = Number(state.find('keys_through') ?? 0)
  const parts = createKeyParts({ database, undoLog, keysThrough, entriesPerCycle, sizes })
  const index = createKeyIndex({ parts, hash, state, undoLog, entriesPerCycle })
  for (const [seq, key] of rows) if (seq > keysThrough) index.add(seq, 1, 'alice', 1, key)
  return { database, undoLog, parts, index }
}

type Opened = ReturnType<typeof open>

function group({ database, undoLog, index }: Opened, lastSeq: () => number, work: () => void, isKept = true): void {
  database.exec('BEGIN')
  undoLog.begin()
  work()
  index.writeSlice(3)
  if (isKept) {
    database.exec('COMMIT')
    undoLog.keep()
    index.committed(lastSeq(), false)
  } else {
    undoLog.undo()
    database.exec('ROLLBACK')
  }
}

const placesOf = (index: KeyIndex, key: string) => index.candidates(1, 'alice', 1, key)
const onDisk = (database: DatabaseSync) =>
  new Set(
    database
      .prepare('SELECT seq FROM instance_keys')
      .all()
      .map(({ seq }) => Number(seq)),
  )

/** Tracks keys until they lie in several parts. */
function filled(count: number): { opened: Opened; rows: Map<number, string>; database: DatabaseSync } {
  const database = openDatabase()
  const rows = new Map<number, string>()
  const opened = open(database, rows)
  for (let seq = 1; seq <= count; seq++) {
    group(
      opened,
      () => seq,
      () => {
        rows.set(seq, `k${seq}`)
        opened.index.add(seq, 1, 'alice', 1, `k${seq}`)
      },
    )
  }
  return { opened, rows, database }
}

test('a key is found in whatever part it lies, and by an index that is opened again', () => {
  const { opened, rows, database } = filled(100)
  assert.ok(Number(database.prepare('SELECT count(*) AS n FROM key_parts').get()?.n) > 3)
  for (const { index } of [opened, open(database, rows)]) {
    for (const [seq, key] of rows) assert.ok(placesOf(index, key).includes(seq), key)
  }
})

test('a look-up of a key that was never tracked reads hardly a part', () => {
  const { opened, database } = filled(100)
  const unknown = Array.from({ length: 300 }, (_, n) => `k${n + 1_000}`)
  const textOf = (key: string) => `1:1:5:alice${key}`
  // Whoever reads a part finds this in it, which the filters do not know.
  const strayPlace = 999
  const insert = database.prepare('INSERT OR IGNORE INTO instance_keys SELECT (part << 52) | ?, ? FROM key_parts')
  for (const key of unknown) insert.run(hash(textOf(key)), strayPlace)
  const parts = Number(database.prepare('SELECT count(*) AS n FROM key_parts').get()?.n)
  const read = unknown.reduce((sum, key) => sum + placesOf(opened.index, key).length, 0)
  assert.ok(read < (unknown.length * parts) / 20, `${read} of ${unknown.length * parts}`)
})

test('a filter that is missing, or a piece of it, is made again from its part; until then its keys are found too', () => {
  const { rows, database } = filled(100)
  const stored = () => Number(database.prepare('SELECT count(*) AS n FROM key_filters').get()?.n)
  const before = stored()
  assert.ok(before > 3)
  database.exec('DELETE FROM key_filters WHERE part % 2 = 0')
  const opened = open(database, rows)
  for (let turn = 0; turn < 30; turn++) {
    for (const [seq, key] of rows) assert.ok(placesOf(opened.index, key).includes(seq), key)
    group(
      opened,
      () => 100,
      () => undefined,
    )
  }
  assert.equal(stored(), before)
})

test('a filter that was made beside an erasure that was undone has the keys that came back', () => {
  const { rows, database } = filled(100)
  database.exec('DELETE FROM key_filters')
  const opened = open(database, rows)
  for (let turn = 0; turn < 30; turn++) {
    group(
      opened,
      () => 100,
      () => {
        for (const [seq, key] of rows) opened.index.remove(seq, 1, 'alice', 1, key)
      },
      false,
    )
    group(
      opened,
      () => 100,
      () => undefined,
    )
  }
  for (const [seq, key] of rows) assert.ok(placesOf(opened.index, key).includes(seq), key)
})

test('parts of which nothing is left are forgotten with their filters', () => {
  const { opened, rows, database } = filled(100)
  const parts = () => database.prepare('SELECT part, through FROM key_parts ORDER BY part').all()
  const before = parts()
  group(
    opened,
    () => 100,
    () => {
      for (const [seq, key] of [...rows].slice(0, 60)) {
        opened.index.remove(seq, 1, 'alice', 1, key)
        rows.delete(seq)
      }
      opened.index.forgetBefore(61)
    },
  )
  assert.deepEqual(
    parts(),
    before.filter(({ through }) => Number(through) >= 61),
  )
  assert.ok(parts().length < before.length)
  assert.equal(Number(database.prepare('SELECT count(*) AS n FROM key_filters WHERE part < (SELECT min(part) FROM key_parts)').get()?.n), 0)
  const again = open(database, rows)
  for (const [seq, key] of rows) assert.ok(placesOf(again.index, key).includes(seq), key)
})

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('track' as const), keys: fc.array(fc.nat(60), { maxLength: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('erase' as const), from: fc.nat(40), count: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retain' as const), from: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), filtersLost: fc.nat(3) }) },
)

test('whatever is tracked, erased, undone and killed, the index knows the places that a plain Map knows', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ step, isKept: fc.boolean() }), { maxLength: 120 }), (steps) => {
      const database = openDatabase()
      let rows = new Map<number, string>()
      let opened = open(database, rows)
      let lastSeq = 0
      for (const { step: now, isKept } of steps) {
        if (now.kind === 'kill') {
          // Every fourth part loses what is stored of its filter.
          database.prepare('DELETE FROM key_filters WHERE part % 4 = ?').run(now.filtersLost)
          opened = open(database, rows)
          continue
        }
        const before = { rows: new Map(rows), lastSeq }
        const erase = (seq: number, key: string) => {
          opened.index.remove(seq, 1, 'alice', 1, key)
          rows.delete(seq)
        }
        group(
          opened,
          () => lastSeq,
          () => {
            if (now.kind === 'track') {
              for (const key of now.keys) {
                lastSeq += 1
                rows.set(lastSeq, `k${key}`)
                opened.index.add(lastSeq, 1, 'alice', 1, `k${key}`)
              }
            } else if (now.kind === 'erase') {
              for (const [seq, key] of [...rows].slice(now.from, now.from + now.count)) erase(seq, key)
            } else {
              for (const [seq, key] of [...rows].slice(0, now.from)) erase(seq, key)
              opened.index.forgetBefore(Math.min(lastSeq + 1, ...rows.keys()))
            }
          },
          isKept,
        )
        if (!isKept) ({ rows, lastSeq } = before)
        for (let n = 0; n <= 60; n++) {
          const expected = [...rows].filter(([, key]) => key === `k${n}`).map(([seq]) => seq)
          const found = placesOf(opened.index, `k${n}`)
          for (const seq of expected) assert.ok(found.includes(seq), `k${n} at ${seq}`)
        }
        for (const seq of onDisk(database)) assert.ok(rows.has(seq), `${seq} was erased, and its entry is still on disk`)
      }
    }),
    { numRuns: 200 },
  )
})
