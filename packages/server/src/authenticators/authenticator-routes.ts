import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { App, Routes } from '../http/app-type.ts'
import { identifier, userId, userParams } from '../http/identifier.ts'
import { reasonText } from '../http/reason-text.ts'
import { userAuthenticator } from './authenticator-json.ts'
import { type EnrollDeps, enrollAuthenticator } from './enroll-authenticator.ts'
import { authenticatorConfiguration, listConfigurations } from './list-configurations.ts'
import { listUserAuthenticators } from './list-user-authenticators.ts'
import { type RemoveAuthenticatorDeps, removeAuthenticator } from './remove-authenticator.ts'
import { renameAuthenticator } from './rename-authenticator.ts'
import { toUserAuthenticator } from './to-user-authenticator.ts'
import { credentialFields } from './verified-authenticator.ts'

const enrollBody = z
  .object({
    verificationMethod: z.string().max(64).optional(),
    oobChannel: z.string().max(64).optional().meta({ description: 'Older name of `verificationMethod`.' }),
    email: identifier(320).optional(),
    phoneNumber: identifier(64).optional(),
    isDefault: z.boolean().optional(),
    otpUri: z.string().max(2048).optional().meta({
      description: 'Of an authenticator app: the `otpauth://totp/` link that it was set up with.',
    }),
    ...credentialFields,
  })
  .refine((body) => body.verificationMethod !== undefined || body.oobChannel !== undefined, {
    path: ['verificationMethod'],
    message: 'is required',
  })
  .transform(({ oobChannel, verificationMethod, ...body }) => ({ ...body, verificationMethod: verificationMethod ?? oobChannel ?? '' }))

const authenticatorParams = z.object({ userId, userAuthenticatorId: identifier(128) })
const renameBody = z.strictObject({
  name: identifier(100).regex(/\S/, 'is empty').nullable().meta({ description: '`null`: the name of the model again.' }),
})
const removeQuery = z.strictObject({ reason: reasonText.optional().meta({ description: 'Why, in words. It is kept in the audit log.' }) })

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
        response: {
          200: z.object({
            authenticator: userAuthenticator,
            recoveryCodes: z.array(z.string()).optional().meta({
              description: 'With the first authenticator of a user, where recovery codes are configured. They are shown once.',
            }),
          }),
        },
      },
    },
    async (request) => {
      const { row, ...shown } = await enrollAuthenticator(deps, tenantOf(request), request.params.userId, request.body, actorOf(request), {
        withRecoveryCodes: true,
      })
      return { authenticator: toUserAuthenticator(deps.methods, row), ...shown }
    },
  )
  listAndRemove(app, deps, z.object({}))
}

/** Management API: lists, renames and removes the authenticators of a user. Only an application that has verified one can enrol it. */
export const managedAuthenticatorRoutes: Routes<RemoveAuthenticatorDeps> = (app, deps) => {
  listAndRemove(app, deps, removeQuery)
  app.patch(
    '/users/:userId/authenticators/:userAuthenticatorId',
    {
      schema: {
        tags: ['authenticators'],
        summary: 'Rename an authenticator of a user',
        description:
          'The name is for people: it replaces the name of the model in lists. Rules go on to read the name of the model (`authenticator.name`).',
        params: authenticatorParams,
        body: renameBody,
        response: { 200: userAuthenticator },
      },
    },
    (request) =>
      renameAuthenticator(deps, { tenantId: tenantOf(request).tenantId, ...request.params }, request.body.name, actorOf(request)),
  )
}

function listAndRemove(app: App, deps: RemoveAuthenticatorDeps, querystring: z.ZodType<{ reason?: string | undefined }>): void {
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
        params: authenticatorParams,
        querystring,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    async (request) => {
      const { userId, userAuthenticatorId } = request.params
      await removeAuthenticator(deps, tenantOf(request), userId, userAuthenticatorId, actorOf(request), request.query.reason)
      return { success: true as const }
    },
  )
}
