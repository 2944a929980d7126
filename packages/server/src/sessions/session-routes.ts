import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { type CheckExpectationDeps, checkExpectation } from '../challenges/check-expectation.ts'
import type { Routes } from '../http/app-type.ts'
import { userId } from '../http/identifier.ts'
import type { PurgeDeps } from '../retention/purge-expired.ts'
import { createConsumedTokenPurge } from '../tokens/purge-consumed-tokens.ts'
import { userAttributes } from '../users/user-json.ts'
import { warningCodes } from '../warnings/warning.ts'
import { type CreateSessionDeps, createSession } from './create-session.ts'
import { createSessionPurge } from './purge-sessions.ts'
import { refreshSession } from './refresh-session.ts'
import { revokeSession, revokeUserSessions } from './revoke-sessions.ts'
import { validateSession } from './validate-session.ts'

const tags = ['user sessions']
const tokens = {
  accessToken: z.string().meta({ description: 'A JSON Web Token for your API: RS256, its `aud` is the app client.' }),
  refreshToken: z.string().meta({ description: 'Opaque, and good for one refresh.' }),
}
const sessionTokens = z.object(tokens).meta({ id: 'SessionTokens' })
const created = z
  .object({
    ...tokens,
    warnings: z
      .array(z.object({ code: z.enum(warningCodes), message: z.string() }))
      .optional()
      .meta({ description: 'Misspelt members of the request, which were not compared. A strict tenant refuses them. Absent: none.' }),
  })
  .meta({ id: 'CreatedSession' })
const done = z.object({ success: z.literal(true) })
const success = { success: true as const }

const createFields = {
  clientId: z.string().meta({ description: 'The app client that the session is for.' }),
  token: z.string().meta({ description: 'The token that the browser received for the passed challenge.' }),
  action: z.string().nullish().meta({ description: 'The action whose challenge it must be. Send it always.' }),
}
const accessToken = z.string()

export type SessionRouteDeps = Omit<CreateSessionDeps, 'purge'> & PurgeDeps & CheckExpectationDeps

/** Server API: sessions of users, opened by passed challenges. */
export const userSessionRoutes: Routes<SessionRouteDeps> = (app, deps) => {
  const purges = [createConsumedTokenPurge(deps), createSessionPurge(deps)]
  const createDeps = {
    ...deps,
    purge: async () => {
      for (const purge of purges) await purge()
    },
  }
  const known: ReadonlySet<string> = new Set(Object.keys(createFields))

  app.post(
    '/sessions',
    {
      schema: {
        tags,
        summary: 'Open a session for a passed challenge',
        description:
          'The token is used up: one passed challenge opens one session, or is validated once. Refused with `invalid_token` when the challenge was not passed.',
        // Members that are not attributes pass, so that the answer can warn of them.
        body: z.looseObject(createFields),
        response: { 200: created },
      },
    },
    async (request) => {
      const tenant = tenantOf(request)
      const { clientId, token, action } = request.body
      const misspelt = checkExpectation(deps, tenant, request.body, known)
      const opened = await createSession(createDeps, tenant, { clientId, token, action: action ?? undefined }, actorOf(request))
      return { ...opened, ...misspelt }
    },
  )

  app.post(
    '/sessions/validate',
    {
      schema: {
        tags,
        summary: 'Validate an access token',
        description:
          'Knows of every revocation at once. `expired_token`: refresh the session. `invalid_token`: it is over, and the user signs in again.',
        body: z.object({
          accessToken,
          clientIds: z
            .array(z.string())
            .nullish()
            .meta({ description: 'The app clients whose sessions are accepted. Absent: those of every one of the tenant.' }),
        }),
        response: {
          200: z
            .object({
              user: userAttributes,
              expiresAt: z.int().meta({ description: 'When the access token expires, in seconds since 1970.' }),
              verificationMethod: z.string().optional(),
            })
            .meta({ id: 'ValidatedSession' }),
        },
      },
    },
    (request) => validateSession(deps, tenantOf(request), request.body.accessToken, request.body.clientIds ?? undefined),
  )

  app.post(
    '/sessions/refresh',
    {
      schema: {
        tags,
        summary: 'Refresh a session',
        description: 'Replaces both tokens. A refresh token that was used before ends the session.',
        body: z.object({ refreshToken: z.string() }),
        response: { 200: sessionTokens },
      },
    },
    (request) => refreshSession(deps, tenantOf(request), request.body.refreshToken, actorOf(request)),
  )

  app.post(
    '/sessions/revoke',
    {
      schema: {
        tags,
        summary: 'End a session',
        description: 'Also with an access token that has expired. A session that has ended already is no error.',
        body: z.object({ accessToken }),
        response: { 200: done },
      },
    },
    async (request) => {
      await revokeSession(deps, tenantOf(request), request.body.accessToken, actorOf(request))
      return success
    },
  )

  app.post(
    '/sessions/user/revoke',
    {
      schema: { tags, summary: 'End all sessions of a user', body: z.object({ userId }), response: { 200: done } },
    },
    async (request) => {
      await revokeUserSessions(deps, tenantOf(request), request.body.userId, actorOf(request))
      return success
    },
  )
}
