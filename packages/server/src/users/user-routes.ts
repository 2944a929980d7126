import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { App, Routes } from '../http/app-type.ts'
import { identifier, userParams } from '../http/identifier.ts'
import { queryNumber } from '../http/query-number.ts'
import { reasonText } from '../http/reason-text.ts'
import { type DeleteUserDeps, deleteUser } from './delete-user.ts'
import { type FindUsersDeps, findUsers } from './find-users.ts'
import { type LiftEnrolmentFreezeDeps, liftEnrolmentFreeze } from './lift-enrolment-freeze.ts'
import { loadUser } from './load-user.ts'
import { type UpdateUserDeps, type UserChange, updateUser } from './update-user.ts'
import { userAttributes } from './user-json.ts'

const enrollment = {
  isEnrolled: z.boolean(),
  enrolledVerificationMethods: z.array(z.string()).optional(),
}

const userView = userAttributes.extend({ ...enrollment, allowedVerificationMethods: z.array(z.string()).optional() }).meta({ id: 'User' })

const userChange = {
  email: identifier(320).nullish(),
  emailVerified: z.boolean().optional(),
  phoneNumber: identifier(64).nullish(),
  phoneNumberVerified: z.boolean().optional(),
  username: identifier(320).nullish(),
  displayName: identifier(320).nullish(),
  custom: z.record(z.string().max(256), z.unknown()).nullish(),
  locale: identifier(64).nullish(),
  defaultVerificationMethod: z.string().max(64).nullish(),
}

const findQuery = z.object({
  userId: identifier(512).optional(),
  username: identifier(320).optional(),
  email: identifier(320).optional(),
  phoneNumber: identifier(64).optional(),
  limit: queryNumber(z.number().int().min(1).max(100).default(50)),
  lastEvaluatedUserId: identifier(512).optional(),
  token: z.string().max(8192).optional().meta({ description: 'A token issued by this server; finds its user.' }),
})

export const listedUser = userAttributes.extend({ ...enrollment, createdAt: z.string() })

const foundUsers = z.object({
  users: z.array(listedUser),
  lastEvaluatedUserId: z.string().optional(),
  tokenPayload: z.record(z.string(), z.unknown()).optional(),
})

export type UserRouteDeps = DeleteUserDeps & FindUsersDeps & UpdateUserDeps

/** Server API: the users of the tenant. */
export const userRoutes: Routes<UserRouteDeps> = (app, deps) => {
  app.get(
    '/users',
    { schema: { tags: ['users'], summary: 'Find users by attribute', querystring: findQuery, response: { 200: foundUsers } } },
    (request) => findUsers(deps, tenantOf(request), request.query),
  )
  getAndErase(app, deps)
  liftFreeze(app, deps)
  // Some clients update with PATCH, some with POST.
  for (const method of ['PATCH', 'POST'] as const) update(app, deps, method, z.object(userChange))
}

/** Management API: one user, for people. */
export const managedUserRoutes: Routes<DeleteUserDeps & UpdateUserDeps> = (app, deps) => {
  getAndErase(app, deps)
  liftFreeze(app, deps)
  update(app, deps, 'PATCH', z.strictObject(userChange))
}

function getAndErase(app: App, deps: DeleteUserDeps): void {
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

function liftFreeze(app: App, deps: LiftEnrolmentFreezeDeps): void {
  app.delete(
    '/users/:userId/enrolment-freeze',
    {
      schema: {
        tags: ['users'],
        summary: 'Let authenticators be added to a user again',
        description:
          'Lifts the freeze that a user began by saying "this was not me" (`enrolmentFrozenAt`). Check with the user first: whoever has the account may have bound an authenticator before. Repeating the call changes nothing.',
        params: userParams,
        querystring: z.strictObject({ reason: reasonText.optional().meta({ description: 'Why, in words. It is kept in the audit log.' }) }),
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      await liftEnrolmentFreeze(deps, { tenantId, userId: request.params.userId, reason: request.query.reason }, actorOf(request))
      return { success: true as const }
    },
  )
}

function update(app: App, deps: UpdateUserDeps, method: 'PATCH' | 'POST', body: z.ZodType<UserChange>): void {
  app.route({
    method,
    url: '/users/:userId',
    schema: {
      tags: ['users'],
      summary: 'Change or create a user',
      description: 'Omitted attributes stay as they are; `null` clears an attribute. `custom` is replaced as a whole.',
      params: userParams,
      body,
      response: { 200: userAttributes },
    },
    handler: (request) => updateUser(deps, tenantOf(request), request.params.userId, request.body, actorOf(request)),
  })
}
