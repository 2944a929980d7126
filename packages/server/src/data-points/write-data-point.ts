import type { DataPoint } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { CustomDataPointTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

export interface NewDataPoint {
  name: string
  dataType: CustomDataPointTable['data_type']
  modelType: CustomDataPointTable['model_type']
  description?: string | null | undefined
  isPublic?: boolean | undefined
  minimum?: number | null | undefined
  maximum?: number | null | undefined
}

export function listDataPoints(db: Db, tenantId: string): Promise<CustomDataPointTable[]> {
  return db.selectFrom('custom_data_points').where('tenant_id', '=', tenantId).orderBy('name').selectAll().execute()
}

/** Declares a data point. Refuses a name that is taken. Within the transaction of the change. */
export async function insertDataPoint(
  db: Db,
  tenantId: string,
  id: string,
  { name, dataType, modelType, description, isPublic, minimum, maximum }: NewDataPoint,
  at: number,
): Promise<CustomDataPointTable> {
  const sameName = await db
    .selectFrom('custom_data_points')
    .where('tenant_id', '=', tenantId)
    .where((where) => where.or([where('name', '=', name), where('data_point_id', '=', id)]))
    .select('name')
    .executeTakeFirst()
  if (sameName && sameName.name !== name) throw new ApiError('already_exists', `there is already a data point with the id \`${id}\``)
  if (sameName) throw new ApiError('already_exists', `there is already a data point \`${name}\``)
  const row: CustomDataPointTable = {
    tenant_id: tenantId,
    data_point_id: id,
    name,
    data_type: dataType,
    model_type: modelType,
    description: description ?? null,
    is_public: isPublic ? 1 : 0,
    created_at: at,
    minimum: minimum ?? null,
    maximum: maximum ?? null,
  }
  refuseImpossibleBounds(row)
  await db.insertInto('custom_data_points').values(row).execute()
  return row
}

/** Changes what may change of a data point: never its name or its type. */
export async function updateDataPoint(
  db: Db,
  before: CustomDataPointTable,
  { description, isPublic, minimum, maximum }: Pick<NewDataPoint, 'description' | 'isPublic' | 'minimum' | 'maximum'>,
): Promise<CustomDataPointTable> {
  const after: CustomDataPointTable = {
    ...before,
    description: description === undefined ? before.description : description,
    is_public: isPublic === undefined ? before.is_public : isPublic ? 1 : 0,
    minimum: minimum === undefined ? before.minimum : minimum,
    maximum: maximum === undefined ? before.maximum : maximum,
  }
  refuseImpossibleBounds(after)
  await db
    .updateTable('custom_data_points')
    .set(after)
    .where('tenant_id', '=', before.tenant_id)
    .where('data_point_id', '=', before.data_point_id)
    .execute()
  return after
}

function refuseImpossibleBounds({ name, data_type, minimum, maximum }: CustomDataPointTable): void {
  const given = minimum !== null ? 'minimum' : maximum !== null ? 'maximum' : undefined
  if (given !== undefined && data_type !== 'number') {
    throw new ApiError('invalid_request', `\`${given}\`: only numbers have bounds, and \`${name}\` is of type ${data_type}`)
  }
  if (minimum !== null && maximum !== null && minimum > maximum) {
    throw new ApiError('invalid_request', `\`minimum\` of \`${name}\` is larger than its \`maximum\``)
  }
}

export function toDataPoint(row: CustomDataPointTable): DataPoint {
  return {
    dataPointId: row.data_point_id,
    name: row.name,
    dataType: row.data_type,
    modelType: row.model_type,
    isPublic: row.is_public === 1,
    minimum: row.minimum ?? undefined,
    maximum: row.maximum ?? undefined,
  }
}
