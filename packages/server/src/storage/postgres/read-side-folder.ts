import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { createBusyGauge } from './busy-gauge.ts'
import type { Connections, Run, Statement } from './connections.ts'
import { foldChanges, foldNext, INSTANCES_PER_STEP } from './fold-step.ts'
import { runAgain } from './run-again.ts'
import type { SharedDictionary } from './shared-dictionary.ts'

/** How long a process that is silent keeps the others from folding. */
const LEASE_MS = 3000
const RENEW_MS = 1000
/** Between two looks for changes while there are none. */
const IDLE_MS = 200
/** After a failure, such as a database that is away. */
const FAILED_MS = 1000
/** How much longer than a step the pause after it is: while there is time for both, and while decisions need it. */
const PAUSES = { free: 1, busy: 19 }
/** Instances of a step while decisions need the time, and of the first one after a pause, when that is not known yet. */
const FEW_INSTANCES = 100
/** A look through all of the table of changes takes no larger part of the time. Dead rows pile up in it while somebody reads the database for hours. */
const PART_OF_LOOKING = 0.05

// By the database's clock, which all processes share.
const now = '(extract(epoch FROM clock_timestamp()) * 1000)::int8'
const takeLease: Statement = {
  name: 'take_read_side_lease',
  text: `INSERT INTO leases AS l (name, holder, expires_at) VALUES ('read-side', $1, ${now} + ${LEASE_MS})
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
      WHERE l.holder = excluded.holder OR l.expires_at <= ${now} OR l.expires_at > ${now} + ${LEASE_MS}`,
}
const dropLease: Statement = { name: 'drop_read_side_lease', text: "DELETE FROM leases WHERE name = 'read-side' AND holder = $1" }
const findChange: Statement = {
  name: 'find_change',
  text: 'SELECT ctid::text AS place FROM instance_changes WHERE ctid >= $1::tid LIMIT 1',
}
const selectLag: Statement = {
  name: 'select_read_side_lag',
  text: `SELECT ${now} - min(noted_at) AS lag FROM (SELECT noted_at FROM instance_changes LIMIT 1000) AS first`,
}

export interface ReadSideFolder {
  /** Folds everything that was committed at the call. */
  fold(): Promise<void>
  lagMs(): Promise<number>
  /** Waits for the step under way, and lets another process go on at once. */
  close(): Promise<void>
}

export interface ReadSideFolderOptions {
  /** It folds only when it is told to. */
  isIdle: boolean
  /** Milliseconds until now in which decisions of this process waited for the database. */
  waitedMs(): number
}

/**
 * Folds changes into the read side in the background, in one of all processes. Which one it is only saves work: every step holds a lock for its time.
 * `connections` are its own, so that no decision waits for one.
 */
export function createReadSideFolder(
  connections: Connections,
  dictionary: SharedDictionary,
  { isIdle, waitedMs }: ReadSideFolderOptions,
): ReadSideFolder {
  const holder = randomUUID()
  let isClosed = false
  let isHolder = false
  let askedAt = Number.NEGATIVE_INFINITY
  let isWalked = false
  let wasFolding = false
  const isBusy = createBusyGauge(() => ({
    nowMs: performance.now(),
    workedMs: performance.eventLoopUtilization().active,
    waitedMs: waitedMs(),
  }))
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  /** Where the table of changes begins to have rows, and when all of it was last looked through. */
  let place = '(0,0)'
  let lookedAt = Number.NEGATIVE_INFINITY
  let lookMs = 0

  const inTransaction = (work: (run: Run, within: SharedDictionary) => Promise<number>) =>
    runAgain(() => connections.inTransaction((run) => work(run, dictionary.within(run))), { maxLosses: 0 })

  async function holdLease(): Promise<boolean> {
    if (performance.now() - askedAt < RENEW_MS) return isHolder
    askedAt = performance.now()
    isHolder = (await connections.run(takeLease, [holder])).rowCount === 1
    return isHolder
  }

  /** Where the next change is; `undefined`: there is none. */
  async function findNext(): Promise<string | undefined> {
    const startedAt = performance.now()
    const isWhole = startedAt - lookedAt > lookMs / PART_OF_LOOKING
    const { rows } = await connections.run<{ place: string }>(findChange, [isWhole ? '(0,0)' : place])
    if (isWhole) {
      lookedAt = performance.now()
      lookMs = lookedAt - startedAt
      if (rows[0] !== undefined) place = rows[0].place
    }
    return rows[0]?.place
  }

  /** Returns whether there may be more. */
  async function step(atMost: number): Promise<boolean> {
    const from = await findNext()
    if (from !== undefined) await inTransaction((run, within) => foldChanges(run, within, { from, atMost }))
    if (!isWalked) isWalked = (await inTransaction(foldNext)) === 0
    return from !== undefined || !isWalked
  }

  async function turn(): Promise<void> {
    let pauseMs = RENEW_MS
    try {
      if (await holdLease()) {
        const startedAt = performance.now()
        const isFree = !isBusy()
        const hasMore = await step(isFree && wasFolding ? INSTANCES_PER_STEP : FEW_INSTANCES)
        pauseMs = hasMore ? (performance.now() - startedAt) * (isFree ? PAUSES.free : PAUSES.busy) : IDLE_MS
        wasFolding = hasMore
      }
    } catch {
      // What was not committed is noted still.
      pauseMs = FAILED_MS
    }
    schedule(pauseMs)
  }

  function schedule(ms: number): void {
    if (isClosed) return
    timer = setTimeout(() => {
      running = turn()
    }, ms).unref()
  }

  if (!isIdle) schedule(0)
  return {
    async fold() {
      // A step that finds nothing while it holds the lock has waited for what others had taken.
      while ((await inTransaction((run, within) => foldChanges(run, within))) > 0);
      while ((await inTransaction(foldNext)) > 0);
    },
    async lagMs() {
      const { rows } = await connections.run<{ lag: number | null }>(selectLag, [])
      return Math.max(0, rows[0]?.lag ?? 0)
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await running
      if (isHolder) await connections.run(dropLease, [holder]).catch(() => undefined)
    },
  }
}
