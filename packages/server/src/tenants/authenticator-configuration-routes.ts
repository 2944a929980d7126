import { z } from 'zod'
import type { AppDeps } from '../app/app-deps.ts'
import type { Actor } from '../audit/actor.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import type { AuthenticatorConfigurationTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

const hostName = /^(localhost|(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*)$/i

const relyingParty = z
  .string()
  .regex(hostName, 'is not a host name')
  .meta({ description: 'The relying party id: the domain passkeys belong to.' })
const origin = z
  .string()
  .max(512)
  .refine(isOrigin, 'is not an origin such as `https://app.example.com`')
  .meta({ description: 'Compared as it stands, never by suffix.' })
const requirement = z.enum(['discouraged', 'preferred', 'required'])

const fields = {
  isActive: z.boolean().nullish(),
  relyingPartyName: z.string().min(1).max(64).nullish().meta({ description: 'The name that passkey prompts show.' }),
  passkeyRegistrationHints: z
    .array(z.enum(['security-key', 'client-device', 'hybrid']))
    .max(3)
    .nullish(),
  userVerificationRequirement: requirement.nullish(),
  authenticatorAttachment: z.enum(['cross-platform', 'platform', 'all-supported']).nullish(),
  preventRemovingLastPasskey: z.boolean().nullish(),
  residentKey: requirement
    .nullish()
    .meta({ description: 'Whether a passkey is discoverable; without, nobody signs in before they are known.' }),
  expectedTopOrigins: z.array(origin).max(64).nullish().meta({ description: 'Origins whose pages may hold a passkey prompt in a frame.' }),
  allowFirstEnrolmentWithoutScope: z.boolean().nullish().meta({
    description: 'A user without any authenticator may bind a passkey with the token of any allowed action. For migrations.',
  }),
  requireChallengeToAddPasskey: z.boolean().nullish().meta({
    description: 'Another passkey is added only after a passed challenge, whatever scope the application asked for.',
  }),
}
const createBody = z.object({ ...fields, relyingParty, expectedOrigins: z.array(origin).min(1).max(64) })
const patchBody = createBody.partial()
type PatchBody = z.infer<typeof patchBody>
const byId = z.object({ authenticatorId: z.string().max(64) })
const reply = z
  .object({ ...patchBody.shape, authenticatorId: z.string(), verificationMethod: z.string(), isActive: z.boolean() })
  .meta({ id: 'AuthenticatorConfiguration' })

/** Management API: how the tenant's verification methods are set up. Passkeys so far. */
export const authenticatorConfigurationRoutes: Routes<AppDeps> = (app, deps) => {
  const tags = ['authenticator configurations']
  const base = '/authenticator-configurations'

  app.get(base, { schema: { tags, summary: 'List authenticator configurations', response: { 200: z.array(reply) } } }, async (request) => {
    const rows = await configurations(deps.store.db, tenantOf(request).tenantId).orderBy('created_at').execute()
    return rows.map(toJson)
  })

  app.patch(
    `${base}/:authenticatorId`,
    { schema: { tags, summary: 'Change an authenticator configuration', params: byId, body: patchBody, response: { 200: reply } } },
    (request) => change(tenantOf(request).tenantId, actorOf(request), { authenticatorId: request.params.authenticatorId }, request.body),
  )

  app.get(`${base}/passkey`, { schema: { tags, summary: 'Get the passkey configuration', response: { 200: reply } } }, async (request) =>
    toJson(await load(deps.store.db, tenantOf(request).tenantId, { method: 'PASSKEY' })),
  )

  app.post(
    `${base}/passkey`,
    { schema: { tags, summary: 'Configure passkeys', body: createBody, response: { 200: reply } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const actor = actorOf(request)
      return changeConfiguration(deps, { tenantId, actor, event: 'authenticator_configuration.created' }, async (db, at) => {
        if (await find(db, tenantId, { method: 'PASSKEY' })) throw new ApiError('already_exists', 'passkeys are already configured')
        const row = applyPatch(
          {
            tenant_id: tenantId,
            authenticator_id: deps.newId(),
            verification_method: 'PASSKEY',
            is_active: 1,
            settings: '{}',
            created_at: at,
          },
          request.body,
        )
        await db.insertInto('authenticator_configurations').values(row).execute()
        return toJson(row)
      })
    },
  )

  app.patch(
    `${base}/passkey`,
    { schema: { tags, summary: 'Change the passkey configuration', body: patchBody, response: { 200: reply } } },
    (request) => change(tenantOf(request).tenantId, actorOf(request), { method: 'PASSKEY' }, request.body),
  )

  app.delete(
    `${base}/passkey`,
    {
      schema: {
        tags,
        summary: 'Remove the passkey configuration',
        description: 'Passkeys that users have stay on record and answer nothing until passkeys are configured again.',
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    (request) => {
      const { tenantId } = tenantOf(request)
      const actor = actorOf(request)
      return changeConfiguration(deps, { tenantId, actor, event: 'authenticator_configuration.deleted' }, async (db) => {
        const { authenticator_id } = await load(db, tenantId, { method: 'PASSKEY' })
        await db
          .deleteFrom('authenticator_configurations')
          .where('tenant_id', '=', tenantId)
          .where('authenticator_id', '=', authenticator_id)
          .execute()
        return { success: true as const }
      })
    },
  )

  function change(tenantId: string, actor: Actor, which: Which, body: PatchBody) {
    return changeConfiguration(deps, { tenantId, actor, event: 'authenticator_configuration.updated' }, async (db) => {
      const after = applyPatch(await load(db, tenantId, which), body)
      await db
        .updateTable('authenticator_configurations')
        .set({ is_active: after.is_active, settings: after.settings })
        .where('tenant_id', '=', tenantId)
        .where('authenticator_id', '=', after.authenticator_id)
        .execute()
      return toJson(after)
    })
  }
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

/** `null` clears a setting, absence leaves it. The wire knows the relying party by its id alone; the name is ours. */
function applyPatch(before: AuthenticatorConfigurationTable, body: PatchBody): AuthenticatorConfigurationTable {
  const { isActive, relyingParty: id, relyingPartyName: name, ...others } = body
  const settings = { ...JSON.parse(before.settings), ...others }
  for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
  if (id !== undefined) settings.relyingParty = { ...settings.relyingParty, id }
  if (name !== undefined) settings.relyingParty = name === null ? { id: settings.relyingParty?.id } : { ...settings.relyingParty, name }
  return {
    ...before,
    is_active: isActive === undefined || isActive === null ? before.is_active : isActive ? 1 : 0,
    settings: JSON.stringify(settings),
  }
}

function toJson(row: AuthenticatorConfigurationTable) {
  const { relyingParty: party, ...settings } = JSON.parse(row.settings)
  return {
    ...settings,
    ...(party?.id === undefined ? {} : { relyingParty: party.id }),
    ...(party?.name === undefined ? {} : { relyingPartyName: party.name }),
    authenticatorId: row.authenticator_id,
    verificationMethod: row.verification_method,
    isActive: row.is_active === 1,
  }
}

function isOrigin(text: string): boolean {
  if (text.startsWith('android:apk-key-hash:')) return true
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text
}
