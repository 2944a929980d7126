import { z } from 'zod'
import { actorOf, roleOf, tenantOf } from '../callers/authenticate.ts'
import { mayGrant, roles } from '../callers/role.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier } from '../http/identifier.ts'
import { isoTime, toIso } from '../http/iso-time.ts'
import { createKey, type ListedKey, type ListKeysDeps, listKeys, revokeKey, updateKey } from './change-keys.ts'
import type { CreateTenantDeps } from './create-tenant.ts'
import { keyName } from './key-name.ts'

const tags = ['keys']
const params = z.object({ keyId: identifier(64) })
const role = z.enum(roles)
const kind = z.enum(['management', 'secret'])
const listedKey = z.object({
  keyId: z.string().meta({ description: 'Names the key in lists, tokens and the audit log.' }),
  kind,
  name: z.string().optional().meta({ description: 'Absent: the key that the tenant was created with, or its successor.' }),
  role: role.optional().meta({ description: 'What the holder of a management key may do.' }),
  createdAt: z.string(),
  expiresAt: z.string().optional().meta({ description: 'Absent: no end is set.' }),
  isExpired: z.boolean().optional().meta({ description: 'True: the key has ended by itself. It is listed for 90 days more.' }),
  lastUsedAt: z.string().optional().meta({ description: 'Of a management key, to the minute. Absent: no use was noted.' }),
  createdBy: z.string().optional().meta({
    description: 'The admin who created a management key, also by way of other keys. Absent: the operator of the server, or not known.',
  }),
})
const reply = listedKey.meta({ id: 'ApiKey' })

const createBody = z
  .strictObject({
    kind,
    name: keyName,
    role: role.nullish().meta({ description: 'Of a management key, which needs one.' }),
    expiresAt: isoTime.nullish().meta({ description: 'When a management key ends by itself. A date is its midnight, UTC.' }),
  })
  .refine(({ kind, role }) => (kind === 'management') === (role != null), {
    path: ['role'],
    message: 'belongs to a management key, which needs one, and to no other',
  })
  .refine(({ kind, expiresAt }) => kind === 'management' || expiresAt == null, {
    path: ['expiresAt'],
    message: 'is not for a secret key, which signs tokens: rotate it instead',
  })

const patchBody = z
  .strictObject({ name: keyName.optional(), role: role.optional() })
  .refine(({ name, role }) => name !== undefined || role !== undefined, { message: 'changes nothing: send `name` or `role`' })

export interface KeyRouteDeps extends CreateTenantDeps, Required<Pick<ListKeysDeps, 'keyUses'>> {
  tenants: Pick<TenantDirectory, 'invalidate'>
}

/** Management API: the API keys of the tenant. */
export const keyRoutes: Routes<KeyRouteDeps> = (app, deps) => {
  app.get(
    '/keys',
    {
      schema: {
        tags,
        summary: 'List the API keys',
        description:
          'Those in force, and those that have ended by themselves in the last 90 days, oldest first. The text of a key is shown once, when it is created.',
        response: { 200: z.array(reply) },
      },
    },
    async (request) => ((await listKeys(deps, tenantOf(request).tenantId)) ?? []).map(toJson),
  )

  app.post(
    '/keys',
    {
      schema: {
        tags,
        summary: 'Create an API key',
        description:
          'The answer holds the key, which is not shown again. No key gets more rights than the one that creates it, and none outlives it.',
        body: createBody,
        response: { 200: listedKey.extend({ key: z.string() }).meta({ id: 'CreatedApiKey' }) },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const { kind, name, role, expiresAt } = request.body
      if (role != null && !mayGrant(roleOf(request), role)) throw refusals.more_rights()
      const wanted = { tenantId, kind, name, role: role ?? undefined, expiresAt: expiresAt ?? undefined }
      const created = await changed(deps, tenantId, () => createKey(deps, wanted, actorOf(request)))
      return { ...toJson(created), key: created.key }
    },
  )

  app.patch(
    '/keys/:keyId',
    {
      schema: {
        tags,
        summary: 'Rename an API key or change its role',
        description: 'A key that was rotated, and still works, changes along with its successor.',
        params,
        body: patchBody,
        response: { 200: reply },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const { keyId } = request.params
      return toJson(
        await changed(deps, tenantId, () => updateKey(deps, { tenantId, keyId, ...request.body }, actorOf(request), roleOf(request))),
      )
    },
  )

  app.delete(
    '/keys/:keyId',
    {
      schema: {
        tags,
        summary: 'Revoke an API key',
        description:
          'The key ends at once, with every token that it signed. The last secret key and the last key of an owner are not revoked.',
        params,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const { keyId } = request.params
      await changed(deps, tenantId, () => revokeKey(deps, { tenantId, keyId }, actorOf(request), roleOf(request)))
      return { success: true as const }
    },
  )
}

type Refusal =
  | 'no_such_tenant'
  | 'no_such_key'
  | 'name_taken'
  | 'no_role'
  | 'past_end'
  | 'outlives_creator'
  | 'more_rights'
  | 'last_owner'
  | 'last_secret_key'

/** Makes one change of the tenant's keys, in force at once in this process. Throws what it is refused for. */
async function changed<T>(deps: KeyRouteDeps, tenantId: string, change: () => Promise<T>): Promise<Exclude<T, Refusal>> {
  try {
    const result = await change()
    if (isRefusal(result)) throw refusals[result]()
    return result as Exclude<T, Refusal>
  } finally {
    // Also after a failure: a database that went away during the commit may have committed.
    deps.tenants.invalidate(tenantId)
  }
}

const refusals: Readonly<Record<Refusal, () => ApiError>> = {
  no_such_tenant: () => new ApiError('not_found', 'there is no such tenant'),
  no_such_key: () => new ApiError('not_found', 'there is no such key in force'),
  name_taken: () => new ApiError('already_exists', 'a key of this kind already has this name'),
  no_role: () => new ApiError('invalid_request', 'a secret key has no role'),
  past_end: () => new ApiError('invalid_request', '`expiresAt` has passed'),
  outlives_creator: () =>
    new ApiError('invalid_request', 'a key that expires creates no key that outlives it: send an earlier `expiresAt`'),
  more_rights: () => new ApiError('role_not_allowed', 'only `owner` may create, change or revoke the key of an owner'),
  last_owner: () =>
    new ApiError('last_owner', 'this is the last key of an owner, and without it nobody could manage the tenant; create another one first'),
  last_secret_key: () =>
    new ApiError('last_secret_key', 'this is the last secret key of the tenant, which signs its tokens; create another one first'),
}

function isRefusal(result: unknown): result is Refusal {
  return typeof result === 'string' && Object.hasOwn(refusals, result)
}

function toJson({ keyId, kind, name, role, createdAt, expiresAt, isExpired, lastUsedAt, createdBy }: ListedKey): z.infer<typeof reply> {
  return {
    keyId,
    kind,
    name: name ?? undefined,
    role: role ?? undefined,
    createdAt: toIso(createdAt),
    expiresAt: toIso(expiresAt),
    isExpired: isExpired || undefined,
    lastUsedAt: toIso(lastUsedAt),
    createdBy: createdBy ?? undefined,
  }
}
