import { z } from 'zod'
import { clientOf } from '../../callers/authenticate.ts'
import { challengeLifetimeMs } from '../../challenges/challenge-row.ts'
import { challengeIdFromCookie, hasClientCookie, setClientCookie } from '../../challenges/client-cookie.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import { createAuthenticationOptions } from '../../webauthn/create-authentication-options.ts'
import { authenticationCredentialSchema } from '../../webauthn/credential-schema.ts'
import { requestOptions } from '../../webauthn/options-json.ts'
import { verifyCredential } from '../../webauthn/verify-credential.ts'
import type { MethodDeps } from '../method.ts'
import { passkeyName } from './passkey-name.ts'

const challengeId = z.string().regex(/^[A-Za-z0-9_-]{1,4096}$/, 'is not the id of a challenge')
const optionsBody = z.object({ challengeId: challengeId.nullish() })
const optionsReply = z.object({ challengeId: z.string(), options: requestOptions })

const verifyBody = z.object({
  authenticationCredential: authenticationCredentialSchema,
  deviceId: identifier(256).or(z.literal('')).nullish(),
  challengeId: challengeId.nullish(),
})

const verifyReply = z
  .object({
    isVerified: z.boolean(),
    accessToken: z.string(),
    userId: z.string(),
    userAuthenticatorId: z.string(),
    username: z.string().optional(),
    userDisplayName: z.string().optional(),
  })
  .meta({ id: 'VerifiedPasskey' })

/** Client API: answering a challenge, or signing in, with a passkey. */
export const passkeySignInRoutes: Routes<MethodDeps> = (app, deps) => {
  const tags = ['client: passkeys']
  const path = '/user-authenticators/passkey/authentication-options'
  const verifyDeps = { ...deps, purge: createChallengePurge(deps) }
  const optionsSchema = {
    tags,
    summary: 'Get the options to use a passkey',
    description: 'With a token: for its user and action instance. With the tenant only: for any user.',
    body: optionsBody,
    response: { 200: optionsReply },
  }

  app.post(path, { schema: optionsSchema }, (request) => {
    const { tenant, token } = clientOf(request)
    return createAuthenticationOptions(deps, tenant, token, passkeyName, { challengeId: request.body.challengeId ?? undefined })
  })

  app.post(`${path}/web`, { schema: { ...optionsSchema, summary: `${optionsSchema.summary}, with a cookie` } }, async (request, reply) => {
    const { tenant, token } = clientOf(request)
    const made = await createAuthenticationOptions(deps, tenant, token, passkeyName, {
      challengeId: request.body.challengeId ?? undefined,
      cookieChallengeId: challengeIdFromCookie(request),
    })
    setClientCookie(reply, deps.config, made.challengeId, challengeLifetimeMs / 1000)
    return made
  })

  app.post(
    '/verify/passkey',
    { schema: { tags, summary: 'Verify the answer of a passkey', body: verifyBody, response: { 200: verifyReply } } },
    async (request, reply) => {
      const { tenant, token } = clientOf(request)
      const { accessToken, authenticator } = await verifyCredential(verifyDeps, tenant, token, passkeyName, {
        credential: request.body.authenticationCredential,
        challengeId: request.body.challengeId ?? undefined,
        deviceId: request.body.deviceId || undefined,
        userAgent: request.headers['user-agent'],
        ipAddress: request.ip,
      })
      if (hasClientCookie(request))
        setClientCookie(reply, deps.config, accessToken, Math.round(tenant.settings.tokenDurationInMinutes * 60))
      return {
        isVerified: true,
        accessToken,
        userId: authenticator.userId,
        userAuthenticatorId: authenticator.userAuthenticatorId,
        username: authenticator.holder.username ?? undefined,
        userDisplayName: authenticator.holder.displayName ?? undefined,
      }
    },
  )
}
