import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { App, Routes } from '../http/app-type.ts'
import { identifier, userParams } from '../http/identifier.ts'
import { queryNumber } from '../http/query-number.ts'
import { type DeleteUserDeps, deleteUser } from './delete-user.ts'
import { type FindUsersDeps, findUsers } from './find-users.ts'
import { loadUser } from './load-user.ts'
import { type UpdateUserDeps, updateUser } from './update-user.ts'
import { userAttributes } from './user-json.ts'

const enrollment = {
  isEnrolled: z.boolean(),
  enrolledVerificationMethods: z.array(z.string()).optional(),
}

const userView = userAttributes.extend({ ...enrollment, allowedVerificationMethods: z.array(z.string()).optional() }).meta({ id: 'User' })

const userChange = z.object({
  email: identifier(320).nullish(),
  emailVerified: z.boolean().optional(),
  phoneNumber: identifier(64).nullish(),
  phoneNumberVerified: z.boolean().optional(),
  username: identifier(320).nullish(),
  displayName: identifier(320).nullish(),
  custom: z.record(z.string().max(256), z.unknown()).nullish(),
  locale: identifier(64).nullish(),
  defaultVerificationMethod: z.string().max(64).nullish(),
})

const userQuery = z.object({
  userId: identifier(512).optional(),
  username: identifier(320).optional(),
  email: identifier(320).optional(),
  phoneNumber: identifier(64).optional(),
  token: z.string().max(8192).optional().meta({ description: 'A token issued by this server; finds its user.' }),
  limit: queryNumber(z.number().int().min(1).max(100).default(50)),
  lastEvaluatedUserId: identifier(512).optional(),
})

export const listedUser = userAttributes.extend({ ...enrollment, createdAt: z.string() })

const userPage = z.object({
  users: z.array(listedUser),
  lastEvaluatedUserId: z.string().optional(),
  tokenPayload: z.record(z.string(), z.unknown()).optional(),
})

export type UserRouteDeps = DeleteUserDeps & FindUsersDeps & UpdateUserDeps

export const userRoutes: Routes<UserRouteDeps> = (app, deps) => {
  app.get(
    '/users',
    { schema: { tags: ['users'], summary: 'Find users by attribute', querystring: userQuery, response: { 200: userPage } } },
    (request) => findUsers(deps, tenantOf(request), request.query),
  )
  app.get(
    '/users/:userId',
    {
      schema: {
        tags: ['users'],
        summary: 'Get a user',
        description: 'An unknown user is returned as a user who is not enrolled.',
        params: userParams,
        response: { 200: userView },
      },
    },
    (request) => loadUser(deps, tenantOf(request), request.params.userId),
  )
  updateRoute(app, deps, 'PATCH')
  updateRoute(app, deps, 'POST')
  app.delete(
    '/users/:userId',
    {
      schema: {
        tags: ['users'],
        summary: 'Erase a user',
        description: 'Permanently removes the user, their authenticators, devices and action history.',
        params: userParams,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    async (request) => {
      await deleteUser(deps, tenantOf(request), request.params.userId, actorOf(request))
      return { success: true as const }
    },
  )
}

/** Some clients update with PATCH, some with POST. */
function updateRoute(app: App, deps: UserRouteDeps, method: 'PATCH' | 'POST'): void {
  app.route({
    method,
    url: '/users/:userId',
    schema: {
      tags: ['users'],
      summary: 'Change or create a user',
      description: 'Omitted attributes stay as they are; `null` clears an attribute. `custom` is replaced as a whole.',
      params: userParams,
      body: userChange,
      response: { 200: userAttributes },
    },
    handler: (request) => updateUser(deps, tenantOf(request), request.params.userId, request.body, actorOf(request)),
  })
}
