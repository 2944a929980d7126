import { isDeepStrictEqual } from 'node:util'
import type { FeatureDefinition } from '@sallyport/engine'
import { withDataPoint, withFeature, withoutValueList, withValueList } from '../configuration/changed-tenant.ts'
import { findDeclaredFeature, toFeatureDefinition } from '../configuration/feature-row.ts'
import type { ListItem } from '../configuration/list-entries.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { findValueList } from '../configuration/value-list-row.ts'
import { insertDataPoint, toDataPoint, updateDataPoint } from '../data-points/write-data-point.ts'
import { ApiError } from '../errors/api-error.ts'
import type { CustomDataPointTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { type ChangeNote, changeValueList, createValueList, StalePlanError } from '../value-lists/write-value-list.ts'
import { declareFeature, redefineFeature, refuseFeatureProblem } from '../velocity/write-feature.ts'
import { type DescribedDataPoint, diffDataPoint, diffFeature, diffValueList, type SharedChange } from './diff-shared.ts'
import type { PlannedList } from './plan-lists.ts'
import { refuseTwice } from './refuse-twice.ts'
import type { RulesDocument } from './rules-document.ts'

export interface WrittenShared {
  /** The tenant with what was written. */
  tenant: Tenant
  changes: SharedChange[]
  /** New entries of lists that have some, by alias. */
  added: ReadonlyMap<string, Iterable<ListItem>>
}

interface Place {
  db: Db
  newId: () => string
  note: ChangeNote
}

/** Writes the data points, lists and features of a document, data points first, because features and rules read them. Removes nothing. Within a transaction. */
export async function writeShared(
  place: Place,
  before: Tenant,
  document: RulesDocument,
  lists: readonly PlannedList[],
): Promise<WrittenShared> {
  let written: WrittenShared = { tenant: before, changes: [], added: new Map() }
  refuseTwice(
    'dataPoints',
    document.dataPoints?.map(({ name }) => name),
  )
  for (const dataPoint of document.dataPoints ?? []) written = await writeDataPoint(place, written, dataPoint)
  for (const list of lists) written = await writeList(place, written, list)
  refuseTwice(
    'features',
    document.features?.map(({ name }) => name),
  )
  for (const feature of document.features ?? []) written = await writeFeature(place, written, feature)
  return written
}

function after({ changes, added }: WrittenShared, tenant: Tenant, change: SharedChange | undefined): WrittenShared {
  return { tenant, changes: change === undefined ? changes : [...changes, change], added }
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

async function writeList({ db, note }: Place, written: WrittenShared, planned: PlannedList): Promise<WrittenShared> {
  const { tenantId } = written.tenant
  const { alias, itemType, before, list } = planned
  const { name, isActive = true, expectedVersion } = list
  const isThere = (await findValueList(db, tenantId, alias)) !== undefined
  if (isThere !== (before !== undefined)) throw new StalePlanError()
  const result =
    planned.before === undefined
      ? await createValueList(db, tenantId, { alias, name, itemType, items: [], isActive }, note, planned.prepared)
      : await changeValueList(db, tenantId, alias, { name, isActive }, { ...note, expectedVersion }, planned.plan)
  const { added, removed } = planned.before === undefined ? { added: [], removed: [] } : planned.plan
  const was = before && { name: before.name, isActive: before.is_active === 1 }
  const counted = { size: result.items.size, added: added.length, removed: removed.length }
  const change = diffValueList(alias, was, { name, isActive }, counted)
  const tenant = isActive ? withValueList(written.tenant, alias, result.items) : withoutValueList(written.tenant, alias)
  const next = after(written, tenant, change)
  const hasNew = before === undefined ? result.items.size > 0 : added.length > 0
  return hasNew ? { ...next, added: new Map([...written.added, [alias, result.added]]) } : next
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
