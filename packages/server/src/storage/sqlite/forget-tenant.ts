import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { ChangingStore } from '../changing-store.ts'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteState } from './sqlite-state.ts'

/** Rows erased with one group: a few milliseconds for those who wait for the same commit. */
const ROWS_PER_STEP = 64
/** Places of a table looked at in one go, for rows of the tenant among those of others. */
const PLACES_PER_LOOK = 4096
/** The pause after a step is so many times as long as the step: it belongs to live traffic. */
const PAUSE_FACTOR = 3

/**
 * Erases a tenant's part of the log, then its entities. In this order, a store that is opened again after a crash in between folds the rest of the log into
 * entities that the next run erases.
 */
export function createForgetTenant(
  parts: SqliteState & { database: DatabaseSync },
  commits: GroupCommit,
  onErasure: () => void,
): ChangingStore['forgetTenant'] {
  const { database, dictionary, entities, log } = parts

  return async (tenantId, signal) => {
    const tenantNo = await commits.read(() => dictionary.findNumber(tenantId))
    if (tenantNo === undefined) return 0
    let erased = 0
    const instances = (after: number, through: number) => log.pageOf(tenantNo, after, through, ROWS_PER_STEP)
    await sweep('instances', 'seq', instances, (rows) => {
      for (const row of rows) log.erase(row)
      erased += rows.length
    })
    const loaded = await commits.read(() => entities.loadedNames(tenantNo))
    for (let done = 0; done < loaded.length && signal?.aborted !== true; done += ROWS_PER_STEP) {
      await step(() => eraseEntities(loaded.slice(done, done + ROWS_PER_STEP)))
    }
    const stored = (after: number, through: number) => entities.storedNames(tenantNo, after, through, ROWS_PER_STEP)
    await sweep('entities', 'id', stored, (rows) => eraseEntities(rows.map(({ name }) => name)))
    await commits.runAtomically(async () => log.forgetBeforeFirst())
    onErasure()
    return erased

    /** Goes through a table in the order of its places, a look at a time, and erases what `find` finds. */
    async function sweep<Row extends { seq: number }>(
      table: 'instances' | 'entities',
      column: 'seq' | 'id',
      find: (after: number, through: number) => Row[],
      erase: (rows: Row[]) => void,
    ): Promise<void> {
      const ends = await commits.read(() => database.prepare(`SELECT min(${column}) AS first, max(${column}) AS last FROM ${table}`).get())
      const last = Number(ends?.last ?? 0)
      for (let place = Number(ends?.first ?? 1) - 1; place < last && signal?.aborted !== true; ) {
        const through = place + PLACES_PER_LOOK
        const startedAt = performance.now()
        const rows = await commits.read(() => find(place, through))
        if (rows.length > 0) await step(() => erase(rows))
        else await pause((performance.now() - startedAt) * PAUSE_FACTOR)
        place = rows.length === ROWS_PER_STEP ? (rows.at(-1)?.seq ?? through) : through
      }
    }
  }

  async function step(work: () => void): Promise<void> {
    const startedAt = performance.now()
    await commits.runAtomically(async () => work())
    await pause((performance.now() - startedAt) * PAUSE_FACTOR)
  }

  function eraseEntities(names: readonly string[]): void {
    for (const record of entities.loadNamed(names)) {
      entities.setHead(record, 0)
      entities.setValue(record, undefined)
      entities.write(record, log.lastSeq)
    }
  }
}
