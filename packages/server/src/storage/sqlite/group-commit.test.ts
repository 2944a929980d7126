import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createGroupCommit } from './group-commit.ts'
import { createUndoLog } from './undo-log.ts'

/** A table of numbers, and the same numbers in memory. */
function openNumbers() {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE numbers (number INTEGER PRIMARY KEY)')
  const insert = database.prepare('INSERT INTO numbers VALUES (?) ON CONFLICT DO NOTHING')
  const undoLog = createUndoLog()
  const memory = new Set<number>()
  const time = { now: 0, pauses: [] as number[] }
  let committed = 0
  const commits = createGroupCommit({
    database,
    undoLog,
    beforeCommit: () => undefined,
    afterCommit: () => {
      committed += 1
    },
    now: () => time.now,
    async pause(ms) {
      time.pauses.push(ms)
      time.now += ms
    },
  })
  return {
    commits,
    time,
    add(number: number): void {
      insert.run(number)
      memory.add(number)
      undoLog.add(() => memory.delete(number))
    },
    stored: () =>
      database
        .prepare('SELECT number FROM numbers ORDER BY number')
        .all()
        .map((row) => Number(row.number)),
    inMemory: () => [...memory].sort((a, b) => a - b),
    commitCount: () => committed,
  }
}

test('a job that fails after it wrote is undone, on disk and in memory, and the others of its group are kept', async () => {
  const numbers = openNumbers()
  const runs = [0, 0, 0, 0]
  const count = (job: number) => {
    runs[job] = (runs[job] ?? 0) + 1
  }
  const results = await Promise.allSettled([
    numbers.commits.runAtomically(async () => {
      count(0)
      numbers.add(1)
      await Promise.resolve()
      numbers.add(2)
      return 'first'
    }),
    numbers.commits.runAtomically(async () => {
      count(1)
      numbers.add(3)
      await Promise.resolve()
      throw new Error('no')
    }),
    numbers.commits.run(() => {
      count(2)
      numbers.add(4)
      return 'third'
    }),
    numbers.commits.runAtomically(async () => {
      count(3)
      numbers.add(5)
    }),
  ])
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
    ['first', 'Error: no', 'third', undefined],
  )
  assert.deepEqual(numbers.stored(), [1, 2, 4, 5])
  assert.deepEqual(numbers.inMemory(), [1, 2, 4, 5])
  assert.equal(numbers.commitCount(), 1)
  // Again from the first one, because what the second wrote could only be undone together with it.
  assert.deepEqual(runs, [2, 2, 1, 1])
})

test('under load commits leave each other time to find several jobs, and who comes alone after others alone does not wait', async () => {
  const { commits, time, add, commitCount } = openNumbers()
  const addAll = (...numbers: number[]) => Promise.all(numbers.map((number) => commits.run(() => add(number))))
  for (const number of [1, 2, 3]) await addAll(number)
  await addAll(10, 11, 12, 13)
  assert.deepEqual(time.pauses, [], 'nobody was there before who came with others')

  await addAll(20)
  assert.deepEqual(time.pauses, [2], 'a commit of several was just before')
  await addAll(21)
  await addAll(30, 31, 32)
  assert.deepEqual(time.pauses, [2], 'the commit before was of one')

  time.now += 1.25
  await addAll(40, 41, 42)
  assert.deepEqual(time.pauses, [2, 0.75], 'only what is left of the pause')
  time.now += 1.75
  await addAll(50, 51, 52)
  await addAll(...Array.from({ length: 32 }, (_, number) => 100 + number))
  assert.deepEqual(time.pauses, [2, 0.75], 'the pause is over nearly, and many need none')
  assert.equal(commitCount(), 10)
})

test('a job that fails before it wrote anything costs the others nothing', async () => {
  const numbers = openNumbers()
  await numbers.commits.run(() => numbers.add(1))
  let runs = 0
  const results = await Promise.allSettled([
    numbers.commits.runAtomically(async () => {
      runs += 1
      numbers.add(2)
    }),
    numbers.commits.runAtomically(async () => {
      runs += 1
      // It is there already, as a challenge is that was answered before.
      numbers.add(1)
      throw new Error('no')
    }),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
  assert.equal(runs, 2)
  assert.deepEqual(numbers.stored(), [1, 2])
})

test('of many jobs at once, any of which fail after they wrote, exactly the others are kept', async () => {
  const numbers = openNumbers()
  const jobs = Array.from({ length: 600 }, (_, number) => number)
  const fails = (number: number) => number % 7 === 3
  const results = await Promise.allSettled(
    jobs.map((number) =>
      numbers.commits.runAtomically(async () => {
        numbers.add(number)
        await Promise.resolve()
        if (fails(number)) throw new Error('no')
      }),
    ),
  )
  assert.deepEqual(
    results.map(({ status }) => status === 'rejected'),
    jobs.map(fails),
  )
  const kept = jobs.filter((number) => !fails(number))
  assert.deepEqual(numbers.stored(), kept)
  assert.deepEqual(numbers.inMemory(), kept)
})

test('a group runs again when SQLite ended its transaction by itself', async () => {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE numbers (number INTEGER PRIMARY KEY)')
  const undoLog = createUndoLog()
  const commits = createGroupCommit({ database, undoLog, beforeCommit: () => undefined, afterCommit: () => undefined })
  let runs = 0
  const results = await Promise.allSettled([
    commits.runAtomically(async () => {
      database.exec('INSERT INTO numbers VALUES (1)')
    }),
    commits.runAtomically(async () => {
      runs += 1
      // As a full disk does; the job does not notice.
      if (runs === 1) database.exec('ROLLBACK')
    }),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled'],
  )
  assert.equal(runs, 2)
  assert.deepEqual(
    database
      .prepare('SELECT number FROM numbers')
      .all()
      .map((row) => row.number),
    [1],
  )
})

test('whoever keeps something for a group or a reading is told when it has ended, well or not', async () => {
  const database = new DatabaseSync(':memory:')
  let ends = 0
  const commits = createGroupCommit({
    database,
    undoLog: createUndoLog(),
    beforeCommit: () => undefined,
    afterCommit: () => undefined,
    afterWork: () => {
      ends += 1
    },
  })
  await commits.run(() => undefined)
  await nextTurn()
  assert.equal(ends, 1)
  await commits.read(() => undefined)
  assert.equal(ends, 2)
  await assert.rejects(commits.run(() => database.exec('INSERT INTO nothing VALUES (1)')))
  await nextTurn()
  assert.equal(ends, 3)
  await assert.rejects(
    commits.read(() => {
      throw new Error('no')
    }),
  )
  assert.equal(ends, 4)
})
