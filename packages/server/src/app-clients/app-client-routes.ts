import { z } from 'zod'
import { changedMembers } from '../audit/changed-members.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { type ChangeConfigurationDeps, changeConfiguration } from '../configuration/change-configuration.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier, storableText } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import { refuseOther } from '../http/refuse-other.ts'
import type { KeyCipher } from '../keys/api-keys.ts'
import { keepFirstSigningKey, prepareFirstSigningKey } from '../signing-keys/first-signing-key.ts'
import type { AppClientTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { type AppClient, type AppClientDurations, defaultDurations, findAppClient, listAppClients, toAppClient } from './app-client-row.ts'
import { customClaims, refuseRepeatedClaims } from './custom-claim.ts'

const tags = ['app clients']
const day = 24 * 60
const durations = {
  accessTokenDurationInMinutes: z
    .int()
    .min(1)
    .max(day)
    .optional()
    .meta({ description: 'Lifetime of an access token. Whoever verifies one alone accepts it until then. Default 10.' }),
  refreshTokenDurationInMinutes: z
    .int()
    .min(1)
    .max(400 * day)
    .optional()
    .meta({ description: 'How long a session may rest: it ends when it is not refreshed for so long. Default 60.' }),
  sessionDurationInMinutes: z
    .int()
    .min(1)
    .max(400 * day)
    .optional()
    .meta({ description: 'How long a session lasts, however often it is refreshed. Default 1440, a day.' }),
}
const name = storableText(256).min(1, 'is empty')
const claims = customClaims.nullish().meta({
  description:
    'Claims of access tokens, each with the member of the `custom` data of the user that it takes: a text, a number, a boolean or a list of texts, of at most 256 ' +
    'bytes as JSON. Any other value is left out. `null` or an empty list: none.',
})
const createBody = z.strictObject({ name, ...durations, customClaims: claims })
const patchBody = z.strictObject({ name: name.optional(), ...durations, clientId: z.string().optional(), customClaims: claims })
const params = z.object({ clientId: identifier(64) })
const reply = z
  .object({
    clientId: z
      .string()
      .meta({ description: 'Names the client in `POST /v1/sessions`, and as `aud` in access tokens. It is not a secret.' }),
    name: z.string(),
    accessTokenDurationInMinutes: z.int(),
    refreshTokenDurationInMinutes: z.int(),
    sessionDurationInMinutes: z.int(),
    customClaims: customClaims.optional(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'AppClient' })

export type AppClientRouteDeps = ChangeConfigurationDeps & { cipher: KeyCipher }

/** Management API: the applications that sessions are for. */
export const appClientRoutes: Routes<AppClientRouteDeps> = (app, deps) => {
  app.get('/app-clients', { schema: { tags, summary: 'List the app clients', response: { 200: z.array(reply) } } }, async (request) =>
    (await listAppClients(deps.store.db, tenantOf(request).tenantId)).map(toJson),
  )

  app.post(
    '/app-clients',
    {
      schema: {
        tags,
        summary: 'Create an app client',
        description: 'The first one makes the key that signs access tokens.',
        body: createBody,
        response: { 200: reply },
      },
    },
    async (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const given = request.body
      const clientId = deps.newId()
      const prepared = await prepareFirstSigningKey(tenant)
      const change = { tenantId, actor: actorOf(request), event: 'app_client.created', details: { clientId } }
      return changeConfiguration(deps, change, async (db, at, describe) => {
        await keepFirstSigningKey(deps, db, tenantId, prepared, at)
        const wanted = { ...defaultDurations, ...given }
        refuseLongerParts(wanted)
        const row = { tenant_id: tenantId, client_id: clientId, name: given.name, ...toColumns(wanted), created_at: at, updated_at: at }
        await db.insertInto('app_clients').values(row).execute()
        describe({ after: toAppClient(row) })
        return toJson(row)
      })
    },
  )

  app.get('/app-clients/:clientId', { schema: { tags, summary: 'Get an app client', params, response: { 200: reply } } }, async (request) =>
    toJson(await loadAppClient(deps.store.db, tenantOf(request).tenantId, request.params.clientId)),
  )

  app.patch(
    '/app-clients/:clientId',
    {
      schema: {
        tags,
        summary: 'Change an app client',
        description: 'Shorter durations end sessions that have lasted longer; access tokens that were given out keep their end.',
        params,
        body: patchBody,
        response: { 200: reply },
      },
    },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { clientId } = request.params
      const { clientId: repeated, ...given } = request.body
      const change = { tenantId, actor: actorOf(request), event: 'app_client.updated', details: { clientId } }
      return changeConfiguration(deps, change, async (db, at, describe) => {
        const before = await loadAppClient(db, tenantId, clientId)
        refuseOther({ clientId: repeated }, { clientId })
        const wanted = { ...toAppClient(before), ...given }
        refuseLongerParts(wanted)
        const changes = { name: wanted.name, ...toColumns(wanted), updated_at: at }
        await db.updateTable('app_clients').set(changes).where('tenant_id', '=', tenantId).where('client_id', '=', clientId).execute()
        describe(changedMembers({ ...toAppClient(before) }, { ...wanted }))
        return toJson({ ...before, ...changes })
      })
    },
  )

  app.delete(
    '/app-clients/:clientId',
    {
      schema: {
        tags,
        summary: 'Remove an app client',
        description: 'Its sessions end. Whoever verifies access tokens alone accepts them until they expire.',
        params,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { clientId } = request.params
      const change = { tenantId, actor: actorOf(request), event: 'app_client.deleted', details: { clientId } }
      return changeConfiguration(deps, change, async (db, _at, describe) => {
        describe({ before: toAppClient(await loadAppClient(db, tenantId, clientId)) })
        // Its sessions are found no more, and are erased when they would have ended.
        await db.deleteFrom('app_clients').where('tenant_id', '=', tenantId).where('client_id', '=', clientId).execute()
        return { success: true as const }
      })
    },
  )
}

async function loadAppClient(db: Db, tenantId: string, clientId: string): Promise<AppClientTable> {
  const row = await findAppClient(db, tenantId, clientId)
  if (row === undefined) throw new ApiError('not_found', 'there is no such app client')
  return row
}

/** A duration that another one cuts short would be a promise that is not kept. */
function refuseLongerParts(wanted: AppClientDurations): void {
  const { accessTokenDurationInMinutes: access, refreshTokenDurationInMinutes: refresh, sessionDurationInMinutes: session } = wanted
  if (access > refresh) {
    throw new ApiError('invalid_request', '`accessTokenDurationInMinutes` is longer than `refreshTokenDurationInMinutes`')
  }
  if (refresh > session) throw new ApiError('invalid_request', '`refreshTokenDurationInMinutes` is longer than `sessionDurationInMinutes`')
}

function toColumns(wanted: AppClientDurations & { customClaims?: AppClient['customClaims'] | null }) {
  const claims = wanted.customClaims ?? []
  refuseRepeatedClaims(claims)
  return {
    access_token_minutes: wanted.accessTokenDurationInMinutes,
    refresh_token_minutes: wanted.refreshTokenDurationInMinutes,
    session_minutes: wanted.sessionDurationInMinutes,
    custom_claims: claims.length === 0 ? null : JSON.stringify(claims),
  }
}

function toJson(row: AppClientTable) {
  return { ...toAppClient(row), createdAt: toIso(row.created_at), updatedAt: toIso(row.updated_at) }
}
