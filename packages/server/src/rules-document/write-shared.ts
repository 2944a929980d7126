import { isDeepStrictEqual } from 'node:util'
import type { FeatureDefinition } from '@sallyport/engine'
import { withDataPoint, withFeature, withoutValueList, withValueList } from '../configuration/changed-tenant.ts'
import { findDeclaredFeature, toFeatureDefinition } from '../configuration/feature-row.ts'
import { loadEntries } from '../configuration/list-storage.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { findValueList } from '../configuration/value-list-row.ts'
import { insertDataPoint, toDataPoint, updateDataPoint } from '../data-points/write-data-point.ts'
import { ApiError } from '../errors/api-error.ts'
import type { CustomDataPointTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { aliasOf } from '../value-lists/alias-of.ts'
import { type ChangeNote, changeValueList, createValueList } from '../value-lists/write-value-list.ts'
import { declareFeature, redefineFeature, refuseFeatureProblem } from '../velocity/write-feature.ts'
import { type DescribedDataPoint, diffDataPoint, diffFeature, diffValueList, type SharedChange } from './diff-shared.ts'
import { refuseTwice } from './refuse-twice.ts'
import type { RulesDocument } from './rules-document.ts'

export interface WrittenShared {
  /** The tenant with what was written. */
  tenant: Tenant
  changes: SharedChange[]
}

interface Place {
  db: Db
  newId: () => string
  note: ChangeNote
}

/** Writes the data points, lists and features of a document, data points first, because features and rules read them. Removes nothing. Within a transaction. */
export async function writeShared(place: Place, before: Tenant, document: RulesDocument): Promise<WrittenShared> {
  let written: WrittenShared = { tenant: before, changes: [] }
  refuseTwice(
    'dataPoints',
    document.dataPoints?.map(({ name }) => name),
  )
  for (const dataPoint of document.dataPoints ?? []) written = await writeDataPoint(place, written, dataPoint)
  refuseTwice('lists', document.lists?.map(aliasOfList))
  for (const list of document.lists ?? []) written = await writeList(place, written, list)
  refuseTwice(
    'features',
    document.features?.map(({ name }) => name),
  )
  for (const feature of document.features ?? []) written = await writeFeature(place, written, feature)
  return written
}

function after({ changes }: WrittenShared, tenant: Tenant, change: SharedChange | undefined): WrittenShared {
  return { tenant, changes: change === undefined ? changes : [...changes, change] }
}

async function writeDataPoint(
  { db, newId, note: { at } }: Place,
  written: WrittenShared,
  dataPoint: NonNullable<RulesDocument['dataPoints']>[number],
): Promise<WrittenShared> {
  const { tenantId } = written.tenant
  const { name, dataType, modelType, description = null, isPublic = false, minimum = null, maximum = null } = dataPoint
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
  const change = diffDataPoint(was && describe(was), { name, dataType, modelType, description, isPublic, minimum, maximum })
  if (change === undefined) return written
  const row =
    was === undefined
      ? await insertDataPoint(db, tenantId, newId(), dataPoint, at)
      : await updateDataPoint(db, was, { description, isPublic, minimum, maximum })
  return after(written, withDataPoint(written.tenant, toDataPoint(row)), change)
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

async function writeList({ db, note }: Place, written: WrittenShared, list: DocumentList): Promise<WrittenShared> {
  const { tenantId } = written.tenant
  const alias = aliasOfList(list)
  const { name, itemType, valueListItems: items, isActive, expectedVersion } = list
  const before = await findValueList(db, tenantId, alias)
  if (before !== undefined && before.item_type !== itemType) {
    throw new ApiError('invalid_request', `the list \`${alias}\` holds ${before.item_type} items and cannot hold ${itemType} items`)
  }
  if (before === undefined && expectedVersion !== undefined && expectedVersion !== 0) {
    throw new ApiError('version_conflict', `the list \`${alias}\` no longer exists`)
  }
  const was = before && { name: before.name, isActive: before.is_active === 1, items: await loadEntries(db, before) }
  const result =
    before === undefined
      ? await createValueList(db, tenantId, { alias, name, itemType, items: items ?? [], isActive }, note)
      : await changeValueList(db, tenantId, alias, { name, isActive, items }, { ...note, expectedVersion })
  const change = diffValueList(alias, was, { name, isActive, items: result.items })
  return after(written, isActive ? withValueList(written.tenant, alias, result.items) : withoutValueList(written.tenant, alias), change)
}

async function writeFeature({ db, note: { at } }: Place, written: WrittenShared, feature: FeatureDefinition): Promise<WrittenShared> {
  const { tenantId } = written.tenant
  const { name } = feature
  const was = await findDeclaredFeature(db, tenantId, name)
  const isSame = was !== undefined && isDeepStrictEqual(JSON.parse(was.definition), feature)
  if (isSame) return written
  refuseFeatureProblem(written.tenant, feature)
  const row = was === undefined ? await declareFeature(db, tenantId, feature, at) : await redefineFeature(db, was, feature, at)
  return after(written, withFeature(written.tenant, toFeatureDefinition(row)), diffFeature(name, was !== undefined, false))
}
