import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { toIso } from '../http/iso-time.ts'
import { type RotateSigningKeyDeps, rotateSigningKey } from './rotate-signing-key.ts'

const tags = ['keys']
const listed = z
  .object({
    keyId: z.string().meta({ description: '`kid` of the tokens that it signs.' }),
    createdAt: z.string(),
    signsFrom: z.string().meta({ description: 'It is published before, so that caches have it by then.' }),
    expiresAt: z.string().optional().meta({ description: 'From when on it is refused. Absent: no end is set.' }),
  })
  .meta({ id: 'SigningKey' })

export type SigningKeyRouteDeps = RotateSigningKeyDeps & { tenants: Pick<TenantDirectory, 'invalidate'> }

/** Management API: the keys that sign the access tokens of sessions. Their public half is for everybody, their private half for nobody. */
export const signingKeyRoutes: Routes<SigningKeyRouteDeps> = (app, deps) => {
  app.get(
    '/signing-keys',
    {
      schema: {
        tags,
        summary: 'List the signing keys',
        description:
          'Those in force, in the order in which they sign. Empty until the first app client is created, or the tenant turns to RS256.',
        response: { 200: z.array(listed) },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const rows = await deps.store.db
        .selectFrom('signing_keys')
        .where('tenant_id', '=', tenantId)
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', deps.clock())]))
        .orderBy('signs_from')
        .select(['key_id', 'created_at', 'signs_from', 'expires_at'])
        .execute()
      return rows.map(({ key_id, created_at, signs_from, expires_at }) => ({
        keyId: key_id,
        createdAt: toIso(created_at),
        signsFrom: toIso(signs_from),
        expiresAt: toIso(expires_at),
      }))
    },
  )

  app.post(
    '/signing-keys/rotate',
    {
      schema: {
        tags,
        summary: 'Replace the signing key',
        description:
          'The new key is published at once, and signs after two hours or half the overlap, whichever is less. The old one is refused after the overlap. An overlap ' +
          'of 0, as after a leak, ends the old keys at once with the access tokens they signed; sessions go on with their next refresh.',
        body: z.strictObject({
          overlapMinutes: z
            .int()
            .min(0)
            .max(90 * 24 * 60)
            .optional()
            .meta({ description: 'How long the old key is accepted beside the new one. Default 1440, a day.' }),
        }),
        response: {
          200: z.object({ keyId: z.string(), signsFrom: z.string(), oldKeysEndAt: z.string() }).meta({ id: 'RotatedSigningKey' }),
        },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const overlapMs = (request.body.overlapMinutes ?? 24 * 60) * 60_000
      try {
        const rotated = await rotateSigningKey(deps, { tenantId, overlapMs }, actorOf(request))
        if (rotated === undefined) throw new ApiError('not_found', 'there is no such tenant')
        const { keyId, signsFrom, oldKeysEndAt } = rotated
        return { keyId, signsFrom: toIso(signsFrom), oldKeysEndAt: toIso(oldKeysEndAt) }
      } finally {
        // Also after a failure: a database that went away during the commit may have committed.
        deps.tenants.invalidate(tenantId)
      }
    },
  )
}
