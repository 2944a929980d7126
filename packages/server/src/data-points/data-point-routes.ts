import { z } from 'zod'
import { changedMembers } from '../audit/changed-members.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { withDataPoint, withoutDataPoint } from '../configuration/changed-tenant.ts'
import { refuseWhileUsed } from '../configuration/refuse-while-used.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { refuseOther } from '../http/refuse-other.ts'
import { type ChangeSharedDeps, refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import { saveQuery } from '../rules/rule-json.ts'
import type { CustomDataPointTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { changedBounds, dataPointFields } from '../tracked/data-point-fields.ts'
import { insertDataPoint, listDataPoints, toDataPoint, updateDataPoint } from './write-data-point.ts'

const dataPointId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not 1 to 64 letters, digits, `_` or `-`')
const createBody = z.strictObject({
  id: dataPointId.optional().meta({ description: 'Absent: a new id.' }),
  ...dataPointFields,
  description: z.string().max(1024).nullish(),
  isPublic: z.boolean().optional().meta({ description: 'May be shown to the user on an approving device.' }),
})
const patchBody = z.strictObject({
  ...z.object(dataPointFields).partial().shape,
  description: z.string().max(1024).nullish(),
  isPublic: z.boolean().optional(),
  ...changedBounds,
  id: z.string().optional(),
})
const params = z.object({ id: z.string().max(64) })
const reply = z.object({ ...createBody.shape, id: z.string(), isPublic: z.boolean() }).meta({ id: 'CustomDataPoint' })

/** Management API: custom data points, the declared types of `custom` data. */
export const dataPointRoutes: Routes<ChangeSharedDeps> = (app, deps) => {
  const tags = ['custom data points']

  app.get('/custom-data-points', { schema: { tags, summary: 'List data points', response: { 200: z.array(reply) } } }, async (request) => {
    return (await listDataPoints(deps.store.db, tenantOf(request).tenantId)).map(toJson)
  })

  app.post(
    '/custom-data-points',
    { schema: { tags, summary: 'Declare a data point', querystring: saveQuery, body: createBody, response: { 200: reply } } },
    (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const details = { name: request.body.name }
      const change = { tenantId, actor: actorOf(request), event: 'custom_data_point.created', details }
      return changeConfiguration(deps, change, async (db, at, describe) => {
        const row = await insertDataPoint(db, tenantId, request.body.id ?? deps.newId(), request.body, at)
        describe({ after: toJson(row) })
        if (!request.query.ignoreFailingTests) await refuseWhenTestsBreak(deps, db, tenant, withDataPoint(tenant, toDataPoint(row)))
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
      const change = { tenantId, actor: actorOf(request), event: 'custom_data_point.updated', details: { id } }
      return changeConfiguration(deps, change, async (db, _at, describe) => {
        const before = await loadDataPoint(db, tenantId, id)
        refuseOther(request.body, { id, name: before.name, dataType: before.data_type, modelType: before.model_type })
        const after = await updateDataPoint(db, before, request.body)
        describe({ name: after.name, ...changedMembers(toJson(before), toJson(after)) })
        return toJson(after)
      })
    },
  )

  app.delete(
    '/custom-data-points/:id',
    {
      schema: {
        tags,
        summary: 'Remove a data point',
        params,
        querystring: saveQuery,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const { id } = request.params
      const change = { tenantId, actor: actorOf(request), event: 'custom_data_point.deleted', details: { id } }
      return changeConfiguration(deps, change, async (db, _at, describe) => {
        const before = await loadDataPoint(db, tenantId, id)
        const { name, model_type } = before
        describe({ name, before: toJson(before) })
        await refuseWhileUsed(db, tenantId, { dataPoint: name, of: model_type })
        if (!request.query.ignoreFailingTests) await refuseWhenTestsBreak(deps, db, tenant, withoutDataPoint(tenant, name))
        await db.deleteFrom('custom_data_points').where('tenant_id', '=', tenantId).where('data_point_id', '=', id).execute()
        return { success: true as const }
      })
    },
  )
}

async function loadDataPoint(db: Db, tenantId: string, id: string): Promise<CustomDataPointTable> {
  const row = await db
    .selectFrom('custom_data_points')
    .where('tenant_id', '=', tenantId)
    .where('data_point_id', '=', id)
    .selectAll()
    .executeTakeFirst()
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
    ...(row.minimum === null ? {} : { minimum: row.minimum }),
    ...(row.maximum === null ? {} : { maximum: row.maximum }),
  }
}
