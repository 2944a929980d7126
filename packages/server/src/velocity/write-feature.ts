import { isDeepStrictEqual } from 'node:util'
import { type FeatureDefinition, findFeatureProblems } from '@sallyport/engine'
import { listDeclaredFeatures } from '../configuration/feature-row.ts'
import { nextConfigVersion } from '../configuration/next-config-version.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { VelocityFeatureTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

/** Every feature makes every decision a little slower. */
const maxFeatures = 64

/** Refuses a feature that cannot count what it declares. */
export function refuseFeatureProblem({ dataPoints }: Pick<Tenant, 'dataPoints'>, definition: FeatureDefinition): void {
  const problems = findFeatureProblems(definition, { dataPoints })
  if (problems.length > 0) {
    throw new ApiError('invalid_request', problems.map((problem) => `\`${problem.replace(': ', '`: ')}`).join('; '))
  }
}

/** Declares a feature. Refuses a name that is taken, and more features than allowed. Within the transaction of the change. */
export async function declareFeature(db: Db, tenantId: string, definition: FeatureDefinition, at: number): Promise<VelocityFeatureTable> {
  const declared = await listDeclaredFeatures(db, tenantId)
  if (declared.some(({ name }) => name === definition.name)) {
    throw new ApiError('already_exists', `there is already a feature \`${definition.name}\``)
  }
  if (declared.length >= maxFeatures) throw new ApiError('invalid_request', `a tenant has at most ${maxFeatures} velocity features`)
  return insertFeature(db, tenantId, definition, at)
}

/** Replaces the definition of a feature, which then starts again from zero. Returns the same row when nothing differs. Within the transaction of the change. */
export async function redefineFeature(
  db: Db,
  row: VelocityFeatureTable,
  after: FeatureDefinition,
  at: number,
): Promise<VelocityFeatureTable> {
  if (isDeepStrictEqual(JSON.parse(row.definition), after)) return row
  await endFeature(db, row, at)
  return insertFeature(db, row.tenant_id, after, at)
}

/** Declared from the version of the configuration that this change makes. */
async function insertFeature(db: Db, tenantId: string, definition: FeatureDefinition, at: number): Promise<VelocityFeatureTable> {
  // A tenant without users has no events that it should have counted.
  const anybody = await db.selectFrom('users').where('tenant_id', '=', tenantId).select('user_id').limit(1).executeTakeFirst()
  const row: VelocityFeatureTable = {
    tenant_id: tenantId,
    name: definition.name,
    since_version: await nextConfigVersion(db, tenantId),
    until_version: null,
    definition: JSON.stringify(definition),
    complete_from: anybody === undefined ? 0 : at + definition.windowMinutes * 60_000,
    backfill: null,
    created_at: at,
    updated_at: at,
  }
  await db.insertInto('velocity_features').values(row).execute()
  return row
}

/** Ends a feature with the version of the configuration that this change makes. Its definition stays on record. */
export async function endFeature(db: Db, row: VelocityFeatureTable, at: number): Promise<void> {
  await db
    .updateTable('velocity_features')
    .set({ until_version: await nextConfigVersion(db, row.tenant_id), updated_at: at })
    .where('tenant_id', '=', row.tenant_id)
    .where('name', '=', row.name)
    .where('since_version', '=', row.since_version)
    .execute()
}
