import type { FeatureDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { changedMembers } from '../audit/changed-members.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { withFeature, withoutFeature } from '../configuration/changed-tenant.ts'
import {
  type BackfillState,
  backfillOf,
  findDeclaredFeature,
  listDeclaredFeatures,
  toFeatureDefinition,
} from '../configuration/feature-row.ts'
import { refuseWhileUsed } from '../configuration/refuse-while-used.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { toIso } from '../http/iso-time.ts'
import { type ChangeSharedDeps, refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import { saveQuery } from '../rules/rule-json.ts'
import type { VelocityFeatureTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { type BackfillJobsDeps, createBackfillJobs } from './backfill-jobs.ts'
import { applyFeaturePatch, featureJson, featurePatch, featureReply } from './feature-json.ts'
import { templateReply, toTemplateReply } from './template-json.ts'
import { velocityTemplates } from './templates.ts'
import { declareFeature, endFeature, redefineFeature, refuseFeatureProblem } from './write-feature.ts'

const params = z.object({ name: z.string().max(64) })

/** Management API: velocity features. */
export const featureRoutes: Routes<ChangeSharedDeps & BackfillJobsDeps> = (app, deps) => {
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
        description: 'It counts from now on, and is complete after one window, or as soon as it is filled from stored actions.',
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
      const change = { tenantId, actor: actorOf(request), event: 'velocity_feature.created', details }
      return changeConfiguration(deps, change, async (db, at, describe) => {
        const row = await declareFeature(db, tenantId, definition, at)
        describe({ after: definition })
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
      const change = { tenantId, actor: actorOf(request), event: 'velocity_feature.updated', details: { name } }
      return changeConfiguration(deps, change, async (db, at, describe) => {
        const row = await loadFeature(db, tenantId, name)
        const definition = applyFeaturePatch(JSON.parse(row.definition), request.body)
        refuseFeatureProblem(tenant, definition)
        const after = await redefineFeature(db, row, definition, at)
        describe(changedMembers(JSON.parse(row.definition), JSON.parse(after.definition)))
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
      const change = { tenantId, actor: actorOf(request), event: 'velocity_feature.deleted', details: { name } }
      return changeConfiguration(deps, change, async (db, at, describe) => {
        const row = await loadFeature(db, tenantId, name)
        describe({ before: JSON.parse(row.definition) })
        await refuseWhileUsed(db, tenantId, { feature: name })
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
          'Runs in the background; the feature reports its progress. Calling it again after an interruption continues where it stopped.',
        params,
        response: { 200: featureReply },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const row = await loadFeature(deps.store.db, tenantId, request.params.name)
      return toJson(await jobs.start(row, actorOf(request)))
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
    createdAt: toIso(row.created_at),
    isComplete,
    ...(isComplete ? {} : { completeFrom: toIso(row.complete_from) }),
    ...(state === undefined
      ? {}
      : {
          backfill: {
            status: statusOf(state.status, isRunning),
            startedAt: toIso(state.startedAt),
            updatedAt: toIso(row.updated_at),
            progress: state.progress,
            instances: state.instances,
            entities: state.entities,
          },
        }),
  }
}

/** A feature whose job is still running here is not done, even when the store says so: decisions of this process do not see it yet. */
function statusOf(stored: BackfillState['status'], isRunning: boolean) {
  if (isRunning && stored === 'done') return 'running'
  return stored === 'running' && !isRunning ? 'interrupted' : stored
}
