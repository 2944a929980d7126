import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailableError } from '../store-errors.ts'
import { isSqliteError, toStoreError } from './sqlite-errors.ts'
import type { UndoLog } from './undo-log.ts'

/** Jobs in one commit at most: bounds how long the first of them waits for the last. */
const MAX_GROUP = 256
/** Turns of the event loop that a group waits at most while each of them brings more jobs. */
const MAX_TURNS = 4
/**
 * Milliseconds from a commit of several jobs to the next, unless many wait already. Under load a commit that comes sooner finds only a few jobs, and costs as much
 * for them as for many: a fifth of the processor time at half load (`docs/benchmarks/long-histories.md`).
 */
const LEAST_PAUSE = 2
/** A timer takes a millisecond at least: less is not worth one. */
const SHORTEST_PAUSE = 0.5
const SEVERAL = 3
const MANY = 32
/** Jobs that may wait before new ones are refused with 503. */
const MAX_WAITING = 20_000

export interface GroupCommit {
  /**
   * Runs `work` in the next group. It throws only before its first write: what it throws is its own answer, the rest of the group goes on.
   */
  run<T>(work: () => T): Promise<T>
  /**
   * Runs `work` in the next group, all or nothing: a rejection undoes what it wrote, the rest of the group goes on. When one rejects that had written, all
   * of its group are run again.
   */
  runAtomically<T>(work: () => Promise<T>): Promise<T>
  /** Runs `work`, which only reads, while no group is under way: it sees committed data only. */
  read<T>(work: () => T): Promise<T>
  /** Refuses new work and resolves when the accepted is done. */
  drain(): Promise<void>
}

export interface GroupCommitDeps {
  database: DatabaseSync
  undoLog: UndoLog
  /** After the jobs of a group, in its transaction. */
  beforeCommit(jobs: number): void
  /** The group is on disk. */
  afterCommit(): void
  /** A group or a reading has ended, well or not. */
  afterWork?: () => void
  /** Milliseconds since any moment that stays the same. */
  now?: () => number
  /** Resolves after so many milliseconds. */
  pause?: (ms: number) => Promise<void>
}

interface Job {
  isAtomic: boolean
  work: () => unknown
  resolve: (value: never) => void
  reject: (reason: unknown) => void
}

type Answer = { ok: true; value: unknown } | { ok: false; reason: unknown }

/**
 * Everything that writes goes through here, one at a time, on one connection: all jobs that wait when a group begins are run in one
 * transaction, committed once, and answered after the commit.
 *
 * INVARIANT: no job is answered with success before the commit that holds its writes has reached the disk.
 * INVARIANT: when the commit fails, every job of the group is rejected, and database and memory are as before the group.
 */
export function createGroupCommit({
  database,
  undoLog,
  beforeCommit,
  afterCommit,
  afterWork = () => undefined,
  now = () => performance.now(),
  pause = sleep,
}: GroupCommitDeps): GroupCommit {
  const waiting: Job[] = []
  const waitingReads: (() => void)[] = []
  let isInGroup = false
  let isRunning = false
  /** A group failed, and could not be rolled back: it still is what a read would see, and has to go before anything else. */
  let isLeftOver = false
  let isClosed = false
  let last = { jobs: 0, at: 0 }
  const drained: (() => void)[] = []
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const beginJob = database.prepare('SAVEPOINT job')
  const keepJob = database.prepare('RELEASE job')
  const countChanges = database.prepare('SELECT total_changes()')
  countChanges.setReturnArrays(true)

  function enqueue<T>(isAtomic: boolean, work: () => unknown): Promise<T> {
    if (isClosed) return Promise.reject(new StoreUnavailableError(new Error('the store is closed')))
    if (waiting.length >= MAX_WAITING) return Promise.reject(new StoreUnavailableError(new Error(`${waiting.length} writes are waiting`)))
    return new Promise<T>((resolve, reject) => {
      waiting.push({ isAtomic, work, resolve: resolve as (value: never) => void, reject })
      if (!isRunning) void runGroups()
    })
  }

  async function runGroups(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      await gather()
      isInGroup = true
      await runGroup(waiting.splice(0, MAX_GROUP))
      isInGroup = false
      afterWork()
      for (const read of waitingReads.splice(0)) read()
    }
    isRunning = false
    for (const resolve of drained.splice(0)) resolve()
  }

  /** A commit costs the same for one job as for fifty: what arrives in this turn of the event loop joins the group, and in the next ones while more do. */
  async function gather(): Promise<void> {
    let before: number
    let turns = 0
    do {
      before = waiting.length
      await nextTurn()
      turns += 1
    } while (turns < MAX_TURNS && waiting.length > before && waiting.length < MAX_GROUP)
    const left = LEAST_PAUSE - (now() - last.at)
    if (last.jobs >= SEVERAL && waiting.length < MANY && left > SHORTEST_PAUSE) await pause(left)
  }

  async function runGroup(jobs: readonly Job[]): Promise<void> {
    const answers: Answer[] = []
    try {
      removeLeftOver()
      if (!(await runJobs(jobs, answers, runLightly))) {
        rollBack()
        removeLeftOver()
        answers.length = 0
        await runJobs(jobs, answers, runGuarded)
      }
      beforeCommit(jobs.length)
      commit.run()
    } catch (error) {
      rollBack()
      const reason = isSqliteError(error) ? new StoreUnavailableError(error) : error
      for (const job of jobs) job.reject(reason)
      return
    }
    last = { jobs: jobs.length, at: now() }
    undoLog.keep()
    afterCommit()
    for (const [index, job] of jobs.entries()) {
      const answer = answers[index]
      if (answer?.ok) job.resolve(answer.value as never)
      else job.reject(answer?.reason)
    }
  }

  /** `false`: only the end of the whole transaction takes back what one of them did. */
  async function runJobs(jobs: readonly Job[], answers: Answer[], runAtomic: (job: Job) => Promise<Answer | undefined>): Promise<boolean> {
    begin.run()
    undoLog.begin()
    for (const job of jobs) {
      const answer = job.isAtomic ? await runAtomic(job) : runPlainJob(job)
      if (answer === undefined) return false
      answers.push(answer)
    }
    return true
  }

  function runPlainJob(job: Job): Answer {
    try {
      return { ok: true, value: job.work() }
    } catch (error) {
      if (isSqliteError(error)) throw error
      return { ok: false, reason: error }
    }
  }

  /**
   * Within a savepoint SQLite keeps a copy of every page as it was before, and hardly any job fails after it has changed one. So none is made at first;
   * `undefined` for a job that would have needed it: then its whole group runs again, guarded.
   */
  async function runLightly(job: Job): Promise<Answer | undefined> {
    const changes = changeCount()
    undoLog.begin()
    let answer: Answer
    try {
      answer = { ok: true, value: await job.work() }
      undoLog.keep()
    } catch (reason) {
      undoLog.undo()
      if (changeCount() !== changes) return undefined
      answer = { ok: false, reason: toStoreError(reason) }
    }
    // A disk that is full may have ended the transaction, whatever the job made of that.
    return database.isTransaction ? answer : undefined
  }

  function changeCount(): unknown {
    return (countChanges.get() as unknown as readonly unknown[])[0]
  }

  async function runGuarded(job: Job): Promise<Answer> {
    beginJob.run()
    undoLog.begin()
    try {
      const value = await job.work()
      keepJob.run()
      undoLog.keep()
      return { ok: true, value }
    } catch (reason) {
      undoLog.undo()
      // A failure that ended the whole transaction (disk full) takes the savepoint with it: this throws, and the group fails.
      database.exec('ROLLBACK TO job')
      database.exec('RELEASE job')
      return { ok: false, reason: toStoreError(reason) }
    }
  }

  function rollBack(): void {
    undoLog.undo()
    try {
      database.exec('ROLLBACK')
    } catch {
      // SQLite has rolled back already, or the transaction never began; or it is in no state to do so.
      isLeftOver = database.isTransaction
    }
  }

  function removeLeftOver(): void {
    if (!isLeftOver) return
    database.exec('ROLLBACK')
    isLeftOver = false
  }

  return {
    run: (work) => enqueue(false, work),
    runAtomically: (work) => enqueue(true, work),
    read(work) {
      if (isClosed) return Promise.reject(new StoreUnavailableError(new Error('the store is closed')))
      return new Promise((resolve, reject) => {
        const read = () => {
          try {
            removeLeftOver()
            resolve(work())
          } catch (error) {
            reject(toStoreError(error))
          }
          afterWork()
        }
        if (isInGroup) waitingReads.push(read)
        else read()
      })
    },
    drain() {
      isClosed = true
      if (!isRunning) return Promise.resolve()
      return new Promise((resolve) => {
        drained.push(resolve)
      })
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
