import { z } from 'zod'
import { ApiError } from '../http/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { tenantOf } from '../http/authenticate.ts'
import type { CustomDataPointTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { changeConfiguration } from './change-configuration.ts'

/** What makes a data point. */
export const dataPointFields = {
  name: z
    .string()
    .regex(/^[\p{L}_][\p{L}\p{N}_-]{0,127}$/u, 'is not a letter or `_`, then letters, digits, `_` or `-`')
    .refine((name) => !['__proto__', 'constructor', 'prototype'].includes(name), 'is reserved')
    .meta({ description: 'The key in `custom`; rules read it as `custom.<name>`.' }),
  dataType: z.enum(['text', 'number', 'boolean', 'multiselect']),
  modelType: z.enum(['action', 'user']),
}

const createBody = z.object({
  ...dataPointFields,
  description: z.string().max(1024).nullish(),
  isPublic: z.boolean().optional().meta({ description: 'May be shown to the user on a device that approves.' }),
})
const patchBody = z.object({ description: z.string().max(1024).nullish(), isPublic: z.boolean().optional() })
const params = z.object({ id: z.string().max(64) })
const reply = z.object({ ...createBody.shape, id: z.string(), isPublic: z.boolean() }).meta({ id: 'CustomDataPoint' })

/** Management API: custom data points, the declared types of `custom` data. */
export const dataPointRoutes: Routes = (app, deps) => {
  const tags = ['custom data points']

  app.get('/custom-data-points', { schema: { tags, summary: 'List data points', response: { 200: z.array(reply) } } }, async (request) => {
    const rows = await dataPoints(deps.store.db, tenantOf(request).tenantId).orderBy('name').execute()
    return rows.map(toJson)
  })

  app.post(
    '/custom-data-points',
    { schema: { tags, summary: 'Declare a data point', body: createBody, response: { 200: reply } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { name, dataType, modelType, description, isPublic } = request.body
      return changeConfiguration(deps, { tenantId, event: 'custom_data_point.created', details: { name } }, async (db, at) => {
        const sameName = await dataPoints(db, tenantId).where('name', '=', name).executeTakeFirst()
        if (sameName) throw new ApiError('already_exists', `there is already a data point \`${name}\``)
        const row: CustomDataPointTable = {
          tenant_id: tenantId,
          data_point_id: deps.newId(),
          name,
          data_type: dataType,
          model_type: modelType,
          description: description ?? null,
          is_public: isPublic ? 1 : 0,
          created_at: at,
        }
        await db.insertInto('custom_data_points').values(row).execute()
        return toJson(row)
      })
    },
  )

  app.get('/custom-data-points/:id', { schema: { tags, summary: 'Get a data point', params, response: { 200: reply } } }, async (request) =>
    toJson(await loadDataPoint(deps.store.db, tenantOf(request).tenantId, request.params.id)),
  )

  app.patch(
    '/custom-data-points/:id',
    { schema: { tags, summary: 'Change a data point', params, body: patchBody, response: { 200: reply } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { id } = request.params
      const { description, isPublic } = request.body
      return changeConfiguration(deps, { tenantId, event: 'custom_data_point.updated', details: { id } }, async (db) => {
        const before = await loadDataPoint(db, tenantId, id)
        const after: CustomDataPointTable = {
          ...before,
          description: description === undefined ? before.description : description,
          is_public: isPublic === undefined ? before.is_public : isPublic ? 1 : 0,
        }
        await db.updateTable('custom_data_points').set(after).where('tenant_id', '=', tenantId).where('data_point_id', '=', id).execute()
        return toJson(after)
      })
    },
  )

  app.delete(
    '/custom-data-points/:id',
    { schema: { tags, summary: 'Remove a data point', params, response: { 200: z.object({ success: z.literal(true) }) } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { id } = request.params
      return changeConfiguration(deps, { tenantId, event: 'custom_data_point.deleted', details: { id } }, async (db) => {
        await loadDataPoint(db, tenantId, id)
        await db.deleteFrom('custom_data_points').where('tenant_id', '=', tenantId).where('data_point_id', '=', id).execute()
        return { success: true as const }
      })
    },
  )
}

function dataPoints(db: Db, tenantId: string) {
  return db.selectFrom('custom_data_points').where('tenant_id', '=', tenantId).selectAll()
}

async function loadDataPoint(db: Db, tenantId: string, id: string): Promise<CustomDataPointTable> {
  const row = await dataPoints(db, tenantId).where('data_point_id', '=', id).executeTakeFirst()
  if (row === undefined) throw new ApiError('not_found', 'there is no such data point')
  return row
}

function toJson(row: CustomDataPointTable) {
  return {
    id: row.data_point_id,
    name: row.name,
    dataType: row.data_type,
    modelType: row.model_type,
    ...(row.description === null ? {} : { description: row.description }),
    isPublic: row.is_public === 1,
  }
}
