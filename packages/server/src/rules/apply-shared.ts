import { isDeepStrictEqual } from 'node:util'
import type { FeatureDefinition } from '@sallyport/engine'
import { ApiError } from '../http/api-error.ts'
import type { CustomDataPointTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { findValueList, itemsOf } from '../value-lists/value-list-row.ts'
import { changeValueList, createValueList } from '../value-lists/write-value-list.ts'
import { findDeclaredFeature, toFeatureDefinition } from '../velocity/feature-row.ts'
import { declareFeature, redefineFeature, refuseFeatureProblem } from '../velocity/write-feature.ts'
import { aliasOf } from './alias-of.ts'
import { withDataPoint, withFeature, withoutValueList, withValueList } from './changed-tenant.ts'
import { type DescribedDataPoint, diffDataPoint, diffFeature, diffValueList, type SharedChange } from './diff-shared.ts'
import type { RulesDocument } from './rules-document.ts'
import { insertDataPoint, toDataPoint, updateDataPoint } from './write-data-point.ts'

export interface AppliedShared {
  /** The tenant with what was written. */
  tenant: Tenant
  changes: SharedChange[]
}

interface Place {
  db: Db
  at: number
  newId: () => string
  message: string | undefined
}

/** Writes what rules refer to as a document says it: data points first, because features and rules read them. Removes nothing. Within a transaction. */
export async function applyShared(place: Place, before: Tenant, document: RulesDocument): Promise<AppliedShared> {
  let applied: AppliedShared = { tenant: before, changes: [] }
  refuseTwice(
    'dataPoints',
    document.dataPoints?.map(({ name }) => name),
  )
  for (const dataPoint of document.dataPoints ?? []) applied = await applyDataPoint(place, applied, dataPoint)
  refuseTwice('lists', document.lists?.map(aliasOfList))
  for (const list of document.lists ?? []) applied = await applyList(place, applied, list)
  refuseTwice(
    'features',
    document.features?.map(({ name }) => name),
  )
  for (const feature of document.features ?? []) applied = await applyFeature(place, applied, feature)
  return applied
}

/** Refuses what is there twice. */
export function refuseTwice(field: string, names: readonly string[] = []): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw new ApiError('invalid_request', `\`${field}\`: \`${name}\` appears twice`)
    seen.add(name)
  }
}

function after({ changes }: AppliedShared, tenant: Tenant, change: SharedChange | undefined): AppliedShared {
  return { tenant, changes: change === undefined ? changes : [...changes, change] }
}

async function applyDataPoint(
  { db, at, newId }: Place,
  applied: AppliedShared,
  dataPoint: NonNullable<RulesDocument['dataPoints']>[number],
): Promise<AppliedShared> {
  const { tenantId } = applied.tenant
  const { name, dataType, modelType, description = null, isPublic = false } = dataPoint
  const was = await db
    .selectFrom('custom_data_points')
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .selectAll()
    .executeTakeFirst()
  if (was !== undefined && (was.data_type !== dataType || was.model_type !== modelType)) {
    throw new ApiError(
      'invalid_request',
      `the data point \`${name}\` has type ${was.data_type} for the ${was.model_type} and cannot become ${dataType} for the ${modelType}`,
    )
  }
  const change = diffDataPoint(was && describe(was), { name, dataType, modelType, description, isPublic })
  if (change === undefined) return applied
  const row =
    was === undefined
      ? await insertDataPoint(db, tenantId, newId(), dataPoint, at)
      : await updateDataPoint(db, was, { description, isPublic })
  return after(applied, withDataPoint(applied.tenant, toDataPoint(row)), change)
}

function describe(row: CustomDataPointTable): DescribedDataPoint {
  return { ...toDataPoint(row), description: row.description }
}

type DocumentList = NonNullable<RulesDocument['lists']>[number]

function aliasOfList({ name, alias }: DocumentList): string {
  if (alias !== undefined && aliasOf(alias) !== alias) {
    throw new ApiError(
      'invalid_request',
      `\`lists\`: \`${alias}\` is not a valid alias: use lower-case letters and digits, separated by \`-\``,
    )
  }
  return alias ?? aliasOf(name)
}

async function applyList({ db, at, message }: Place, applied: AppliedShared, list: DocumentList): Promise<AppliedShared> {
  const { tenantId } = applied.tenant
  const alias = aliasOfList(list)
  const { name, itemType, valueListItems: items, isActive, expectedVersion } = list
  const before = await findValueList(db, tenantId, alias)
  if (before !== undefined && before.item_type !== itemType) {
    throw new ApiError('invalid_request', `the list \`${alias}\` holds ${before.item_type} items and cannot hold ${itemType} items`)
  }
  if (before === undefined && expectedVersion !== undefined && expectedVersion !== 0) {
    throw new ApiError('version_conflict', `the list \`${alias}\` no longer exists`)
  }
  const was = before && { name: before.name, isActive: before.is_active === 1, items: new Set(itemsOf(before)) }
  const written =
    before === undefined
      ? await createValueList(db, tenantId, { alias, name, itemType, items: items ?? [], isActive }, { at, message })
      : await changeValueList(db, tenantId, alias, { name, isActive, items }, { at, message, expectedVersion })
  const change = diffValueList(alias, was, { name, isActive, items: written.items })
  return after(applied, isActive ? withValueList(applied.tenant, alias, written.items) : withoutValueList(applied.tenant, alias), change)
}

async function applyFeature({ db, at }: Place, applied: AppliedShared, feature: FeatureDefinition): Promise<AppliedShared> {
  const { tenantId } = applied.tenant
  const { name } = feature
  const was = await findDeclaredFeature(db, tenantId, name)
  const isSame = was !== undefined && isDeepStrictEqual(JSON.parse(was.definition), feature)
  if (isSame) return applied
  refuseFeatureProblem(applied.tenant, feature)
  const row = was === undefined ? await declareFeature(db, tenantId, feature, at) : await redefineFeature(db, was, feature, at)
  return after(applied, withFeature(applied.tenant, toFeatureDefinition(row)), diffFeature(name, was !== undefined, false))
}
