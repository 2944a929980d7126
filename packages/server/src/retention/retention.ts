import type { Logger } from 'pino'
import type { Store } from '../storage/store.ts'
import type { Purge } from './purge.ts'
import { takeLease } from './take-lease.ts'
import { createClockWatch } from './watch-clock.ts'

export interface RetentionDeps {
  store: Store
  /** What each run erases, in order. */
  purges: readonly Purge[]
  log: Pick<Logger, 'info' | 'warn'>
  /** Milliseconds UTC. */
  clock: () => number
  newId: () => string
  /** Milliseconds from a clock that cannot be set. */
  stopwatch?: () => number
}

export interface Retention {
  /** Erases data past its retention time, unless a process has done so lately. */
  runIfDue(): Promise<void>
  /** Stops a run under way at a place from which the next one continues. */
  stop(): Promise<void>
}

const day = 24 * 60 * 60 * 1000
const periodMs = day / 4

/**
 * Creates the recurring work that erases data past its retention time.
 *
 * A clock that was set forward makes everything look old. A run that notices the change does nothing, and the next run believes the clock: the hours
 * in between are the time to correct it.
 */
export function createRetention(deps: RetentionDeps): Retention {
  const { store, purges, log, clock } = deps
  const holder = deps.newId()
  const aborter = new AbortController()
  const isClockBelieved = createClockWatch({ ...deps, tolerance: day, holdFor: periodMs / 2 })
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    const at = clock()
    if (!(await takeLease(store.db, { name: 'retention', holder, forMs: periodMs }, at))) return
    if (!isClockBelieved()) {
      log.warn('the clock was changed, so this run erases nothing')
      return
    }
    const erased: Record<string, number> = {}
    for (const { name, run } of purges) {
      const rows = await run(at, aborter.signal)
      if (rows !== undefined && rows > 0) erased[name] = rows
    }
    if (Object.keys(erased).length > 0) log.info(erased, 'erased data past its retention time')
  }

  return {
    runIfDue() {
      if (aborter.signal.aborted) return Promise.resolve()
      running ??= run().finally(() => {
        running = undefined
      })
      return running
    },
    async stop() {
      aborter.abort()
      await running?.catch(() => undefined)
    },
  }
}
