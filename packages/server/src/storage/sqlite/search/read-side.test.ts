import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Instance } from '@sallyport/engine'
import { createRandom } from '../../../../test/fuzz/random.ts'
import { countingTraces, instanceEntities, recordTracked } from '../../../../test/support/counting-decision.ts'
import { findTraces } from '../../../../test/support/find-traces.ts'
import { assertReadSide, changed, decide, nameOf, randomInstance, replace, searchAll } from '../../../../test/support/searched-instances.ts'
import { backupDatabase } from '../backup-database.ts'
import { compactDatabase } from '../compact-database.ts'
import { databasePathIn } from '../data-directory.ts'
import { openSqliteStore, type SqliteStore } from '../open-sqlite-store.ts'
import { restoreDatabase } from '../restore-database.ts'
import { searchPathOf } from './search-file.ts'

const folding = { instanceEntities, recordTracked }
/** Until a read side is made again on a busy machine. */
const patienceMs = 60_000

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-search-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const open = (dataDir: string) => openSqliteStore({ dataDir, clock: () => 1_000, ...folding, emptyLogAfterMs: 50 })

function randomOf(seed: number): () => number {
  const random = createRandom(seed)
  return () => random.integer(2 ** 30) / 2 ** 30
}

async function fill(store: SqliteStore, count: number, first = 0): Promise<Instance[]> {
  const random = randomOf(first + 1)
  const all = Array.from({ length: count }, (_, n) => randomInstance(random, 'one', first + n))
  await Promise.all(all.map((instance) => decide(store, instance)))
  return all
}

/** The index of terms is sound. While nobody has the file open. */
function checkTerms(dataDir: string): void {
  const file = new DatabaseSync(searchFileOf(dataDir))
  file.exec("INSERT INTO terms (terms) VALUES ('integrity-check')")
  file.close()
}

const searchFileOf = (dataDir: string) => searchPathOf(databasePathIn(dataDir))

test('a file that is missing, damaged, or of another layout is made again by itself', async (t) => {
  const dataDir = folderOf(t)
  const first = await open(dataDir)
  const all = await fill(first, 200)
  await assertReadSide(first, 'one', all)
  await first.close()
  const path = searchFileOf(dataDir)
  const harms: (() => void)[] = [
    () => rmSync(path),
    () => writeFileSync(path, 'nothing of the kind '.repeat(1_000)),
    () => writeFileSync(path, readFileSync(path).fill(0xaa, 4096)),
    () => writeFileSync(path, readFileSync(path).subarray(0, 20_000)),
    () => writeFileSync(path, ''),
    () => {
      const file = new DatabaseSync(path)
      file.exec("UPDATE file_state SET value = 'of long ago' WHERE name = 'layout'")
      file.close()
    },
  ]
  for (const harm of harms) {
    harm()
    const store = await open(dataDir)
    await assertReadSide(store, 'one', all)
    await store.close()
  }
})

test('a file that gets damaged while the store is open is made again', async (t) => {
  const dataDir = folderOf(t)
  const store = await open(dataDir)
  const all = await fill(store, 200)
  await assertReadSide(store, 'one', all)
  const path = searchFileOf(dataDir)
  writeFileSync(path, Buffer.alloc(statSync(path).size, 0xaa))
  writeFileSync(`${path}-wal`, '')
  all.push(...(await fill(store, 20, 1_000)))
  for (const deadline = Date.now() + patienceMs; ; ) {
    try {
      await assertReadSide(store, 'one', all)
      break
    } catch (error) {
      if (Date.now() > deadline || error instanceof assert.AssertionError) throw error
      await pause(100)
    }
  }
  await store.close()
})

test('a file of a later time is made again: an older copy of the database was put back', async (t) => {
  const folder = folderOf(t)
  const [dataDir, older] = [join(folder, 'data'), join(folder, 'older.db')]
  const store = await open(dataDir)
  const all = await fill(store, 100)
  await assertReadSide(store, 'one', all)
  await backupDatabase(dataDir, older)
  const later = await fill(store, 50, 200)
  await assertReadSide(store, 'one', [...all, ...later])
  await store.close()

  for (const suffix of ['', '-wal', '-shm']) rmSync(databasePathIn(dataDir) + suffix, { force: true })
  cpSync(older, databasePathIn(dataDir))
  const again = await open(dataDir)
  await assertReadSide(again, 'one', all)
  // As many as there were, and others.
  const others = await fill(again, 50, 400)
  await assertReadSide(again, 'one', [...all, ...others])
  await again.close()
})

test('a restored backup is searched, whatever file was left in its directory', async (t) => {
  const folder = folderOf(t)
  const [dataDir, restored, backup] = [join(folder, 'data'), join(folder, 'restored'), join(folder, 'backup.db')]
  const store = await open(dataDir)
  const all = await fill(store, 100)
  await assertReadSide(store, 'one', all)
  await backupDatabase(dataDir, backup)
  await store.close()
  const elsewhere = await open(restored)
  await fill(elsewhere, 300, 5_000)
  await elsewhere.foldReadSide()
  await elsewhere.close()
  rmSync(databasePathIn(restored))
  restoreDatabase(backup, restored)
  assert.equal(existsSync(searchFileOf(restored)), false)
  const again = await open(restored)
  await assertReadSide(again, 'one', all)
  await again.close()
})

test('RE-01: after a crash nothing is counted twice or left out, wherever the fold was', async (t) => {
  const folder = folderOf(t)
  const dataDir = join(folder, 'data')
  const store = await open(dataDir)
  const random = randomOf(9)
  let all: Instance[] = []
  const copies: string[] = []
  for (let round = 0; round < 8; round++) {
    all.push(...(await fill(store, 80, round * 1_000)))
    const changing = all.map(async (instance) => {
      if (random() > 0.1) return instance
      const now = changed(random, instance)
      await replace(store, now)
      return now
    })
    if (round % 2 === 1) {
      await pause(60 * random())
      // As a process that is killed leaves it: the read side's file of a moment, and the database of a later one.
      const copy = join(folder, `copy-${copies.length}`)
      cpSync(dataDir, copy, { recursive: true, filter: (path) => !path.includes('writer') && !path.includes('sallyport') })
      copies.push(copy)
    }
    all = await Promise.all(changing)
  }
  await store.close()
  for (const copy of copies) {
    cpSync(databasePathIn(dataDir), databasePathIn(copy))
    const crashed = await open(copy)
    await assertReadSide(crashed, 'one', all)
    await crashed.close()
  }
})

test('LG-03: what was erased is gone from the file, and from its write-ahead log', async (t) => {
  const dataDir = folderOf(t)
  const store = await open(dataDir)
  const all = await fill(store, 300)
  const secret = { ...randomInstance(randomOf(77), 'one', 9_000), userId: 'zaphod-beeblebrox-42' }
  const mine = Array.from({ length: 20 }, (_, n) => ({ ...secret, idempotencyKey: `heartofgold${n}`, createdAt: n * 1_000 }))
  for (const instance of mine) await decide(store, instance, { email: 'trillian@magrathea.example' })
  all.push(...(await fill(store, 300, 2_000)))
  await assertReadSide(store, 'one', [...all, ...mine])
  const texts = ['zaphod', 'beeblebrox-42', 'heartofgold1', 'heartofgold7', 'magrathea']
  assert.ok((await findTraces(store, dataDir, texts)).some((trace) => trace.includes('search.db')))

  await store.transaction({ tenantId: 'one', userId: secret.userId }, async (tx) => {
    await tx.forgetUser('one', secret.userId, countingTraces)
    await tx.db.deleteFrom('users').where('user_id', '=', secret.userId).execute()
    await tx.db.deleteFrom('devices').where('user_id', '=', secret.userId).execute()
  })
  await store.foldReadSide()
  assert.deepEqual(
    (await findTraces(store, dataDir, texts)).filter((trace) => trace.includes('search.db')),
    [],
  )
  await assertReadSide(store, 'one', all)
  await store.close()
  checkTerms(dataDir)
})

test('LG-03: what was erased right before the end is gone from the file, too', async (t) => {
  const dataDir = folderOf(t)
  const store = await open(dataDir)
  const mine = { ...randomInstance(randomOf(77), 'one', 9_000), userId: 'zaphod-beeblebrox-42' }
  await fill(store, 50)
  await decide(store, mine)
  await store.foldReadSide()
  await store.close()
  const again = await open(dataDir)
  await again.transaction({ tenantId: 'one', userId: mine.userId }, (tx) => tx.forgetUser('one', mine.userId, countingTraces))
  await again.close()
  assert.deepEqual(
    (await findTraces(again, dataDir, ['beeblebrox'])).filter((trace) => trace.includes('search.db')),
    [],
  )
})

test('compacting rewrites the file, too', async (t) => {
  const dataDir = folderOf(t)
  const store = await open(dataDir)
  const all = await fill(store, 1_500)
  await store.foldReadSide()
  await store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) => tx.forgetUser('one', 'alice', countingTraces))
  await store.foldReadSide()
  await store.close()
  const before = statSync(searchFileOf(dataDir)).size
  compactDatabase(dataDir)
  assert.ok(statSync(searchFileOf(dataDir)).size < before)
  const again = await open(dataDir)
  await assertReadSide(
    again,
    'one',
    all.filter(({ userId }) => userId !== 'alice'),
  )
  await again.close()
})

test('changes are forgotten when they were seen, and those that come after still are', async (t) => {
  const dataDir = folderOf(t)
  const store = await open(dataDir)
  const random = randomOf(5)
  let all = await fill(store, 200)
  await store.foldReadSide()
  for (let round = 0; round < 7; round++) {
    all = all.map((instance) => changed(random, instance))
    await Promise.all(all.map((instance) => replace(store, instance)))
  }
  await store.foldReadSide()
  await store.checkReady()
  const reader = new DatabaseSync(databasePathIn(dataDir), { readOnly: true })
  const left = Number(reader.prepare('SELECT count(*) AS count FROM instance_changes').get()?.count)
  reader.close()
  assert.ok(left < 1_024, `${left} are left`)
  await assertReadSide(store, 'one', all)
  await store.close()
  const again = await open(dataDir)
  all = all.map((instance) => changed(random, instance))
  for (const instance of all) await replace(again, instance)
  await assertReadSide(again, 'one', all)
  await again.close()
  checkTerms(dataDir)
})

test('more instances of one millisecond than there are ids in it are all found', async (t) => {
  const dataDir = folderOf(t)
  const store = await open(dataDir)
  const random = randomOf(6)
  const all = Array.from({ length: 2_200 }, (_, n) => ({ ...randomInstance(random, 'one', n), createdAt: 7_000 }))
  await Promise.all(all.map((instance) => decide(store, instance)))
  await store.foldReadSide()
  const found = await searchAll(store, 'one', { filter: { from: 7_000, to: 7_001 }, order: 'oldest', limit: 1_000 })
  assert.deepEqual(found.map(nameOf).sort(), all.map(nameOf).sort())
  const [first] = all
  if (first !== undefined) await replace(store, { ...first, state: 'BLOCK', outcome: 'BLOCK' })
  await store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) => tx.forgetUser('one', 'alice', countingTraces))
  await store.foldReadSide()
  const left = await searchAll(store, 'one', { filter: {}, order: 'newest', limit: 1_000 })
  assert.equal(left.length, all.filter(({ userId }) => userId !== 'alice').length)
  await store.close()
})
