import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier, userId, userParams } from '../http/identifier.ts'
import { listUserSessions } from './list-user-sessions.ts'
import { endSession, type RevokeSessionDeps, revokeUserSessions } from './revoke-sessions.ts'

const tags = ['user sessions']
const done = z.object({ success: z.literal(true) })
const success = { success: true as const }
const session = z
  .object({
    sessionId: z.string(),
    clientId: z.string(),
    clientName: z.string(),
    action: z.string().meta({ description: 'The action whose challenge opened it.' }),
    idempotencyKey: z.string(),
    verificationMethod: z.string().optional().meta({ description: 'How the user proved themselves.' }),
    createdAt: z.string(),
    refreshedAt: z.string(),
    expiresAt: z.string().meta({ description: 'When it ends, unless it is refreshed.' }),
  })
  .meta({ id: 'UserSession' })

/** Management API: the sessions that a user has in applications. */
export const managedSessionRoutes: Routes<RevokeSessionDeps> = (app, deps) => {
  const base = '/users/:userId/sessions'
  app.get(
    base,
    {
      schema: {
        tags,
        summary: 'List the sessions of a user',
        description: 'Those in force, the latest first. At most 200.',
        params: userParams,
        response: { 200: z.array(session) },
      },
    },
    (request) => listUserSessions(deps.store.db, tenantOf(request).tenantId, request.params.userId, deps.clock()),
  )
  app.delete(
    base,
    { schema: { tags, summary: 'End all sessions of a user', params: userParams, response: { 200: done } } },
    async (request) => {
      await revokeUserSessions(deps, tenantOf(request), request.params.userId, actorOf(request))
      return success
    },
  )
  app.delete(
    `${base}/:sessionId`,
    {
      schema: {
        tags,
        summary: 'End a session of a user',
        description: 'Repeating the call changes nothing.',
        params: z.object({ userId, sessionId: identifier(64) }),
        response: { 200: done },
      },
    },
    async (request) => {
      await endSession(deps, { tenantId: tenantOf(request).tenantId, ...request.params }, actorOf(request))
      return success
    },
  )
}
