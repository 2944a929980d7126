import type { FeatureDefinition } from '@sallyport/engine'
import type { VelocityFeatureTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

/** The progress of filling a feature from stored instances. */
export interface BackfillState {
  status: 'running' | 'done' | 'failed'
  startedAt: number
  /** Drawn each time the job starts or continues: of two processes, the later one owns it. */
  job: string
  /** 0 to 1. */
  progress: number
  instances: number
  entities: number
  /** Entities are filled in so many parts, so that at most one part is in memory. The parts before `part` are done. */
  parts: number
  part: number
  /** In this part, the entities up to this key are done. A key and not a number, because entities may be erased meanwhile. */
  after: string
  written: number
}

/** The features in force, by name. */
export function listDeclaredFeatures(db: Db, tenantId: string): Promise<VelocityFeatureTable[]> {
  return db
    .selectFrom('velocity_features')
    .where('tenant_id', '=', tenantId)
    .where('until_version', 'is', null)
    .orderBy('name')
    .selectAll()
    .execute()
}

export function findDeclaredFeature(db: Db, tenantId: string, name: string): Promise<VelocityFeatureTable | undefined> {
  return db
    .selectFrom('velocity_features')
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .where('until_version', 'is', null)
    .selectAll()
    .executeTakeFirst()
}

/** The feature as it is counted. */
export function toFeatureDefinition(row: VelocityFeatureTable): FeatureDefinition {
  const definition: FeatureDefinition = { ...JSON.parse(row.definition), since: row.since_version }
  if (row.complete_from > 0) definition.completeFrom = row.complete_from
  return definition
}

export function backfillOf({ backfill }: Pick<VelocityFeatureTable, 'backfill'>): BackfillState | undefined {
  return backfill === null ? undefined : (JSON.parse(backfill) as BackfillState)
}
