import type { Logger } from 'pino'
import { createChallengePurge } from '../challenges/purge-challenges.ts'
import { createConsumedTokenPurge } from '../challenges/purge-consumed-tokens.ts'
import type { Config } from '../config.ts'
import type { Store } from '../storage/store.ts'
import { type ForgetListVersions, forgetListVersions } from '../value-lists/forget-list-versions.ts'
import { eraseAuditEntries } from './erase-audit-entries.ts'
import { takeLease } from './take-lease.ts'
import { createClockWatch } from './watch-clock.ts'

export interface RetentionDeps {
  store: Store
  config: Pick<Config, 'retention'>
  log: Pick<Logger, 'info' | 'warn'>
  /** Milliseconds UTC. */
  clock: () => number
  newId: () => string
  /** Milliseconds that nobody can set. */
  stopwatch?: () => number
}

export interface Retention {
  /** Erases what is older than it is to be kept, unless that was done lately, by whichever process. */
  runIfDue(): Promise<void>
  /** Stops a run under way, at a place from which the next one goes on. */
  stop(): Promise<void>
}

const day = 24 * 60 * 60 * 1000
const periodMs = day / 4

/**
 * Makes the work that keeps data no longer than configured: tracked actions, the audit log, and what challenges and tokens leave behind.
 *
 * A clock that was set forward makes everything look old. So a run that finds it set does nothing, and the next one believes it: there are hours in
 * between to put it right.
 */
export function createRetention(deps: RetentionDeps): Retention {
  const { store, config, log, clock } = deps
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
    const { eventDays, auditDays } = config.retention
    const { signal } = aborter
    const actions = eventDays === 0 ? 0 : await store.forgetBefore(at - eventDays * day, signal)
    const auditEntries = auditDays === 0 ? 0 : await eraseAuditEntries(store, at - auditDays * day, signal)
    await forgetListVersions(store, listVersionsToForget(at, config.retention))
    await createChallengePurge(deps)()
    await createConsumedTokenPurge(deps)()
    if (actions + auditEntries > 0) log.info({ actions, auditEntries }, 'erased expired data')
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

/** A decision is replayed with what was on lists then, so entries stay a month longer than decisions: a store that erases whole months has some left. */
function listVersionsToForget(at: number, { eventDays, auditDays }: Config['retention']): ForgetListVersions {
  const entriesBefore = eventDays === 0 ? undefined : at - (eventDays + 31) * day
  const versionsBefore = eventDays === 0 || auditDays === 0 ? undefined : at - Math.max(eventDays + 31, auditDays) * day
  return { entriesBefore, versionsBefore }
}
