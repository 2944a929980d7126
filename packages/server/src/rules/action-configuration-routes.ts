import type { PolicyDefinition } from '@sallyport/engine'
import { z } from 'zod'
import type { Actor } from '../audit/actor.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { type ActionRecord, emptyPolicy, existing, listActions, loadAction } from '../configuration/policy-row.ts'
import type { ActionSettings, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { App, Routes } from '../http/app-type.ts'
import { actionCode } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import { refuseOther } from '../http/refuse-other.ts'
import { checkRequirements, requirementFields, toRequirements } from './action-requirements.ts'
import {
  applySettings,
  type CheckSettingsDeps,
  checkSettings,
  settingsFields,
  toSettingsJson,
  unsupportedSettings,
} from './action-settings.ts'
import { checkMethods } from './check-rule.ts'
import { deleteAction } from './delete-action.ts'
import { approvalRequired, isProposed } from './needs-approval.ts'
import { proposal } from './proposal-json.ts'
import { methods, outcome, saveQuery, whenUnenrolled } from './rule-json.ts'
import { type SavePolicyDeps, savePolicy } from './save-policy.ts'

/** Clients send the dashed path; the documentation of the original API has the other. */
export const actionConfigurationPrefixes = [
  { path: '/action-configurations', hide: false },
  { path: '/action_configurations', hide: true },
] as const

const fields = {
  defaultUserActionResult: outcome.meta({ description: 'The outcome when no rule matches.' }),
  whenUnenrolled: whenUnenrolled
    .nullish()
    .meta({ description: 'The result of a challenge for a user without an authenticator. Default `ENROLL`.' }),
  verificationMethods: methods.nullish().meta({ description: 'Methods that may answer a challenge. Empty: every enabled method.' }),
  ...requirementFields,
  ...settingsFields,
}
const wireFields = {
  ...fields,
  ...unsupportedSettings,
  requireApproval: z.boolean().optional().meta({ description: 'As it is: it is changed by `PUT …/approval`.' }),
  actionType: z.literal('CLASSIC', 'must be `CLASSIC`: flows are not supported by this release').nullish(),
  tenantId: z.string().optional(),
}
const createBody = z.strictObject({ ...wireFields, actionCode })
const patchBody = z.strictObject({ ...wireFields, actionCode: actionCode.optional() }).partial()
const params = z.object({ actionCode })
const reply = z
  .object({
    ...fields,
    actionCode,
    tenantId: z.string(),
    actionType: z.literal('CLASSIC'),
    policyVersion: z.int(),
    requireApproval: z.literal(true).optional().meta({ description: 'Changes of the policy need a second person. Absent: they do not.' }),
    createdAt: z.string(),
    lastActionCreatedAt: z.string().optional().meta({ description: 'When it was last tracked. Absent: not lately.' }),
  })
  .meta({ id: 'ActionConfiguration' })
const deleted = z.object({ success: z.literal(true) })

export const actionConfigurationRoutes: Routes<SavePolicyDeps> = (app, deps) => {
  for (const prefix of actionConfigurationPrefixes) addRoutes(app, deps, prefix.path, prefix.hide)
}

function addRoutes(app: App, deps: SavePolicyDeps, prefix: string, hide: boolean): void {
  const tags = ['action configurations']
  const one = `${prefix}/:actionCode`

  app.get(prefix, { schema: { hide, tags, summary: 'List actions', response: { 200: z.array(reply) } } }, async (request) => {
    const tenant = tenantOf(request)
    const [records, tracked] = await Promise.all([listActions(deps.store.db, tenant.tenantId), deps.store.lastTracked(tenant.tenantId)])
    return records.map((record) => toJson(tenant, record, tracked))
  })

  app.post(prefix, { schema: { hide, tags, summary: 'Create an action', body: createBody, response: { 200: reply } } }, async (request) => {
    const tenant = tenantOf(request)
    // Before the change: nothing may fail once it is saved.
    const tracked = await deps.store.lastTracked(tenant.tenantId)
    return toJson(tenant, await createAction(deps, tenant, actorOf(request), request.body), tracked)
  })

  app.get(one, { schema: { hide, tags, summary: 'Get an action', params, response: { 200: reply } } }, async (request) => {
    const tenant = tenantOf(request)
    const record = await loadAction(deps.store.db, tenant.tenantId, request.params.actionCode)
    return toJson(tenant, record, await deps.store.lastTracked(tenant.tenantId))
  })

  app.patch(
    one,
    {
      schema: {
        hide,
        tags,
        summary: 'Change an action',
        params,
        querystring: saveQuery,
        body: patchBody,
        response: { 200: reply, 202: proposal },
      },
    },
    async (request, answer) => {
      const tenant = tenantOf(request)
      const code = request.params.actionCode
      refuseOther(request.body, { actionCode: code, tenantId: tenant.tenantId })
      checkBody(deps, tenant, request.body)
      const change = { tenantId: tenant.tenantId, actionCode: code, actor: actorOf(request), event: 'action.updated', ...request.query }
      // Before the change: nothing may fail once it is saved.
      const tracked = await deps.store.lastTracked(tenant.tenantId)
      const record = await savePolicy(deps, change, (current) => {
        const { definition, settings } = existing(current, code)
        refuseOtherApproval(settings, request.body)
        return apply(definition, settings, request.body)
      })
      if (!isProposed(record)) return toJson(tenant, record, tracked)
      answer.code(202)
      return record.proposal
    },
  )

  app.delete(
    one,
    {
      schema: {
        hide,
        tags,
        summary: 'Delete an action',
        description: 'Deletes the action with its rules. Decisions made under them stay readable.',
        params,
        response: { 200: deleted },
      },
    },
    async (request) => {
      await deleteAction(deps, tenantOf(request).tenantId, actorOf(request), request.params.actionCode)
      return { success: true as const }
    },
  )
}

async function createAction(deps: SavePolicyDeps, tenant: Tenant, actor: Actor, body: z.infer<typeof createBody>): Promise<ActionRecord> {
  refuseOther(body, { tenantId: tenant.tenantId })
  refuseOtherApproval({}, body)
  checkBody(deps, tenant, body)
  const change = { tenantId: tenant.tenantId, actionCode: body.actionCode, actor, event: 'action.created' }
  const saved = await savePolicy(deps, change, (current) => {
    if (current?.isConfigured) throw new ApiError('already_exists', `there is already an action \`${body.actionCode}\``)
    return apply(current?.definition ?? emptyPolicy(body.actionCode, 0), current?.settings ?? {}, body)
  })
  if (isProposed(saved)) throw approvalRequired([body.actionCode])
  return saved
}

/** A client may send it back, but whoever changes an action does not also decide who has to look at the change. */
function refuseOtherApproval(settings: ActionSettings, body: z.infer<typeof patchBody>): void {
  if (body.requireApproval === undefined || body.requireApproval === (settings.requireApproval ?? false)) return
  throw new ApiError('invalid_request', '`requireApproval` is changed by `PUT …/approval`')
}

function checkBody(deps: CheckSettingsDeps, tenant: Tenant, body: z.infer<typeof patchBody>): void {
  checkMethods(tenant, body.verificationMethods ?? [])
  checkSettings(deps, tenant, body)
  checkRequirements(tenant, body.requires)
}

function apply(policy: PolicyDefinition, before: ActionSettings, body: z.infer<typeof patchBody>) {
  const { defaultUserActionResult, whenUnenrolled: unenrolled, verificationMethods } = body
  const definition = {
    ...toRequirements(policy, body),
    ...(defaultUserActionResult === undefined ? {} : { defaultOutcome: defaultUserActionResult }),
    ...(unenrolled === undefined ? {} : { whenUnenrolled: unenrolled ?? 'ENROLL' }),
    ...(verificationMethods === undefined ? {} : { verificationMethods: verificationMethods ?? [] }),
  }
  return { definition, settings: applySettings(before, body) }
}

function toJson(tenant: Tenant, { definition, settings, createdAt }: ActionRecord, tracked: ReadonlyMap<string, number>) {
  const lastTrackedAt = tracked.get(definition.action)
  return {
    ...toSettingsJson(settings),
    actionCode: definition.action,
    tenantId: tenant.tenantId,
    actionType: 'CLASSIC' as const,
    defaultUserActionResult: definition.defaultOutcome,
    whenUnenrolled: definition.whenUnenrolled,
    ...(definition.verificationMethods.length === 0 ? {} : { verificationMethods: definition.verificationMethods }),
    ...(definition.requires === undefined ? {} : { requires: definition.requires }),
    ...(definition.whenMissing === undefined ? {} : { whenMissing: definition.whenMissing }),
    policyVersion: definition.version,
    ...(settings.requireApproval === true ? { requireApproval: true as const } : {}),
    createdAt: toIso(createdAt),
    ...(lastTrackedAt === undefined ? {} : { lastActionCreatedAt: toIso(lastTrackedAt) }),
  }
}
