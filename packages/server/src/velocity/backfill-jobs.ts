import type { Logger } from 'pino'
import type { Actor } from '../audit/actor.ts'
import { type BackfillState, backfillOf, findDeclaredFeature } from '../configuration/feature-row.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import type { VelocityFeatureTable } from '../storage/schema.ts'
import type { Store } from '../storage/store.ts'
import { type BackfillDeps, BackfillTakenError, changeBackfill, fillFeature, saveBackfill } from './fill-feature.ts'

/** Features being filled by this process. */
export interface BackfillJobs {
  /** Starts filling a feature for `actor`, or continues. A feature that is complete or being filled is left alone. */
  start(row: VelocityFeatureTable, actor: Actor): Promise<VelocityFeatureTable>
  isRunning(row: VelocityFeatureTable): boolean
  /** Interrupts all of them at a place from which they can continue. */
  stop(): Promise<void>
}

export interface BackfillJobsDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'invalidate'>
  log: Pick<Logger, 'error'>
  clock: () => number
  newId: () => string
}

/** Milliseconds without a report after which another process no longer counts as filling the feature. */
const silence = 60_000

export function createBackfillJobs(deps: BackfillJobsDeps): BackfillJobs {
  const running = new Map<string, Promise<void>>()
  const aborter = new AbortController()
  const nameOf = ({ tenant_id, name, since_version, created_at }: VelocityFeatureTable) =>
    JSON.stringify([tenant_id, name, since_version, created_at])

  function isRunning(row: VelocityFeatureTable): boolean {
    if (running.has(nameOf(row))) return true
    return isTaken(row, deps.clock())
  }

  /** Another process is filling it. Where only one process exists, a job stored as running was interrupted. */
  function isTaken(row: VelocityFeatureTable, at: number): boolean {
    return deps.store.kind !== 'sqlite' && backfillOf(row)?.status === 'running' && Math.abs(at - row.updated_at) < silence
  }

  /** Takes the job: of any number of processes that ask at once, one gets it. Without `state` there is nothing to do, or another process does it. */
  function take(row: VelocityFeatureTable, at: number): Promise<{ row: VelocityFeatureTable; state?: BackfillState }> {
    const { tenant_id: tenantId, name } = row
    return deps.store.transaction({ tenantId }, async ({ db }) => {
      const now = await findDeclaredFeature(db, tenantId, name)
      if (now?.since_version !== row.since_version) return { row }
      if (at >= now.complete_from || isTaken(now, at)) return { row: now }
      const before = backfillOf(now)
      const job = deps.newId()
      const state: BackfillState =
        before === undefined || before.status === 'done' ? freshState(job, at) : { ...before, job, status: 'running' }
      await saveBackfill(db, now, state, at)
      return { row: { ...now, backfill: JSON.stringify(state), updated_at: at }, state }
    })
  }

  async function run(row: VelocityFeatureTable, state: BackfillState, actor: Actor): Promise<void> {
    const jobDeps: BackfillDeps = { ...deps, actor, signal: aborter.signal }
    try {
      await fillFeature(jobDeps, row, state)
    } catch (err) {
      if (aborter.signal.aborted || err instanceof BackfillTakenError) return
      deps.log.error({ err, tenantId: row.tenant_id, feature: row.name }, 'a velocity feature could not be filled')
      // The progress is kept: what is merged twice would count twice.
      await changeBackfill(deps, row, state.job, (reached) => ({ ...reached, status: 'failed' })).catch(() => undefined)
    }
  }

  return {
    isRunning,
    async start(row, actor) {
      const at = deps.clock()
      if (at >= row.complete_from || isRunning(row)) return row
      const name = nameOf(row)
      // Nothing is awaited before this is set, so of two requests at once one starts it.
      const taking = take(row, at)
      const work = taking.then(({ row: taken, state }) => state && run(taken, state, actor)).finally(() => running.delete(name))
      // The caller gets the error from `taking` below; unhandled here, it would end the process.
      work.catch(() => undefined)
      running.set(name, work)
      return (await taking).row
    },
    async stop() {
      aborter.abort()
      await Promise.allSettled(running.values())
    },
  }
}

function freshState(job: string, startedAt: number): BackfillState {
  return { status: 'running', startedAt, job, progress: 0, instances: 0, entities: 0, parts: 1, part: 0, after: '', written: 0 }
}
