import { z } from 'zod'
import type { Actor } from '../audit/actor.ts'
import { changedMembers } from '../audit/changed-members.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from '../configuration/change-configuration.ts'
import { ApiError } from '../errors/api-error.ts'
import type { App, Routes } from '../http/app-type.ts'
import { refuseOther } from '../http/refuse-other.ts'
import { unsupported } from '../http/unsupported.ts'
import type { ProviderSecrets } from '../keys/provider-secrets.ts'
import type { AuthenticatorConfigurationTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { findLimitProblems } from '../tries/find-limit-problems.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import type { ConfigurableMethod, MethodSettings } from './configurable-method.ts'

export interface AuthenticatorConfigurationDeps extends ChangeConfigurationDeps {
  methods: readonly ConfigurableMethod[]
  providerSecrets: Pick<ProviderSecrets, 'seal'>
  webhooks: Pick<Webhooks, 'problemOfHost'>
}

/** Settings of the original API that only the methods that name them carry out. */
const unsupportedSettings = unsupported(
  'authenticatorType',
  'isEditableByUser',
  'isHiddenToUser',
  'oobChannel',
  'smsProvider',
  'smsChannel',
  'emailProvider',
  'pushProvider',
  'webhookUrl',
  'enrollmentPromptInterval',
  'disableEnrollmentPrompt',
  'allowMultipleUserAuthenticators',
  'rateLimitConfiguration',
  'sendingRateLimitConfiguration',
  'sendingRateLimitConfigurations',
  'prefixRateLimitConfigurations',
  'submissionRateLimitConfiguration',
  'recoveryMethods',
  'redirectUrls',
  'dontSkipEnrollmentInputScreen',
  'sessionTtlInMinutes',
  'requireAppAttestation',
  'appAttestationFailureMode',
)
/** Members of the reply that a client may send back. */
const repeated = { authenticatorId: z.string().optional(), verificationMethod: z.string().optional() }

const isActive = z.boolean().nullish()
const byId = z.object({ authenticatorId: z.string().max(64) })
const tags = ['authenticator configurations']
const base = '/authenticator-configurations'

/** Management API: how the tenant's verification methods are set up. */
export const authenticatorConfigurationRoutes: Routes<AuthenticatorConfigurationDeps> = (app, deps) => {
  const fields = Object.assign({}, ...deps.methods.map(({ configuration }) => configuration.fields)) as z.ZodRawShape
  const patchBody = z.strictObject({ isActive, ...unsupportedSettings, ...fields, ...repeated }).partial()
  const reply = z
    .object({ ...z.object(fields).partial().shape, authenticatorId: z.string(), verificationMethod: z.string(), isActive: z.boolean() })
    .meta({ id: 'AuthenticatorConfiguration' })

  app.get(base, { schema: { tags, summary: 'List authenticator configurations', response: { 200: z.array(reply) } } }, async (request) => {
    const rows = await configurations(deps.store.db, tenantOf(request).tenantId).orderBy('created_at').execute()
    return rows.map((row) => toJson(deps, row))
  })

  app.patch(
    `${base}/:authenticatorId`,
    { schema: { tags, summary: 'Change an authenticator configuration', params: byId, body: patchBody, response: { 200: reply } } },
    (request) =>
      change(deps, tenantOf(request).tenantId, actorOf(request), { authenticatorId: request.params.authenticatorId }, request.body),
  )
  app.get(
    `${base}/:authenticatorId`,
    { schema: { tags, summary: 'Get an authenticator configuration', params: byId, response: { 200: reply } } },
    async (request) =>
      toJson(deps, await load(deps.store.db, tenantOf(request).tenantId, { authenticatorId: request.params.authenticatorId })),
  )
  app.post(
    `${base}/:method`,
    { schema: { hide: true, params: z.object({ method: z.string().max(64) }), body: z.record(z.string(), z.unknown()) } },
    async (request) => {
      const names = deps.methods.map(({ configuration }) => `\`${configuration.path}\``).join(', ')
      throw new ApiError('invalid_request', `\`${request.params.method}\` is no method of this release; it has ${names}`)
    },
  )
  app.delete(
    `${base}/:authenticatorId`,
    {
      schema: {
        tags,
        summary: 'Remove an authenticator configuration',
        description: 'Existing authenticators are kept but cannot be used until their method is configured again.',
        params: byId,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    (request) => remove(deps, tenantOf(request).tenantId, actorOf(request), { authenticatorId: request.params.authenticatorId }),
  )
  for (const method of deps.methods) addMethodRoutes(app, deps, method, reply)
}

function addMethodRoutes(
  app: App,
  deps: AuthenticatorConfigurationDeps,
  { name: method, configuration }: ConfigurableMethod,
  reply: z.ZodObject,
) {
  const { path, plural, title, fields } = configuration
  const url = `${base}/${path}`
  const createBody = z.strictObject({ isActive, ...unsupportedSettings, ...fields, ...repeated })

  app.get(url, { schema: { tags, summary: `Get the ${title}`, response: { 200: reply } } }, async (request) =>
    toJson(deps, await load(deps.store.db, tenantOf(request).tenantId, { method })),
  )

  app.post(url, { schema: { tags, summary: `Configure ${plural}`, body: createBody, response: { 200: reply } } }, (request) => {
    const { tenantId } = tenantOf(request)
    const actor = actorOf(request)
    return changeConfiguration(deps, { tenantId, actor, event: 'authenticator_configuration.created' }, async (db, at, describe) => {
      if (await find(db, tenantId, { method })) throw new ApiError('already_exists', `${plural} are already configured`)
      const row = applyChange(
        deps,
        { tenant_id: tenantId, authenticator_id: deps.newId(), verification_method: method, is_active: 1, settings: '{}', created_at: at },
        request.body,
      )
      await db.insertInto('authenticator_configurations').values(row).execute()
      describe({ verificationMethod: method, after: toJson(deps, row) })
      return toJson(deps, row)
    })
  })

  app.patch(url, { schema: { tags, summary: `Change the ${title}`, body: createBody.partial(), response: { 200: reply } } }, (request) =>
    change(deps, tenantOf(request).tenantId, actorOf(request), { method }, request.body),
  )

  app.delete(
    url,
    {
      schema: {
        tags,
        summary: `Remove the ${title}`,
        description: `Existing ${plural} are kept but cannot be used until ${plural} are configured again.`,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    (request) => remove(deps, tenantOf(request).tenantId, actorOf(request), { method }),
  )
}

function change(deps: AuthenticatorConfigurationDeps, tenantId: string, actor: Actor, which: Which, sent: MethodSettings) {
  return changeConfiguration(deps, { tenantId, actor, event: 'authenticator_configuration.updated' }, async (db, _at, describe) => {
    const before = await load(db, tenantId, which)
    const after = applyChange(deps, before, sent)
    describe({ verificationMethod: after.verification_method, ...changedMembers(toJson(deps, before), toJson(deps, after)) })
    await db
      .updateTable('authenticator_configurations')
      .set({ is_active: after.is_active, settings: after.settings })
      .where('tenant_id', '=', tenantId)
      .where('authenticator_id', '=', after.authenticator_id)
      .execute()
    return toJson(deps, after)
  })
}

function remove(deps: AuthenticatorConfigurationDeps, tenantId: string, actor: Actor, which: Which) {
  return changeConfiguration(deps, { tenantId, actor, event: 'authenticator_configuration.deleted' }, async (db, _at, describe) => {
    const before = await load(db, tenantId, which)
    describe({ verificationMethod: before.verification_method, before: toJson(deps, before) })
    await db
      .deleteFrom('authenticator_configurations')
      .where('tenant_id', '=', tenantId)
      .where('authenticator_id', '=', before.authenticator_id)
      .execute()
    return { success: true as const }
  })
}

type Which = { authenticatorId: string } | { method: string }

function configurations(db: Db, tenantId: string) {
  return db.selectFrom('authenticator_configurations').where('tenant_id', '=', tenantId).selectAll()
}

function find(db: Db, tenantId: string, which: Which): Promise<AuthenticatorConfigurationTable | undefined> {
  const all = configurations(db, tenantId)
  const one =
    'method' in which ? all.where('verification_method', '=', which.method) : all.where('authenticator_id', '=', which.authenticatorId)
  return one.executeTakeFirst()
}

async function load(db: Db, tenantId: string, which: Which): Promise<AuthenticatorConfigurationTable> {
  const row = await find(db, tenantId, which)
  if (row === undefined) throw new ApiError('not_found', 'there is no such authenticator configuration')
  return row
}

/** `null` clears a setting, absence leaves it. A member of another method is refused. */
function applyChange(
  deps: AuthenticatorConfigurationDeps,
  before: AuthenticatorConfigurationTable,
  { isActive, ...sent }: MethodSettings,
): AuthenticatorConfigurationTable {
  const method = deps.methods.find(({ name }) => name === before.verification_method)
  const configuration = method?.configuration
  const isSetting = (key: string) => configuration !== undefined && Object.hasOwn(configuration.fields, key)
  refuseOther(sent, { authenticatorId: before.authenticator_id, verificationMethod: before.verification_method })
  const known = Object.fromEntries(Object.entries(sent).filter(([key, value]) => !isIdle(configuration, key, value)))
  const foreign = Object.keys(known).filter((key) => !isSetting(key))
  if (foreign.length > 0)
    throw new ApiError(
      'invalid_request',
      `${foreign.map((key) => `\`${key}\``).join(', ')}: not a setting of ${before.verification_method}`,
    )
  const stored = JSON.parse(before.settings) as MethodSettings
  const settings =
    configuration?.apply(stored, known, {
      seal: (secret) => deps.providerSecrets.seal(secret, before.tenant_id, before.verification_method),
      problemOfHost: deps.webhooks.problemOfHost,
    }) ?? stored
  const problems = method === undefined ? [] : findLimitProblems(method.name, settings)
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
  return {
    ...before,
    is_active: typeof isActive === 'boolean' ? (isActive ? 1 : 0) : before.is_active,
    settings: JSON.stringify(settings),
  }
}

function toJson(deps: AuthenticatorConfigurationDeps, row: AuthenticatorConfigurationTable) {
  return {
    ...configurationOf(deps, row.verification_method)?.show(JSON.parse(row.settings)),
    authenticatorId: row.authenticator_id,
    verificationMethod: row.verification_method,
    isActive: row.is_active === 1,
  }
}

function configurationOf({ methods }: AuthenticatorConfigurationDeps, name: string): ConfigurableMethod['configuration'] | undefined {
  return methods.find((method) => method.name === name)?.configuration
}

/** A member that asks for nothing: `null` for what is no setting of this method, or what the reply said. */
function isIdle(configuration: ConfigurableMethod['configuration'] | undefined, key: string, value: unknown): boolean {
  return Object.hasOwn(repeated, key) || (value === null && !Object.hasOwn(configuration?.fields ?? {}, key))
}
