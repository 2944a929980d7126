import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { actorOf, optionalSessionOf, roleOf, sessionOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { storableText } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import { creationOptions, requestOptions } from '../webauthn/options-json.ts'
import { adminEmail } from './admin-json.ts'
import { type AdminPasskeyDeps, beginAddingPasskey, finishAddingPasskey, listPasskeys, removePasskey, type Self } from './admin-passkeys.ts'
import { type ChangeOwnAddressDeps, changeOwnAddress } from './change-own-address.ts'
import { createdPasskey, usedPasskey } from './credential-json.ts'
import { type EndSessionDeps, endSession } from './end-sessions.ts'
import { findAdmin } from './find-admin.ts'
import { listSessions } from './list-sessions.ts'
import { beginProof, finishProof, type ProveSessionDeps } from './prove-session.ts'
import { countRecoveryCodes, type RegenerateDeps, regenerateRecoveryCodes } from './recovery-codes.ts'
import { passkeyJson, sessionJson, toPasskeyJson, toSessionJson, whoJson } from './session-json.ts'

type SessionRouteDeps = AdminPasskeyDeps & ProveSessionDeps & EndSessionDeps & RegenerateDeps & ChangeOwnAddressDeps

const done = z.object({ success: z.literal(true) })
const onlyAdmins = 'Only for an admin who is signed in; a key is refused.'

/** Management API: the caller's own session, and the sessions of others. */
export const sessionRoutes: Routes<SessionRouteDeps> = (app, deps) => {
  const tags = ['sessions']
  const success = { success: true as const }
  const { db } = deps.store

  app.get('/session', { schema: { tags, summary: 'Who am I', response: { 200: whoJson } } }, async (request) => {
    const { tenantId, name: tenantName } = tenantOf(request)
    const role = roleOf(request)
    const session = optionalSessionOf(request)
    if (session === undefined) return { tenantId, tenantName, role, name: actorOf(request).name }
    const { adminId, sessionId, name, provenAt } = session
    const recoveryCodesLeft = await countRecoveryCodes(db, tenantId, adminId)
    const email = (await findAdmin(db, tenantId, adminId))?.email ?? undefined
    return { tenantId, tenantName, role, name, adminId, sessionId, provenAt: toIso(provenAt), recoveryCodesLeft, email }
  })

  app.patch(
    '/session',
    {
      schema: {
        tags,
        summary: 'Change your mail address',
        description: `Notices about your account go there. The address before is told about the change. ${onlyAdmins}`,
        body: z.strictObject({ email: adminEmail.nullable().meta({ description: '`null`: you are not written to.' }) }),
        response: { 200: z.object({ email: z.string().optional() }) },
      },
    },
    async (request) => {
      const { email } = request.body
      await changeOwnAddress(deps, selfOf(request), email)
      return { email: email ?? undefined }
    },
  )

  app.post(
    '/session/proof/begin',
    {
      schema: {
        tags,
        summary: 'Get the options to prove again that you are there',
        description: onlyAdmins,
        response: { 200: z.object({ options: requestOptions }) },
      },
    },
    async (request) => {
      const { tenantId, session } = selfOf(request)
      return { options: await beginProof(deps, tenantId, session) }
    },
  )

  app.post(
    '/session/proof/finish',
    {
      schema: {
        tags,
        summary: 'Prove again that you are there',
        description: `Renews \`provenAt\` of the session. ${onlyAdmins}`,
        body: z.strictObject({ credential: usedPasskey }),
        response: { 200: z.object({ provenAt: z.string() }) },
      },
    },
    async (request) => ({ provenAt: toIso(await finishProof(deps, selfOf(request), request.body.credential)) }),
  )

  app.get(
    '/session/passkeys',
    {
      schema: {
        tags,
        summary: 'List your passkeys',
        description: onlyAdmins,
        response: { 200: z.object({ passkeys: z.array(passkeyJson) }) },
      },
    },
    async (request) => {
      const { tenantId, session } = selfOf(request)
      return { passkeys: (await listPasskeys(db, tenantId, session.adminId)).map(toPasskeyJson) }
    },
  )

  app.post(
    '/session/passkeys/begin',
    {
      schema: {
        tags,
        summary: 'Get the options to create one more passkey of yours',
        description: onlyAdmins,
        response: { 200: z.object({ options: creationOptions }) },
      },
    },
    async (request) => ({ options: await beginAddingPasskey(deps, selfOf(request)) }),
  )

  app.post(
    '/session/passkeys/finish',
    {
      schema: {
        tags,
        summary: 'Add the created passkey',
        description: onlyAdmins,
        body: z.strictObject({ credential: createdPasskey }),
        response: { 200: z.object({ passkeyId: z.string() }) },
      },
    },
    async (request) => ({ passkeyId: await finishAddingPasskey(deps, selfOf(request), request.body.credential) }),
  )

  app.delete(
    '/session/passkeys/:passkeyId',
    {
      schema: {
        tags,
        summary: 'Remove a passkey of yours',
        description: `Never the last one. ${onlyAdmins}`,
        params: z.object({ passkeyId: storableText(64) }),
        response: { 200: done },
      },
    },
    async (request) => {
      await removePasskey(deps, selfOf(request), request.params.passkeyId)
      return success
    },
  )

  app.post(
    '/session/recovery-codes',
    {
      schema: {
        tags,
        summary: 'Make new recovery codes',
        description: `All earlier ones end. The codes are shown only here. ${onlyAdmins}`,
        response: { 200: z.object({ recoveryCodes: z.array(z.string()) }) },
      },
    },
    async (request) => {
      const { tenantId, session } = selfOf(request)
      return { recoveryCodes: await regenerateRecoveryCodes(deps, { tenantId, adminId: session.adminId }, actorOf(request)) }
    },
  )

  app.get(
    '/sessions',
    {
      schema: {
        tags,
        summary: 'List the sessions in force',
        description: 'Owners and admins see all of the tenant, everybody else the own ones.',
        response: { 200: z.object({ sessions: z.array(sessionJson) }) },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const currentId = optionalSessionOf(request)?.sessionId
      const sessions = await listSessions(db, { tenantId, adminId: reachOf(request), at: deps.clock() })
      return { sessions: sessions.map((row) => toSessionJson(row, currentId)) }
    },
  )

  app.delete(
    '/sessions/:sessionId',
    {
      schema: {
        tags,
        summary: 'End a session',
        description: 'Owners and admins end any of the tenant, everybody else the own ones.',
        params: z.object({ sessionId: storableText(64) }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const session = { tenantId, sessionId: request.params.sessionId, adminId: reachOf(request) }
      await endSession(deps, session, 'admin.session_ended', actorOf(request))
      return success
    },
  )
}

/** The admin whose sessions alone a caller reaches; `undefined`: those of everybody. */
function reachOf(request: FastifyRequest): string | undefined {
  const role = roleOf(request)
  if (role === 'owner' || role === 'admin') return undefined
  return sessionOf(request).session.adminId
}

function selfOf(request: FastifyRequest): Self {
  const { tenant, session } = sessionOf(request)
  return { tenantId: tenant.tenantId, session, ipAddress: request.ip }
}
