import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { createCheckpoints } from './checkpoints.ts'

/** A busy machine may take seconds to start the thread that copies. */
const patienceMs = 30_000

/** Others write all the time, and now and then the thread that copies is let catch up: else the log would fill the disk on a busy machine. */
const giveWay = (commits: number) => (commits % 20 === 0 ? pause(1) : nextTurn())

function openDatabase(t: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-test-'))
  const file = path.join(folder, 'log.db')
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)')
  t.after(() => {
    if (database.isOpen) database.close()
    rmSync(folder, { recursive: true })
  })
  const insert = database.prepare('INSERT INTO rows (text) VALUES (?)')
  const look = database.prepare('PRAGMA wal_checkpoint(NOOP)')
  return {
    database,
    file,
    commit: () => insert.run('x'.repeat(2_000)),
    look: () => look.get() as { log: number; checkpointed: number },
  }
}

test('the log is copied back and starts again while others go on writing to it, and nothing is lost', async (t) => {
  const { database, file, commit, look } = openDatabase(t)
  const checkpoints = createCheckpoints(database, file, { pages: 50, mostPages: 200 })
  let commits = 0
  let begunAnew = 0
  let before = look().log
  for (const deadline = Date.now() + patienceMs; begunAnew < 3 && Date.now() < deadline; ) {
    commit()
    commits += 1
    checkpoints.committed()
    const { log } = look()
    if (log < before) begunAnew += 1
    before = log
    await giveWay(commits)
  }
  assert.equal(begunAnew, 3)
  await checkpoints.stop()
  database.close()
  const again = new DatabaseSync(file)
  assert.deepEqual({ ...again.prepare('SELECT count(*) AS commits FROM rows').get() }, { commits })
  assert.equal(again.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok')
  again.close()
})

test('a reader of old pages keeps the log from starting again, and does not hold up a commit', async (t) => {
  const { database, file, commit, look } = openDatabase(t)
  const checkpoints = createCheckpoints(database, file, { pages: 50, mostPages: 200 })
  commit()
  const reader = new DatabaseSync(file, { readOnly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM rows').get()
  for (let commits = 0; commits < 500; commits++) {
    commit()
    checkpoints.committed()
    await nextTurn()
  }
  const { log, checkpointed } = look()
  assert.ok(log > 500 && checkpointed < log)
  assert.equal(reader.prepare('SELECT count(*) AS seen FROM rows').get()?.seen, 1)
  reader.close()
  const deadline = Date.now() + patienceMs
  for (let commits = 0; look().log >= log && Date.now() < deadline; commits++) {
    commit()
    checkpoints.committed()
    await giveWay(commits)
  }
  assert.ok(look().log < log)
  await checkpoints.stop()
})

test('nothing is copied before there is enough of it', async (t) => {
  const { database, file, commit, look } = openDatabase(t)
  const checkpoints = createCheckpoints(database, file)
  for (let commits = 0; commits < 100; commits++) {
    commit()
    checkpoints.committed()
  }
  assert.equal(look().checkpointed, 0)
  await checkpoints.stop()
})

test('a log that nobody can look after holds up no commit', async (t) => {
  const { database, file, commit } = openDatabase(t)
  const withoutThread = createCheckpoints(database, path.join(file, 'nowhere'), { pages: 1 })
  for (let commits = 0; commits < 100; commits++) {
    commit()
    withoutThread.committed()
    await nextTurn()
  }
  await withoutThread.stop()
  const withoutDatabase = createCheckpoints(database, file)
  database.close()
  withoutDatabase.committed()
})
