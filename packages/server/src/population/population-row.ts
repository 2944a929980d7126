import type { LevelStatistics, PopulationStatistics } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'

/** The statistics as they are stored: maps as pairs, rare values left out. */
interface StoredPopulation {
  users: number
  levels: (Omit<LevelStatistics, 'counts'> & { counts: [value: string | number, times: number][] })[]
}

/** Values of a level that are stored at most, the most frequent. Rarer ones say nothing about what is usual. */
const mostStored = 500

export async function findPopulation(db: Db, tenantId: string): Promise<{ statistics: PopulationStatistics; version: number } | undefined> {
  const row = await db.selectFrom('population_statistics').where('tenant_id', '=', tenantId).selectAll().executeTakeFirst()
  if (row === undefined) return undefined
  const { users, levels } = JSON.parse(row.counts) as StoredPopulation
  return {
    statistics: { users, levels: levels.map((level) => ({ ...level, counts: new Map(level.counts) })) },
    version: row.version,
  }
}

/** `version`: what was read, `undefined` when there was nothing. False when another process has written since. */
export async function putPopulation(
  db: Db,
  tenantId: string,
  { users, levels }: PopulationStatistics,
  version: number | undefined,
  at: number,
): Promise<boolean> {
  const stored: StoredPopulation = { users, levels: levels.map(toStored) }
  const row = { counts: JSON.stringify(stored), updated_at: at }
  if (version === undefined) {
    const inserted = await db
      .insertInto('population_statistics')
      .values({ tenant_id: tenantId, version: 1, ...row })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return inserted.numInsertedOrUpdatedRows === 1n
  }
  const updated = await db
    .updateTable('population_statistics')
    .set({ version: version + 1, ...row })
    .where('tenant_id', '=', tenantId)
    .where('version', '=', version)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}

function toStored({ counts, total, rest, distinct }: LevelStatistics): StoredPopulation['levels'][number] {
  const sorted = [...counts].sort((a, b) => b[1] - a[1])
  return { total, distinct, rest: Math.max(rest, sorted[mostStored]?.[1] ?? 0), counts: sorted.slice(0, mostStored) }
}
