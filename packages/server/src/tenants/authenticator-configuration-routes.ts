import { z } from 'zod'
import type { Actor } from '../audit/actor.ts'
import { changedMembers } from '../audit/changed-members.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from '../configuration/change-configuration.ts'
import { ApiError } from '../errors/api-error.ts'
import type { App, Routes } from '../http/app-type.ts'
import type { AuthenticatorConfigurationTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import type { ConfigurableMethod, MethodSettings } from './configurable-method.ts'

export interface AuthenticatorConfigurationDeps extends ChangeConfigurationDeps {
  methods: readonly ConfigurableMethod[]
}

const isActive = z.boolean().nullish()
const byId = z.object({ authenticatorId: z.string().max(64) })
const tags = ['authenticator configurations']
const base = '/authenticator-configurations'

/** Management API: how the tenant's verification methods are set up. */
export const authenticatorConfigurationRoutes: Routes<AuthenticatorConfigurationDeps> = (app, deps) => {
  const fields = Object.assign({}, ...deps.methods.map(({ configuration }) => configuration.fields)) as z.ZodRawShape
  const patchBody = z.object({ isActive, ...fields }).partial()
  const reply = z
    .object({ ...patchBody.shape, authenticatorId: z.string(), verificationMethod: z.string(), isActive: z.boolean() })
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
  const createBody = z.object({ isActive, ...fields })

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
    (request) => {
      const { tenantId } = tenantOf(request)
      const actor = actorOf(request)
      return changeConfiguration(deps, { tenantId, actor, event: 'authenticator_configuration.deleted' }, async (db, _at, describe) => {
        const before = await load(db, tenantId, { method })
        describe({ verificationMethod: method, before: toJson(deps, before) })
        await db
          .deleteFrom('authenticator_configurations')
          .where('tenant_id', '=', tenantId)
          .where('authenticator_id', '=', before.authenticator_id)
          .execute()
        return { success: true as const }
      })
    },
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

/** `null` clears a setting, absence leaves it. A member that the method does not know is not for it. */
function applyChange(
  deps: AuthenticatorConfigurationDeps,
  before: AuthenticatorConfigurationTable,
  { isActive, ...sent }: MethodSettings,
): AuthenticatorConfigurationTable {
  const configuration = configurationOf(deps, before.verification_method)
  const known = Object.fromEntries(
    Object.entries(sent).filter(([key]) => configuration !== undefined && Object.hasOwn(configuration.fields, key)),
  )
  const settings = JSON.parse(before.settings) as MethodSettings
  return {
    ...before,
    is_active: typeof isActive === 'boolean' ? (isActive ? 1 : 0) : before.is_active,
    settings: JSON.stringify(configuration?.apply(settings, known) ?? settings),
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
