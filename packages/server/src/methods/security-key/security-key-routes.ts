import { z } from 'zod'
import { userAuthenticator } from '../../authenticators/authenticator-json.ts'
import { toUserAuthenticator } from '../../authenticators/to-user-authenticator.ts'
import { tokenOf } from '../../callers/authenticate.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import { addCredential } from '../../webauthn/add-credential.ts'
import { createAuthenticationOptions } from '../../webauthn/create-authentication-options.ts'
import { createRegistrationOptions } from '../../webauthn/create-registration-options.ts'
import { authenticationCredentialSchema, registrationCredentialSchema } from '../../webauthn/credential-schema.ts'
import { creationOptions, requestOptions } from '../../webauthn/options-json.ts'
import { verifyCredential } from '../../webauthn/verify-credential.ts'
import type { MethodDeps } from '../method.ts'
import { securityKeyName } from './security-key-name.ts'

/** The answer as browsers make it. Our SDK adds the id of the browser. */
const verifyBody = authenticationCredentialSchema.extend({ deviceId: identifier(256).or(z.literal('')).nullish() })

const verified = { isVerified: z.boolean(), accessToken: z.string(), userId: z.string(), userAuthenticatorId: z.string() }
const addReply = z.object({ ...verified, userAuthenticator }).meta({ id: 'AddedSecurityKey' })
const verifyReply = z.object(verified).meta({ id: 'VerifiedSecurityKey' })

/** Client API: binding a security key, and answering a challenge with one. Options and answers are bare, as browsers make them. */
export const securityKeyRoutes: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }
  const tags = ['client: security keys']
  const path = '/user-authenticators/security-key'

  app.post(
    `${path}/registration-options`,
    { schema: { tags, summary: 'Get the options to register a security key', response: { 200: creationOptions } } },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      return (await createRegistrationOptions(deps, tenant, token, securityKeyName, {})).options
    },
  )

  app.post(
    path,
    { schema: { tags, summary: 'Bind the registered security key', body: registrationCredentialSchema, response: { 200: addReply } } },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      const { row, accessToken } = await addCredential(deps, tenant, token, securityKeyName, {
        credential: request.body,
        conditionalCreate: false,
        userAgent: request.headers['user-agent'],
        ipAddress: request.ip,
      })
      const { user_id: userId, user_authenticator_id: userAuthenticatorId } = row
      return { isVerified: true, accessToken, userId, userAuthenticatorId, userAuthenticator: toUserAuthenticator(deps.methods, row) }
    },
  )

  app.post(
    `${path}/authentication-options`,
    { schema: { tags, summary: 'Get the options to use a security key', response: { 200: requestOptions } } },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      return (await createAuthenticationOptions(deps, tenant, token, securityKeyName, {})).options
    },
  )

  app.post(
    '/verify/security-key',
    { schema: { tags, summary: 'Verify the answer of a security key', body: verifyBody, response: { 200: verifyReply } } },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      const { accessToken, authenticator } = await verifyCredential(deps, tenant, token, securityKeyName, {
        credential: request.body,
        deviceId: request.body.deviceId || undefined,
        userAgent: request.headers['user-agent'],
        ipAddress: request.ip,
      })
      const { userId, userAuthenticatorId } = authenticator
      return { isVerified: true, accessToken, userId, userAuthenticatorId }
    },
  )
}
