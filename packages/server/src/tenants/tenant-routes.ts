import { z } from 'zod'
import { changedMembers } from '../audit/changed-members.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Config } from '../config.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { isAllowedAddress } from '../configuration/is-allowed-address.ts'
import { defaultSettings } from '../configuration/load-tenant.ts'
import type { TenantSettings } from '../configuration/tenant.ts'
import { type Language, languages } from '../delivery/languages/languages.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { unsupported } from '../http/unsupported.ts'
import type { KeyCipher } from '../keys/api-keys.ts'
import { type ChangeSharedDeps, refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import { saveQuery } from '../rules/rule-json.ts'
import { keepFirstSigningKey, prepareFirstSigningKey } from '../signing-keys/first-signing-key.ts'
import { ipWhitelist, rangesOf } from './ip-whitelist.ts'

const flag = z.boolean().nullish()
const settingFields = {
  riskScoreMode: z
    .enum(['default', 'freeman-reference'])
    .nullish()
    .meta({ description: 'How `risk.score` is calculated. See the guide to the risk score.' }),
  trustOnFirstUse: z
    .strictObject({
      days: z
        .int()
        .min(0)
        .max(14)
        .optional()
        .meta({ description: 'Days with a success that count, within 30 days of the first. 0 turns it off. Default 3.' }),
      addresses: z.int().min(0).max(10).optional().meta({ description: 'The most addresses that become known this way. Default 5.' }),
      devices: z.int().min(0).max(8).optional().meta({ description: 'The most devices that become known this way. Default 3.' }),
    })
    .nullish()
    .meta({
      description:
        'What the first days of an account prove by themselves. They end with the first passed challenge. See the guide to trust.',
    }),
  tokenDurationInMinutes: z.int().min(1).max(60).nullish().meta({ description: 'Lifetime of a challenge token. Default 10.' }),
  tokenAlgorithm: z
    .enum(['HS256', 'RS256'])
    .nullish()
    .meta({
      description:
        'How the tokens of actions are signed. `HS256`, the default: with the secret API key. `RS256`: with the signing key, whose public half is at `…/.well-known/jwks`. ' +
        'A change takes two seconds; tokens signed before it are accepted until they expire.',
    }),
  allowDisablingMfa: flag.meta({ description: 'Whether the last authenticator of a user may be removed. Default yes.' }),
  allowDeletingUserAuthenticators: flag.meta({ description: 'Whether authenticators of users may be removed. Default yes.' }),
  ipWhitelist: ipWhitelist.nullish().meta({
    description:
      'Addresses and CIDR ranges from which API keys of the server API and the management API are accepted. Empty or absent: from everywhere. ' +
      'A list that leaves out the caller is refused.',
  }),
  enrolmentLinkUrl: z
    .url({ protocol: /^https?$/ })
    .max(1024)
    .refine((url) => !url.includes('#'), 'has a fragment, in which the link brings its token')
    .nullish()
    .meta({
      description: 'The page of your application that an enrolment link opens, with its token as `#enrolment=…`. Absent: none is issued.',
    }),
  enrolmentLinkWaitHours: z
    .number()
    .min(0)
    .max(720)
    .nullish()
    .meta({ description: 'Hours before an enrolment link can be used, in which the user can cancel it. Default 24.' }),
  enrolmentLinkNeedsApproval: flag.meta({ description: 'Whether a second admin has to approve each enrolment link. Default no.' }),
  disableRecoveryCodes: flag.meta({
    description: 'Whether recovery codes are switched off: none are made, and none are accepted. Default no.',
  }),
  skipRecoveryCodesOnProgrammaticEnrollment: flag.meta({
    description:
      'Whether the first authenticator that the application enrols (`POST /users/{userId}/authenticators`) brings no recovery codes. Default no: it brings ' +
      'them where recovery codes are configured.',
  }),
  strict: flag.meta({
    description:
      'Whether a track with an unknown attribute, an undeclared data point or an unknown action is refused. Default no: it is answered with a warning.',
  }),
  eventRetentionDays: z.int().min(1).max(36_500).nullish().meta({
    description:
      'Days that tracked actions are kept with their decisions. At most as many as the server keeps them; absent: as many. What is older is erased within six hours of the change.',
  }),
  notifyUsers: flag.meta({
    description:
      'Whether users are told by mail what happened to their accounts, such as a passkey that was added. Default yes. See the guide to mail.',
  }),
  locale: z
    .enum(Object.keys(languages) as [Language, ...Language[]])
    .nullish()
    .meta({ description: 'The language of messages to users who have none of their own. Default `en`.' }),
  treatRelayAsAnonymous: flag.meta({
    description: 'Whether a privacy relay (iCloud Private Relay) makes `ip.isAnonymous` true. Default no.',
  }),
}
const patchBody = z.strictObject({
  name: z.string().min(1).max(256).optional(),
  ...settingFields,
  ...unsupported(
    'customDomain',
    'hideAuthsignalLogo',
    'redirectOnSessionExpiry',
    'hideRecoveryCodesOnEnrollment',
    'hideSuccessScreenOnEnrollment',
    'authenticatorEventsWebhookConfig',
    'logEventsWebhookConfig',
  ),
})
const reply = z.object({ tenantId: z.string(), name: z.string(), ...settingFields }).meta({ id: 'Tenant' })

/** Management API: the tenant's own settings. */
export const tenantRoutes: Routes<ChangeSharedDeps & { config: Pick<Config, 'retention'>; cipher: KeyCipher }> = (app, deps) => {
  const tags = ['tenant']

  app.get('/tenant', { schema: { tags, summary: 'Get the tenant', response: { 200: reply } } }, (request) => {
    const { tenantId, name, settings } = tenantOf(request)
    return { tenantId, name, ...shown(settings) }
  })

  app.get(
    '/tenant/retention',
    {
      schema: {
        tags,
        summary: 'See how long data is kept',
        description: '0 days: for ever. `PATCH /tenant` sets fewer days for events with `eventRetentionDays`.',
        response: {
          200: z
            .object({
              eventDays: z.int().meta({ description: 'Tracked actions of this tenant with their decisions.' }),
              serverEventDays: z.int().meta({ description: 'What the server was started with: the most that a tenant can have.' }),
              auditDays: z.int().meta({ description: 'Entries of the audit log.' }),
            })
            .meta({ id: 'Retention' }),
        },
      },
    },
    (request) => {
      const { eventDays, auditDays } = deps.config.retention
      return { eventDays: tenantOf(request).settings.eventRetentionDays ?? eventDays, serverEventDays: eventDays, auditDays }
    },
  )

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
    async (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const { name, ...sent } = request.body
      const changes = toStored(sent, request.ip, deps.config.retention)
      const firstKey = sent.tokenAlgorithm === 'RS256' ? await prepareFirstSigningKey(tenant) : undefined
      return changeConfiguration(
        deps,
        { tenantId, actor: actorOf(request), event: 'tenant.updated', details: { fields: Object.keys(request.body) } },
        async (db, at, describe) => {
          await keepFirstSigningKey(deps, db, tenantId, firstKey, at)
          const row = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select(['name', 'settings']).executeTakeFirst()
          if (row === undefined) throw new ApiError('not_found', 'there is no such tenant')
          const before = JSON.parse(row.settings)
          const settings = { ...before, ...changes }
          for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
          if ((settings.tokenAlgorithm ?? 'HS256') !== (before.tokenAlgorithm ?? 'HS256')) settings.tokenAlgorithmChangedAt = at
          const after = { name: name ?? row.name, settings: JSON.stringify(settings) }
          describe(changedMembers({ name: row.name, ...before }, { name: after.name, ...settings }))
          await db.updateTable('tenants').set(after).where('tenant_id', '=', tenantId).execute()
          if (!request.query.ignoreFailingTests) {
            await refuseWhenTestsBreak(deps, db, tenant, { ...tenant, settings: { ...defaultSettings, ...settings } })
          }
          return { tenantId, name: after.name, ...shown(settings) }
        },
      )
    },
  )
}

/** Settings as they are stored. Refuses a list of addresses that would shut out whoever sends it, and more days than the server keeps events. */
function toStored(
  sent: Omit<z.infer<typeof patchBody>, 'name'>,
  callerAddress: string,
  { eventDays }: Config['retention'],
): Record<string, unknown> {
  if (eventDays !== 0 && (sent.eventRetentionDays ?? 0) > eventDays) {
    throw new ApiError(
      'invalid_request',
      `\`eventRetentionDays\`: the server keeps events for ${eventDays} days, so ${sent.eventRetentionDays} are too many`,
    )
  }
  const { ipWhitelist: list, ...others } = sent
  if (list === undefined) return others
  if (list === null || list.length === 0) return { ...others, ipWhitelist: null }
  const ranges = rangesOf(list)
  if (!isAllowedAddress(ranges, callerAddress)) {
    throw new ApiError(
      'invalid_request',
      `\`ipWhitelist\` leaves out the address this request comes from, \`${callerAddress}\`, and would shut you out`,
    )
  }
  return { ...others, ipWhitelist: list }
}

/** Without what an earlier release stored and none carries out. */
function shown(settings: Readonly<Record<string, unknown>>): Omit<Partial<TenantSettings>, 'locale'> & { locale?: Language } {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => Object.hasOwn(settingFields, name)))
}
