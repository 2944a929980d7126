import type { Logger } from 'pino'
import type { VelocityFeatureTable } from '../storage/schema.ts'
import type { Store } from '../storage/store.ts'
import type { TenantDirectory } from '../tenants/tenant.ts'
import { type BackfillState, backfillOf } from './feature-row.ts'
import { type BackfillDeps, fillFeature, saveBackfill } from './fill-feature.ts'

/** Features being filled by this process. */
export interface BackfillJobs {
  /** Starts filling a feature, or goes on with it. Nothing happens to one that is complete or being filled. */
  start(row: VelocityFeatureTable): Promise<VelocityFeatureTable>
  isRunning(row: VelocityFeatureTable): boolean
  /** Interrupts all of them, at a place from which they can go on. */
  stop(): Promise<void>
}

export interface BackfillJobsDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'invalidate'>
  log: Pick<Logger, 'error'>
  clock: () => number
  newId: () => string
}

/** Another process that has not said anything for so long is not filling the feature any more. */
const silence = 60_000

export function createBackfillJobs(deps: BackfillJobsDeps): BackfillJobs {
  const running = new Map<string, Promise<void>>()
  const aborter = new AbortController()
  const nameOf = ({ tenant_id, name, since_version }: VelocityFeatureTable) => JSON.stringify([tenant_id, name, since_version])

  function isRunning(row: VelocityFeatureTable): boolean {
    if (running.has(nameOf(row))) return true
    return deps.store.kind !== 'sqlite' && backfillOf(row)?.status === 'running' && deps.clock() - row.updated_at < silence
  }

  async function run(row: VelocityFeatureTable, state: BackfillState): Promise<void> {
    const jobDeps: BackfillDeps = { ...deps, signal: aborter.signal }
    try {
      await fillFeature(jobDeps, row, state)
    } catch (err) {
      if (aborter.signal.aborted) return
      deps.log.error({ err, tenantId: row.tenant_id, feature: row.name }, 'a velocity feature could not be filled')
      await saveBackfill(deps.store.db, row, { ...state, status: 'failed' }, deps.clock()).catch(() => undefined)
    }
  }

  return {
    isRunning,
    async start(row) {
      const at = deps.clock()
      if (at >= row.complete_from || isRunning(row)) return row
      const before = backfillOf(row)
      const state: BackfillState = before === undefined || before.status === 'done' ? freshState(at) : { ...before, status: 'running' }
      const name = nameOf(row)
      // Taken before anything is awaited: of two requests at once one starts it.
      const started = saveBackfill(deps.store.db, row, state, at)
      const work = started.then(() => run(row, state)).finally(() => running.delete(name))
      // Whoever asked is told by what is awaited below; unheard here as well, it would end the process.
      work.catch(() => undefined)
      running.set(name, work)
      await started
      return { ...row, backfill: JSON.stringify(state), updated_at: at }
    },
    async stop() {
      aborter.abort()
      await Promise.allSettled(running.values())
    },
  }
}

function freshState(startedAt: number): BackfillState {
  return { status: 'running', startedAt, progress: 0, instances: 0, entities: 0, parts: 1, part: 0, written: 0 }
}
