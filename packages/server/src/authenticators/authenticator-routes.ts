import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier, userId, userParams } from '../http/identifier.ts'
import { userAuthenticator } from './authenticator-json.ts'
import { type EnrollDeps, enrollAuthenticator } from './enroll-authenticator.ts'
import { authenticatorConfiguration, listConfigurations } from './list-configurations.ts'
import { listUserAuthenticators } from './list-user-authenticators.ts'
import { type RemoveAuthenticatorDeps, removeAuthenticator } from './remove-authenticator.ts'
import { toUserAuthenticator } from './to-user-authenticator.ts'
import { credentialFields } from './verified-authenticator.ts'

const enrollBody = z
  .object({
    verificationMethod: z.string().max(64).optional(),
    oobChannel: z.string().max(64).optional().meta({ description: 'Older name of `verificationMethod`.' }),
    email: identifier(320).optional(),
    phoneNumber: identifier(64).optional(),
    isDefault: z.boolean().optional(),
    ...credentialFields,
  })
  .refine((body) => body.verificationMethod !== undefined || body.oobChannel !== undefined, {
    path: ['verificationMethod'],
    message: 'is required',
  })
  .transform(({ oobChannel, verificationMethod, ...body }) => ({ ...body, verificationMethod: verificationMethod ?? oobChannel ?? '' }))

export type AuthenticatorRouteDeps = EnrollDeps & RemoveAuthenticatorDeps

/** Server API: the authenticators of a user, and what the tenant offers. */
export const authenticatorRoutes: Routes<AuthenticatorRouteDeps> = (app, deps) => {
  app.get(
    '/authenticators',
    {
      schema: {
        tags: ['authenticators'],
        summary: 'List the verification methods of the tenant',
        response: { 200: z.array(authenticatorConfiguration) },
      },
    },
    async (request) => listConfigurations(tenantOf(request)),
  )
  app.post(
    '/users/:userId/authenticators',
    {
      schema: {
        tags: ['authenticators'],
        summary: 'Enroll an authenticator you have verified',
        params: userParams,
        body: enrollBody,
        response: { 200: z.object({ authenticator: userAuthenticator }) },
      },
    },
    async (request) => ({
      authenticator: toUserAuthenticator(
        deps.methods,
        await enrollAuthenticator(deps, tenantOf(request), request.params.userId, request.body, actorOf(request)),
      ),
    }),
  )
  managedAuthenticatorRoutes(app, deps)
}

/** Management API: lists and removes the authenticators of a user. Only an application that has verified one can enrol it. */
export const managedAuthenticatorRoutes: Routes<RemoveAuthenticatorDeps> = (app, deps) => {
  app.get(
    '/users/:userId/authenticators',
    {
      schema: {
        tags: ['authenticators'],
        summary: 'List the authenticators of a user',
        params: userParams,
        response: { 200: z.array(userAuthenticator) },
      },
    },
    (request) => listUserAuthenticators(deps, tenantOf(request).tenantId, request.params.userId),
  )
  app.delete(
    '/users/:userId/authenticators/:userAuthenticatorId',
    {
      schema: {
        tags: ['authenticators'],
        summary: 'Remove an authenticator of a user',
        params: z.object({ userId, userAuthenticatorId: identifier(128) }),
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    async (request) => {
      await removeAuthenticator(deps, tenantOf(request), request.params.userId, request.params.userAuthenticatorId, actorOf(request))
      return { success: true as const }
    },
  )
}
