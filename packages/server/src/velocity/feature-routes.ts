import { isDeepStrictEqual } from 'node:util'
import { type FeatureDefinition, findFeatureProblem, type JsonValue } from '@sallyport/engine'
import { z } from 'zod'
import { ApiError } from '../http/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { tenantOf } from '../http/authenticate.ts'
import { changeConfiguration } from '../rules/change-configuration.ts'
import { listActions } from '../rules/policy-row.ts'
import type { VelocityFeatureTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { createBackfillJobs } from './backfill-jobs.ts'
import { applyFeaturePatch, featureJson, featurePatch, featureReply } from './feature-json.ts'
import { type BackfillState, backfillOf, findDeclaredFeature, listDeclaredFeatures } from './feature-row.ts'
import { templateReply, toTemplateReply } from './template-json.ts'
import { velocityTemplates } from './templates.ts'

/** Each costs every decision something. */
const maxFeatures = 64

const params = z.object({ name: z.string().max(64) })

/** Management API: velocity features. */
export const featureRoutes: Routes = (app, deps) => {
  const tags = ['velocity features']
  const jobs = createBackfillJobs(deps)
  const toJson = (row: VelocityFeatureTable) => toReply(row, deps.clock(), jobs.isRunning(row))
  app.addHook('onClose', () => jobs.stop())

  app.get(
    '/velocity-features',
    { schema: { tags, summary: 'List velocity features', response: { 200: z.array(featureReply) } } },
    async (request) => {
      return (await listDeclaredFeatures(deps.store.db, tenantOf(request).tenantId)).map(toJson)
    },
  )

  app.post(
    '/velocity-features',
    {
      schema: {
        tags,
        summary: 'Declare a velocity feature',
        description: 'It counts from now on, and is complete after one window, or when it is filled from stored actions.',
        body: featureJson,
        response: { 200: featureReply },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const definition = request.body
      refuseProblem(tenant, definition)
      return changeConfiguration(
        deps,
        { tenantId, event: 'velocity_feature.created', details: { name: definition.name } },
        async (db, at) => {
          const declared = await listDeclaredFeatures(db, tenantId)
          if (declared.some(({ name }) => name === definition.name)) {
            throw new ApiError('already_exists', `there is already a feature \`${definition.name}\``)
          }
          if (declared.length >= maxFeatures) throw new ApiError('invalid_request', `a tenant has at most ${maxFeatures} velocity features`)
          return toJson(await insertFeature(db, tenantId, definition, at))
        },
      )
    },
  )

  app.get(
    '/velocity-features/:name',
    { schema: { tags, summary: 'Get a velocity feature', params, response: { 200: featureReply } } },
    async (request) => toJson(await loadFeature(deps.store.db, tenantOf(request).tenantId, request.params.name)),
  )

  app.patch(
    '/velocity-features/:name',
    {
      schema: {
        tags,
        summary: 'Change a velocity feature',
        description: 'A feature that counts something else begins anew.',
        params,
        body: featurePatch,
        response: { 200: featureReply },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const { name } = request.params
      return changeConfiguration(deps, { tenantId, event: 'velocity_feature.updated', details: { name } }, async (db, at) => {
        const row = await loadFeature(db, tenantId, name)
        const before = JSON.parse(row.definition) as FeatureDefinition
        const after = applyFeaturePatch(before, request.body)
        if (isDeepStrictEqual(before, after)) return toJson(row)
        refuseProblem(tenant, after)
        await endFeature(db, row, at)
        return toJson(await insertFeature(db, tenantId, after, at))
      })
    },
  )

  app.delete(
    '/velocity-features/:name',
    { schema: { tags, summary: 'Remove a velocity feature', params, response: { 200: z.object({ success: z.literal(true) }) } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { name } = request.params
      return changeConfiguration(deps, { tenantId, event: 'velocity_feature.deleted', details: { name } }, async (db, at) => {
        const row = await loadFeature(db, tenantId, name)
        await refuseWhileUsed(db, tenantId, name)
        await endFeature(db, row, at)
        return { success: true as const }
      })
    },
  )

  app.get(
    '/velocity-templates',
    {
      schema: {
        tags,
        summary: 'List templates of velocity rules',
        description: 'Features and the rule that reads them, ready to be declared for an action `transfer`.',
        response: { 200: z.array(templateReply) },
      },
    },
    () => velocityTemplates.map(toTemplateReply),
  )

  app.post(
    '/velocity-features/:name/backfill',
    {
      schema: {
        tags,
        summary: 'Fill a velocity feature from stored actions',
        description: 'Runs in the background; the feature says how far it is. Once more after an interruption goes on where it stopped.',
        params,
        response: { 200: featureReply },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const row = await loadFeature(deps.store.db, tenantId, request.params.name)
      return toJson(await jobs.start(row))
    },
  )
}

function refuseProblem({ dataPoints }: Tenant, definition: FeatureDefinition): void {
  const problem = findFeatureProblem(definition, { dataPoints })
  if (problem !== undefined) throw new ApiError('invalid_request', `\`${problem.replace(': ', '`: ')}`)
}

async function loadFeature(db: Db, tenantId: string, name: string): Promise<VelocityFeatureTable> {
  const row = await findDeclaredFeature(db, tenantId, name)
  if (row === undefined) throw new ApiError('not_found', `there is no velocity feature \`${name}\``)
  return row
}

/** Declared from the version of the configuration that this change makes. */
async function insertFeature(db: Db, tenantId: string, definition: FeatureDefinition, at: number): Promise<VelocityFeatureTable> {
  // Where nobody was ever seen there is nothing that it should have counted.
  const anybody = await db.selectFrom('users').where('tenant_id', '=', tenantId).select('user_id').limit(1).executeTakeFirst()
  const row: VelocityFeatureTable = {
    tenant_id: tenantId,
    name: definition.name,
    since_version: await nextVersion(db, tenantId),
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

async function endFeature(db: Db, row: VelocityFeatureTable, at: number): Promise<void> {
  await db
    .updateTable('velocity_features')
    .set({ until_version: await nextVersion(db, row.tenant_id), updated_at: at })
    .where('tenant_id', '=', row.tenant_id)
    .where('name', '=', row.name)
    .where('since_version', '=', row.since_version)
    .execute()
}

async function nextVersion(db: Db, tenantId: string): Promise<number> {
  const { config_version: version } = await db
    .selectFrom('tenants')
    .where('tenant_id', '=', tenantId)
    .select('config_version')
    .executeTakeFirstOrThrow()
  return version + 1
}

async function refuseWhileUsed(db: Db, tenantId: string, name: string): Promise<void> {
  for (const { definition } of await listActions(db, tenantId)) {
    const rule = definition.rules.find(({ conditions }) => conditions !== undefined && mentions(conditions, `velocity.${name}`))
    if (rule !== undefined) {
      throw new ApiError('invalid_request', `the rule \`${rule.name}\` of action \`${definition.action}\` reads \`velocity.${name}\``)
    }
  }
}

function mentions(logic: JsonValue, name: string): boolean {
  if (typeof logic === 'string') return logic === name
  if (typeof logic !== 'object' || logic === null) return false
  return Object.values(logic).some((part) => mentions(part, name))
}

function toReply(row: VelocityFeatureTable, at: number, isRunning: boolean): z.infer<typeof featureReply> {
  const { since: _, completeFrom: __, ...definition } = JSON.parse(row.definition) as FeatureDefinition
  const state = backfillOf(row)
  const isComplete = at >= row.complete_from
  return {
    ...(definition as z.infer<typeof featureReply>),
    createdAt: new Date(row.created_at).toISOString(),
    isComplete,
    ...(isComplete ? {} : { completeFrom: new Date(row.complete_from).toISOString() }),
    ...(state === undefined
      ? {}
      : {
          backfill: {
            status: statusOf(state.status, isRunning),
            startedAt: new Date(state.startedAt).toISOString(),
            updatedAt: new Date(row.updated_at).toISOString(),
            progress: state.progress,
            instances: state.instances,
            entities: state.entities,
          },
        }),
  }
}

/** Done is what decisions of this process see, not only what is stored: until its job has ended, a feature is being filled. */
function statusOf(stored: BackfillState['status'], isRunning: boolean) {
  if (isRunning && stored === 'done') return 'running'
  return stored === 'running' && !isRunning ? 'interrupted' : stored
}
