import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { adminActor } from '../audit/actor.ts'
import { pageNotAllowed, type SessionFinder } from '../callers/authenticate.ts'
import type { App } from '../http/app-type.ts'
import { toIso } from '../http/iso-time.ts'
import { type AddressLimit, createAddressLimit } from '../http/limit-per-address.ts'
import { creationOptions, requestOptions } from '../webauthn/options-json.ts'
import { adminName, roleJson } from './admin-json.ts'
import { createdPasskey, usedPasskey } from './credential-json.ts'
import { endSession } from './end-sessions.ts'
import type { Visitor } from './open-session.ts'
import { portalSite } from './portal-site.ts'
import { beginRecovery, finishRecovery, type RecoverDeps } from './recover.ts'
import { sessionCookie } from './session-cookie.ts'
import { beginSignIn, finishSignIn, type SignInDeps } from './sign-in.ts'
import { beginSignUp, describeInvitation, finishSignUp, type SignUpDeps } from './sign-up.ts'

export type PortalDeps = SignUpDeps & SignInDeps & RecoverDeps & { sessions: SessionFinder; portalLimit?: AddressLimit | undefined }

const code = z.string().min(1).max(128)
const registration = { credential: createdPasskey }
const signedIn = z.object({ signedIn: z.literal(true) })

/** Everything that comes from one address without a session, in a minute, unless the application says otherwise. */
const perAddress = { points: 60, windowSeconds: 60 }
/** Recovery codes that one address tries in a quarter of an hour, and that all addresses try in a minute: each costs a hash. */
const recoveriesPerAddress = { points: 10, windowSeconds: 900 }
const recoveriesInAll = { points: 120, windowSeconds: 60 }

/**
 * How one gets in to the portal, and out: the only routes that take neither key nor session. They are for the page of the portal, and refuse every request that
 * does not come from it (AD-04).
 */
export function portalRoutes(app: App, deps: PortalDeps): void {
  const { origin } = portalSite(deps.config.publicUrl)
  const cookie = sessionCookie(deps.config.publicUrl)
  const limit = createAddressLimit(deps.portalLimit ?? perAddress)
  const limitRecovery = createAddressLimit(recoveriesPerAddress)
  const limitAllRecovery = createAddressLimit(recoveriesInAll)

  const throttleRecovery = async ({ ip }: FastifyRequest) => {
    await limitRecovery(ip)
    await limitAllRecovery('')
  }
  const visitorOf = (request: FastifyRequest): Visitor => ({
    ipAddress: request.ip,
    userAgent: request.headers['user-agent'],
    oldSecret: cookie.read(request),
  })

  app.addHook('onRequest', async (request) => {
    if (request.headers.origin !== origin) throw pageNotAllowed()
    await limit(request.ip)
  })

  app.post(
    '/set-up/look',
    {
      schema: {
        body: z.strictObject({ code }),
        response: { 200: z.object({ tenantName: z.string(), role: roleJson, name: z.string().optional(), expiresAt: z.string() }) },
      },
    },
    async (request) => {
      const { tenantName, invitation } = await describeInvitation(deps, request.body.code, request.ip)
      return { tenantName, role: invitation.role, name: invitation.name ?? undefined, expiresAt: toIso(invitation.expiresAt) }
    },
  )

  app.post(
    '/set-up/begin',
    { schema: { body: z.strictObject({ code, name: adminName.optional() }), response: { 200: z.object({ options: creationOptions }) } } },
    async (request) => ({ options: await beginSignUp(deps, request.body.code, request.body.name, request.ip) }),
  )

  app.post(
    '/set-up/finish',
    {
      schema: {
        body: z.strictObject({ code, ...registration }),
        response: { 200: z.object({ adminId: z.string(), recoveryCodes: z.array(z.string()) }) },
      },
    },
    async (request, reply) => {
      const { secret, adminId, recoveryCodes } = await finishSignUp(deps, request.body.code, request.body.credential, visitorOf(request))
      cookie.set(reply, secret)
      return { adminId, recoveryCodes }
    },
  )

  app.post('/sign-in/begin', { schema: { response: { 200: z.object({ options: requestOptions }) } } }, async () => ({
    options: beginSignIn(deps),
  }))

  app.post(
    '/sign-in/finish',
    { schema: { body: z.strictObject({ credential: usedPasskey }), response: { 200: signedIn } } },
    async (request, reply) => {
      cookie.set(reply, await finishSignIn(deps, request.body.credential, visitorOf(request)))
      return { signedIn: true as const }
    },
  )

  app.post(
    '/recovery/begin',
    { preHandler: throttleRecovery, schema: { body: z.strictObject({ code }), response: { 200: z.object({ options: creationOptions }) } } },
    async (request) => ({ options: await beginRecovery(deps, request.body.code, request.ip) }),
  )

  app.post(
    '/recovery/finish',
    { preHandler: throttleRecovery, schema: { body: z.strictObject({ code, ...registration }), response: { 200: signedIn } } },
    async (request, reply) => {
      cookie.set(reply, await finishRecovery(deps, request.body.code, request.body.credential, visitorOf(request)))
      return { signedIn: true as const }
    },
  )

  app.post('/sign-out', { schema: { response: { 200: z.object({ signedIn: z.literal(false) }) } } }, async (request, reply) => {
    const secret = cookie.read(request)
    const owner = secret === undefined ? undefined : await deps.sessions.find(secret)
    cookie.clear(reply)
    if (owner !== undefined) {
      const { tenantId, session } = owner
      await endSession(deps, { tenantId, sessionId: session.sessionId }, 'admin.signed_out', adminActor(session, request.ip))
    }
    return { signedIn: false as const }
  })
}
