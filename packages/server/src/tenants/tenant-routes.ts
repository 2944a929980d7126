import { z } from 'zod'
import { changedMembers } from '../audit/changed-members.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { defaultSettings } from '../configuration/load-tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { type ChangeSharedDeps, refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import { saveQuery } from '../rules/rule-json.ts'

const flag = z.boolean().nullish()
const settingFields = {
  riskScoreMode: z
    .enum(['default', 'freeman-reference'])
    .nullish()
    .meta({ description: 'How `risk.score` is calculated. See the guide to the risk score.' }),
  tokenDurationInMinutes: z.int().min(1).max(60).nullish().meta({ description: 'Lifetime of a challenge token. Default 10.' }),
  customDomain: z.string().max(253).nullish(),
  allowDisablingMfa: flag,
  allowDeletingUserAuthenticators: flag,
  hideAuthsignalLogo: flag,
  redirectOnSessionExpiry: flag,
  disableRecoveryCodes: flag,
  skipRecoveryCodesOnProgrammaticEnrollment: flag,
  hideRecoveryCodesOnEnrollment: flag,
  hideSuccessScreenOnEnrollment: flag,
  strict: flag.meta({
    description:
      'Whether a track with an unknown attribute, an undeclared data point or an unknown action is refused. Default no: it is answered with a warning.',
  }),
  treatRelayAsAnonymous: flag.meta({
    description: 'Whether a privacy relay (iCloud Private Relay) makes `ip.isAnonymous` true. Default no.',
  }),
}
const patchBody = z.object({ name: z.string().min(1).max(256).optional(), ...settingFields })
const reply = z.object({ tenantId: z.string(), name: z.string(), ...settingFields }).meta({ id: 'Tenant' })

/** Management API: the tenant's own settings. */
export const tenantRoutes: Routes<ChangeSharedDeps> = (app, deps) => {
  const tags = ['tenant']

  app.get('/tenant', { schema: { tags, summary: 'Get the tenant', response: { 200: reply } } }, (request) => {
    const { tenantId, name, settings } = tenantOf(request)
    return { tenantId, name, ...settings }
  })

  app.patch(
    '/tenant',
    {
      schema: {
        tags,
        summary: 'Change the tenant',
        description: '`null` clears a setting.',
        querystring: saveQuery,
        body: patchBody,
        response: { 200: reply },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const { name, ...changes } = request.body
      return changeConfiguration(
        deps,
        { tenantId, actor: actorOf(request), event: 'tenant.updated', details: { fields: Object.keys(request.body) } },
        async (db, _at, describe) => {
          const row = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select(['name', 'settings']).executeTakeFirst()
          if (row === undefined) throw new ApiError('not_found', 'there is no such tenant')
          const before = JSON.parse(row.settings)
          const settings = { ...before, ...changes }
          for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
          const after = { name: name ?? row.name, settings: JSON.stringify(settings) }
          describe(changedMembers({ name: row.name, ...before }, { name: after.name, ...settings }))
          await db.updateTable('tenants').set(after).where('tenant_id', '=', tenantId).execute()
          if (!request.query.ignoreFailingTests) {
            await refuseWhenTestsBreak(deps, db, tenant, { ...tenant, settings: { ...defaultSettings, ...settings } })
          }
          return { tenantId, name: after.name, ...settings }
        },
      )
    },
  )
}
