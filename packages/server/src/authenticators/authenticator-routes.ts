import { z } from 'zod'
import type { AppDeps } from '../app/app-deps.ts'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier, userId, userParams } from '../http/identifier.ts'
import { importPasskeys } from '../methods/passkey/import-passkeys.ts'
import { toUserAuthenticator, userAuthenticator } from './authenticator-json.ts'
import { enrollAuthenticator } from './enroll-authenticator.ts'
import { authenticatorConfiguration, listConfigurations } from './list-configurations.ts'
import { listUserAuthenticators } from './list-user-authenticators.ts'
import { removeAuthenticator } from './remove-authenticator.ts'

const credential = {
  credentialId: z.string().max(2048).optional(),
  credentialPublicKey: z.string().max(4096).optional().meta({ description: 'COSE key, base64url.' }),
  counter: z.int().min(0).max(0xffffffff).optional(),
  name: identifier(256).optional(),
  transports: z.array(z.string().max(32)).max(16).optional(),
  aaguid: z.string().max(64).optional(),
}

const enrollBody = z
  .object({
    verificationMethod: z.string().max(64).optional(),
    oobChannel: z.string().max(64).optional().meta({ description: 'Older name of `verificationMethod`.' }),
    email: identifier(320).optional(),
    phoneNumber: identifier(64).optional(),
    isDefault: z.boolean().optional(),
    ...credential,
  })
  .refine((body) => body.verificationMethod !== undefined || body.oobChannel !== undefined, {
    path: ['verificationMethod'],
    message: 'is required',
  })
  .transform(({ oobChannel, verificationMethod, ...body }) => ({ ...body, verificationMethod: verificationMethod ?? oobChannel ?? '' }))

const importBody = z.object({
  authenticators: z.array(z.object({ userId: z.string().max(1024), verificationMethod: z.string().max(64), ...credential })).max(500),
})

const importReply = z.object({
  total: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  failures: z.array(
    z.object({ userId: z.string(), credentialId: z.string().optional(), errorCode: z.string(), errorDescription: z.string() }),
  ),
})

export const authenticatorRoutes: Routes<AppDeps> = (app, deps) => {
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
    (request) => listUserAuthenticators(deps.store.db, tenantOf(request).tenantId, request.params.userId),
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
        await enrollAuthenticator(deps, tenantOf(request), request.params.userId, request.body, request.ip),
      ),
    }),
  )
  app.post(
    '/users/authenticators',
    {
      schema: {
        tags: ['authenticators'],
        summary: 'Import passkeys',
        description: 'Every row stands for itself: a refused one is reported, and the others are bound.',
        body: importBody,
        response: { 200: importReply },
      },
    },
    (request) => importPasskeys(deps, tenantOf(request), request.body.authenticators, request.ip),
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
      await removeAuthenticator(deps, tenantOf(request).tenantId, request.params.userId, request.params.userAuthenticatorId, request.ip)
      return { success: true as const }
    },
  )
}
