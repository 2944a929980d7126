import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createGroupCommit } from './group-commit.ts'
import { createUndoLog } from './undo-log.ts'

/** A table of numbers, and the same numbers in memory. */
function openNumbers() {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE numbers (number INTEGER PRIMARY KEY)')
  const insert = database.prepare('INSERT INTO numbers VALUES (?) ON CONFLICT DO NOTHING')
  const undoLog = createUndoLog()
  const memory = new Set<number>()
  let committed = 0
  const commits = createGroupCommit({
    database,
    undoLog,
    beforeCommit: () => undefined,
    afterCommit: () => {
      committed += 1
    },
  })
  return {
    commits,
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
  const numbers = openNumbers()
  const took = async (number: number) => {
    const startedAt = performance.now()
    await numbers.commits.run(() => numbers.add(number))
    return performance.now() - startedAt
  }
  const alone: number[] = []
  for (let number = 0; number < 20; number++) alone.push(await took(number))
  assert.ok(Math.min(...alone) < 1, `the fastest of ${alone}`)
  for (let number = 100; number < 200; number += 10) {
    await Promise.all([0, 1, 2, 3].map((more) => took(number + more)))
    assert.ok((await took(number + 4)) >= 0.9, 'a commit of several was just before')
  }
  assert.equal(numbers.commitCount(), 20 + 20)
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
