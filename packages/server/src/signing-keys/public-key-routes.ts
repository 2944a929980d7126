import { z } from 'zod'
import type { TenantDirectory } from '../configuration/tenant.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier } from '../http/identifier.ts'
import { accessTokenIssuer } from '../tokens/access-token.ts'

export interface PublicKeyRouteDeps {
  tenants: Pick<TenantDirectory, 'find' | 'peek'>
  config: { publicUrl: string }
  clock: () => number
}

const tags = ['public keys']
const params = z.object({ tenantId: identifier(64) })
const keySet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('RSA'),
        use: z.literal('sig'),
        alg: z.literal('RS256'),
        kid: z.string(),
        n: z.string(),
        e: z.string(),
      }),
    ),
  })
  .meta({ id: 'JsonWebKeySet' })

const discovery = z
  .object({
    issuer: z.string(),
    jwks_uri: z.string(),
    response_types_supported: z.array(z.string()),
    subject_types_supported: z.array(z.string()),
    id_token_signing_alg_values_supported: z.array(z.string()),
  })
  .meta({ id: 'Discovery' })

/** Caches may keep the answer for five minutes: far less than a new key is published before it signs. */
const cached = {
  'cache-control': 'public, max-age=300',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
}

/**
 * What anybody may read: the keys that verify the tokens of a tenant, and where they are. A tenant that does not exist is answered as one without keys, so that
 * these routes tell nobody which tenants there are.
 */
export const publicKeyRoutes: Routes<PublicKeyRouteDeps> = (app, deps) => {
  // After the hook that forbids to store answers.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (reply.statusCode === 200) reply.headers(cached)
    done()
  })

  for (const [path, hide] of [
    ['/:tenantId/.well-known/jwks', false],
    ['/:tenantId/.well-known/jwks.json', true],
  ] as const) {
    app.get(
      path,
      {
        schema: {
          tags,
          summary: 'Get the keys that verify tokens',
          description:
            'A JSON Web Key Set (RFC 7517) for the access tokens of sessions, and for the tokens of actions of tenants that chose RS256. Also at ' +
            '`…/.well-known/jwks.json`. Cache it for at most five minutes, and read it again when a token names a key that is not in it.',
          params,
          response: { 200: keySet },
          hide,
        },
      },
      async (request) => {
        const { tenantId } = request.params
        const tenant = deps.tenants.peek(tenantId) ?? (await deps.tenants.find(tenantId))
        const at = deps.clock()
        const inForce = (tenant?.signingKeys ?? []).filter(({ expiresAt }) => expiresAt === null || expiresAt > at)
        return {
          keys: inForce.map(({ keyId, publicKey: { kty, n, e } }) => ({
            kty,
            use: 'sig' as const,
            alg: 'RS256' as const,
            kid: keyId,
            n,
            e,
          })),
        }
      },
    )
  }

  app.get(
    '/:tenantId/.well-known/openid-configuration',
    {
      schema: {
        tags,
        summary: 'Find the keys by the issuer of a token',
        description:
          'The part of OpenID Connect Discovery 1.0 that gateways need to verify access tokens: the issuer, and where its keys are. There is no authorization ' +
          'endpoint: sessions are opened by `POST /v1/sessions`.',
        params,
        response: { 200: discovery },
      },
    },
    (request) => {
      const issuer = accessTokenIssuer(deps.config.publicUrl, request.params.tenantId)
      return {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks`,
        response_types_supported: ['none'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      }
    },
  )
}
