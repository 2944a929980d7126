import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { ChangingStore } from '../changing-store.ts'
import { createFeatureHistory, type FeatureHistory } from '../feature-history.ts'
import type { GroupCommit } from './group-commit.ts'
import type { LoggedInstance } from './instance-log.ts'
import { CLOCK_TOLERANCE, placeOf } from './place-of.ts'
import type { Folding } from './recover-tail.ts'
import type { SqliteState } from './sqlite-state.ts'

/** Rows looked at in one group: a few milliseconds for those who wait for the same commit. */
const ROWS_PER_STEP = 64
/** Places of the log looked at in one go, for rows of one tenant among those of others. */
const PLACES_PER_LOOK = 4096
/** The pause after a step is so many times as long as the step: it belongs to live traffic. */
const PAUSE_FACTOR = 3

/**
 * Erases the beginning of the log, a step with each group. A row goes when nothing older of its user is left, so that the chains which listings and
 * erasures walk stay whole.
 */
export function createForgetBefore(
  parts: SqliteState & { database: DatabaseSync; folding: Folding },
  commits: GroupCommit,
  onErasure: () => void,
): ChangingStore['forgetBefore'] {
  const { database, dictionary, entities, folding, log, state } = parts

  return async (at, signal, tenantId) => {
    const { end, featuresAt, tenantNo } = await commits.read(() => ({
      end: placeOf(database, at + CLOCK_TOLERANCE),
      featuresAt: loadFeatureHistory(database),
      tenantNo: tenantId === undefined ? undefined : dictionary.findNumber(tenantId),
    }))
    if (tenantId !== undefined && tenantNo === undefined) return 0
    let erased = 0
    for (let place = 0; place < end && signal?.aborted !== true; ) {
      const startedAt = performance.now()
      const step = await commits.runAtomically(async () => forgetStep(place, end, at, featuresAt, tenantNo))
      erased += step.erased
      place = step.last
      if (place < end) await pause((performance.now() - startedAt) * PAUSE_FACTOR)
    }
    if (erased > 0) {
      await commits.runAtomically(async () => log.forgetBeforeFirst())
      onErasure()
    }
    return erased
  }

  function forgetStep(
    after: number,
    end: number,
    at: number,
    featuresAt: FeatureHistory,
    tenantNo: number | undefined,
  ): { erased: number; last: number } {
    const entitiesThrough = Number(state.find('entities_through') ?? 0)
    const through = tenantNo === undefined ? undefined : after + PLACES_PER_LOOK
    const rows = through === undefined ? log.page(after, ROWS_PER_STEP) : log.pageOf(tenantNo ?? 0, after, through, ROWS_PER_STEP)
    let erased = 0
    for (const row of rows) {
      if (row.seq >= end) return { erased, last: end }
      const isReachable = row.previous === 0 || log.findAt(row.previous) === undefined
      if (row.instance.createdAt >= at || !isReachable) continue
      if (row.seq > entitiesThrough) writeEffect(row, featuresAt)
      log.erase(row)
      erased++
    }
    // Behind a look at the places of one tenant there may be more.
    const last = through === undefined || rows.length === ROWS_PER_STEP ? rows.at(-1)?.seq : through
    return { erased, last: last ?? end }
  }

  /** The row's effect on entities is only in memory yet, and could not be folded from the log again. */
  function writeEffect({ instance }: LoggedInstance, featuresAt: FeatureHistory): void {
    const refs = folding.instanceEntities(instance, featuresAt(instance.tenantId, instance.configVersion))
    for (const record of entities.load(dictionary.toNumber(instance.tenantId), refs)) {
      if (record.id !== undefined) entities.write(record, log.lastSeq)
    }
  }
}

/** The velocity features that were ever declared. */
export function loadFeatureHistory(database: DatabaseSync): FeatureHistory {
  const rows = database.prepare('SELECT tenant_id, since_version, until_version, definition FROM velocity_features ORDER BY name').all()
  return createFeatureHistory(rows as unknown as Parameters<typeof createFeatureHistory>[0])
}
