import { z } from 'zod'
import { userAuthenticator } from '../../authenticators/authenticator-json.ts'
import { toUserAuthenticator } from '../../authenticators/to-user-authenticator.ts'
import { tenantOf, tokenOf } from '../../callers/authenticate.ts'
import { challengeLifetimeMs } from '../../challenges/challenge-row.ts'
import { hasClientCookie, setClientCookie } from '../../challenges/client-cookie.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import { toIso } from '../../http/iso-time.ts'
import { addCredential } from '../../webauthn/add-credential.ts'
import { createRegistrationOptions } from '../../webauthn/create-registration-options.ts'
import { registrationCredentialSchema } from '../../webauthn/credential-schema.ts'
import { findAnyCredential } from '../../webauthn/find-credential.ts'
import { creationOptions } from '../../webauthn/options-json.ts'
import type { MethodDeps } from '../method.ts'
import { passkeyName } from './passkey-name.ts'

const optionsBody = z.object({
  username: identifier(320).nullish(),
  displayName: identifier(320).nullish(),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
})

const optionsReply = z.object({ challengeId: z.string(), options: creationOptions })

const addBody = z.object({
  registrationCredential: registrationCredentialSchema,
  conditionalCreate: z.boolean().nullish(),
  challengeId: z.string().max(64).nullish(),
  deviceId: identifier(256).nullish(),
})

const addReply = z
  .object({
    isVerified: z.boolean(),
    accessToken: z.string(),
    userId: z.string(),
    userAuthenticatorId: z.string(),
    userAuthenticator,
  })
  .meta({ id: 'AddedAuthenticator' })

/** `credentialIds` of the browser, `credentialId` of the mobile clients; more than a device ever holds are not looked up. */
const lookUpQuery = z.object({ credentialIds: z.string().max(16_384).optional(), credentialId: z.string().max(2048).optional() })
const maxLookedUp = 20

/** Client API: binding a passkey, and asking whether one is known. */
export const passkeyEnrolmentRoutes: Routes<MethodDeps> = (app, deps) => {
  const tags = ['client: passkeys']
  const path = '/user-authenticators/passkey'
  const optionsDeps = { ...deps, purge: createChallengePurge(deps) }
  const optionsSchema = { tags, summary: 'Get the options to create a passkey', body: optionsBody, response: { 200: optionsReply } }

  app.post(`${path}/registration-options`, { schema: optionsSchema }, (request) => {
    const { tenant, token } = tokenOf(request)
    return createRegistrationOptions(optionsDeps, tenant, token, passkeyName, toOptionsInput(request.body))
  })

  app.post(
    `${path}/registration-options/web`,
    { schema: { ...optionsSchema, summary: `${optionsSchema.summary}, with a cookie` } },
    async (request, reply) => {
      const { tenant, token } = tokenOf(request)
      const made = await createRegistrationOptions(optionsDeps, tenant, token, passkeyName, toOptionsInput(request.body))
      setClientCookie(reply, deps.config, made.challengeId, challengeLifetimeMs / 1000)
      return made
    },
  )

  app.post(
    path,
    { schema: { tags, summary: 'Bind the created passkey', body: addBody, response: { 200: addReply } } },
    async (request, reply) => {
      const { tenant, token } = tokenOf(request)
      const { row, accessToken } = await addCredential(deps, tenant, token, passkeyName, {
        credential: request.body.registrationCredential,
        challengeId: request.body.challengeId ?? undefined,
        conditionalCreate: request.body.conditionalCreate === true,
        deviceId: request.body.deviceId ?? undefined,
        userAgent: request.headers['user-agent'],
        ipAddress: request.ip,
      })
      if (hasClientCookie(request))
        setClientCookie(reply, deps.config, accessToken, Math.round(tenant.settings.tokenDurationInMinutes * 60))
      return {
        isVerified: true,
        accessToken,
        userId: row.user_id,
        userAuthenticatorId: row.user_authenticator_id,
        userAuthenticator: toUserAuthenticator(deps.methods, row),
      }
    },
  )

  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'Check whether a passkey is known',
        description: 'Returns the first of the given credential ids that is bound, or 404.',
        querystring: lookUpQuery,
        response: { 200: z.object({ credentialId: z.string(), verifiedAt: z.string().optional() }) },
      },
    },
    async (request) => {
      const { credentialIds, credentialId } = request.query
      const ids = (credentialIds ?? credentialId ?? '').split(',').filter((id) => /^[A-Za-z0-9_-]+$/.test(id))
      const passkey = await findAnyCredential(deps.store.db, tenantOf(request).tenantId, passkeyName, ids.slice(0, maxLookedUp))
      if (passkey === undefined) throw new ApiError('not_found', 'none of these passkeys is known')
      const { verified_at: verifiedAt } = passkey.row
      return { credentialId: passkey.credentialId, verifiedAt: toIso(verifiedAt) }
    },
  )
}

function toOptionsInput({ username, displayName, authenticatorAttachment }: z.infer<typeof optionsBody>) {
  return {
    username: username ?? undefined,
    displayName: displayName ?? undefined,
    authenticatorAttachment: authenticatorAttachment ?? undefined,
  }
}
