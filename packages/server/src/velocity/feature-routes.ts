import type { FeatureDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { ApiError } from '../http/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { tenantOf } from '../http/authenticate.ts'
import { changeConfiguration } from '../rules/change-configuration.ts'
import { withFeature, withoutFeature } from '../rules/changed-tenant.ts'
import { refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import { refuseWhileFeatureUsed } from '../rules/refuse-while-used.ts'
import { saveQuery } from '../rules/rule-json.ts'
import type { VelocityFeatureTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { createBackfillJobs } from './backfill-jobs.ts'
import { applyFeaturePatch, featureJson, featurePatch, featureReply } from './feature-json.ts'
import { type BackfillState, backfillOf, findDeclaredFeature, listDeclaredFeatures, toFeatureDefinition } from './feature-row.ts'
import { templateReply, toTemplateReply } from './template-json.ts'
import { velocityTemplates } from './templates.ts'
import { declareFeature, endFeature, redefineFeature, refuseFeatureProblem } from './write-feature.ts'

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
        description: 'It counts from now on. It is complete after one window, or once it is filled from stored actions.',
        querystring: saveQuery,
        body: featureJson,
        response: { 200: featureReply },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const definition = request.body
      refuseFeatureProblem(tenant, definition)
      const details = { name: definition.name }
      return changeConfiguration(deps, { tenantId, event: 'velocity_feature.created', details }, async (db, at) => {
        const row = await declareFeature(db, tenantId, definition, at)
        if (!request.query.ignoreFailingTests) await refuseWhenTestsBreak(deps, db, tenant, withFeature(tenant, toFeatureDefinition(row)))
        return toJson(row)
      })
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
        description: 'A feature that is changed to count something else starts again from zero.',
        params,
        querystring: saveQuery,
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
        const definition = applyFeaturePatch(JSON.parse(row.definition), request.body)
        refuseFeatureProblem(tenant, definition)
        const after = await redefineFeature(db, row, definition, at)
        if (!request.query.ignoreFailingTests) await refuseWhenTestsBreak(deps, db, tenant, withFeature(tenant, toFeatureDefinition(after)))
        return toJson(after)
      })
    },
  )

  app.delete(
    '/velocity-features/:name',
    {
      schema: {
        tags,
        summary: 'Remove a velocity feature',
        params,
        querystring: saveQuery,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const { name } = request.params
      return changeConfiguration(deps, { tenantId, event: 'velocity_feature.deleted', details: { name } }, async (db, at) => {
        const row = await loadFeature(db, tenantId, name)
        await refuseWhileFeatureUsed(db, tenantId, name)
        if (!request.query.ignoreFailingTests) await refuseWhenTestsBreak(deps, db, tenant, withoutFeature(tenant, name))
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
        description: 'Features with the rule that reads them, ready to use for an action `transfer`.',
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
        description:
          'Runs in the background; the feature shows its progress. After an interruption, the same call continues where it stopped.',
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

async function loadFeature(db: Db, tenantId: string, name: string): Promise<VelocityFeatureTable> {
  const row = await findDeclaredFeature(db, tenantId, name)
  if (row === undefined) throw new ApiError('not_found', `there is no velocity feature \`${name}\``)
  return row
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
