import type { PolicyDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { actionCode } from '../actions/identifier.ts'
import type { AppDeps } from '../app-deps.ts'
import { ApiError } from '../http/api-error.ts'
import type { App, Routes } from '../http/app-type.ts'
import { tenantOf } from '../http/authenticate.ts'
import type { ActionSettings, Tenant } from '../tenants/tenant.ts'
import { applySettings, checkSettings, settingsFields, toSettingsJson } from './action-settings.ts'
import { changePolicy } from './change-policy.ts'
import { checkMethods } from './check-rule.ts'
import { deleteAction } from './delete-action.ts'
import { type ActionRecord, emptyPolicy, existing, listActions, loadAction } from './policy-row.ts'
import { methods, outcome, saveQuery, whenUnenrolled } from './rule-json.ts'

/** Clients send the dashed path; the original's documentation writes the other. */
export const actionConfigurationPrefixes = [
  { path: '/action-configurations', hide: false },
  { path: '/action_configurations', hide: true },
] as const

const fields = {
  defaultUserActionResult: outcome.meta({ description: 'The outcome when no rule matches.' }),
  whenUnenrolled: whenUnenrolled
    .nullish()
    .meta({ description: 'What happens if a user without an authenticator is challenged. Default `ENROLL`.' }),
  verificationMethods: methods.nullish().meta({ description: 'Methods that may answer a challenge. Empty: all enabled ones.' }),
  ...settingsFields,
}
const createBody = z.object({ ...fields, actionCode })
const patchBody = z.object(fields).partial()
const params = z.object({ actionCode })
const reply = z
  .object({
    ...fields,
    actionCode,
    tenantId: z.string(),
    actionType: z.literal('CLASSIC'),
    policyVersion: z.int(),
    createdAt: z.string(),
  })
  .meta({ id: 'ActionConfiguration' })
const deleted = z.object({ success: z.literal(true) })

export const actionConfigurationRoutes: Routes = (app, deps) => {
  for (const prefix of actionConfigurationPrefixes) addRoutes(app, deps, prefix.path, prefix.hide)
}

function addRoutes(app: App, deps: AppDeps, prefix: string, hide: boolean): void {
  const tags = ['action configurations']
  const one = `${prefix}/:actionCode`

  app.get(prefix, { schema: { hide, tags, summary: 'List actions', response: { 200: z.array(reply) } } }, async (request) => {
    const tenant = tenantOf(request)
    return (await listActions(deps.store.db, tenant.tenantId)).map((record) => toJson(tenant, record))
  })

  app.post(prefix, { schema: { hide, tags, summary: 'Create an action', body: createBody, response: { 200: reply } } }, async (request) => {
    const tenant = tenantOf(request)
    const record = await createAction(deps, tenant, request.body)
    return toJson(tenant, record)
  })

  app.get(one, { schema: { hide, tags, summary: 'Get an action', params, response: { 200: reply } } }, async (request) => {
    const tenant = tenantOf(request)
    return toJson(tenant, await loadAction(deps.store.db, tenant.tenantId, request.params.actionCode))
  })

  app.patch(
    one,
    { schema: { hide, tags, summary: 'Change an action', params, querystring: saveQuery, body: patchBody, response: { 200: reply } } },
    async (request) => {
      const tenant = tenantOf(request)
      const code = request.params.actionCode
      checkBody(tenant, request.body)
      const change = { tenantId: tenant.tenantId, actionCode: code, event: 'action.updated', ...request.query }
      const record = await changePolicy(deps, change, (current) => {
        const { definition, settings } = existing(current, code)
        return apply(definition, settings, request.body)
      })
      return toJson(tenant, record)
    },
  )

  app.delete(
    one,
    {
      schema: {
        hide,
        tags,
        summary: 'Delete an action',
        description: 'Deletes the action and its rules. Decisions made under them stay readable.',
        params,
        response: { 200: deleted },
      },
    },
    async (request) => {
      await deleteAction(deps, tenantOf(request).tenantId, request.params.actionCode)
      return { success: true as const }
    },
  )
}

function createAction(deps: AppDeps, tenant: Tenant, body: z.infer<typeof createBody>): Promise<ActionRecord> {
  checkBody(tenant, body)
  const change = { tenantId: tenant.tenantId, actionCode: body.actionCode, event: 'action.created' }
  return changePolicy(deps, change, (current) => {
    if (current?.isConfigured) throw new ApiError('already_exists', `there is already an action \`${body.actionCode}\``)
    return apply(current?.definition ?? emptyPolicy(body.actionCode, 0), current?.settings ?? {}, body)
  })
}

function checkBody(tenant: Tenant, body: z.infer<typeof patchBody>): void {
  checkMethods(tenant, body.verificationMethods ?? [])
  checkSettings(tenant, body)
}

function apply(policy: PolicyDefinition, before: ActionSettings, body: z.infer<typeof patchBody>) {
  const { defaultUserActionResult, whenUnenrolled: unenrolled, verificationMethods } = body
  const definition = {
    ...policy,
    ...(defaultUserActionResult === undefined ? {} : { defaultOutcome: defaultUserActionResult }),
    ...(unenrolled === undefined ? {} : { whenUnenrolled: unenrolled ?? 'ENROLL' }),
    ...(verificationMethods === undefined ? {} : { verificationMethods: verificationMethods ?? [] }),
  }
  return { definition, settings: applySettings(before, body) }
}

function toJson(tenant: Tenant, { definition, settings, createdAt }: ActionRecord) {
  return {
    ...toSettingsJson(settings),
    actionCode: definition.action,
    tenantId: tenant.tenantId,
    actionType: 'CLASSIC' as const,
    defaultUserActionResult: definition.defaultOutcome,
    whenUnenrolled: definition.whenUnenrolled,
    ...(definition.verificationMethods.length === 0 ? {} : { verificationMethods: definition.verificationMethods }),
    policyVersion: definition.version,
    createdAt: new Date(createdAt).toISOString(),
  }
}
