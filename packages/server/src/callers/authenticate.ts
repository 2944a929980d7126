import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction, onRequestHookHandler } from 'fastify'
import { type Actor, adminActor, userActor } from '../audit/actor.ts'
import { isAllowedAddress } from '../configuration/is-allowed-address.ts'
import type { Tenant, TenantDirectory } from '../configuration/tenant.ts'
import { ApiError, errorStatus, unauthorized } from '../errors/api-error.ts'
import { basicTenantId, basicUserName, bearerToken } from '../http/basic-credential.ts'
import { hashOfKey, keyIdOf } from '../keys/api-keys.ts'
import { claimedTenantId, type TokenClaims, verifyToken } from '../tokens/challenge-token.ts'
import type { KeyUses } from './key-uses.ts'
import type { RefusedKeys } from './refused-keys.ts'
import type { Role } from './role.ts'

/** The three APIs, by the credential they take. */
export type Scheme = 'secret_key' | 'management_key' | 'client'

/** The sender of a request. `token` is present when a client API request came with a Bearer token. */
export interface Caller {
  scheme: Scheme
  tenant: Tenant
  token?: TokenClaims
  /** Under the management API: what the key or the admin may do. */
  role?: Role
  /** Under the management API, when the cookie of a signed-in admin came instead of a key. */
  session?: CallerSession
}

/** The session of an admin in the portal. */
export interface CallerSession {
  sessionId: string
  adminId: string
  name: string
  /** Milliseconds UTC of the last use of a passkey in this session. */
  provenAt: number
}

/** Whose session a cookie names. */
export interface SessionOwner {
  tenantId: string
  role: Role
  session: CallerSession
}

export interface SessionFinder {
  /** What the session cookie of a request holds. */
  secretOf(request: FastifyRequest): string | undefined
  /** The session of this secret, if it is in force, which its admin has now used. */
  find(secret: string): Promise<SessionOwner | undefined>
  /** The same, and it counts as no use. */
  check(secret: string): Promise<SessionOwner | undefined>
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the API's `authenticate` hook before the handler runs. Read it through `tenantOf` and `clientOf`. */
    caller: Caller | null
  }
}

export interface AuthenticateDeps {
  tenants: TenantDirectory
  config: { issuer: string; publicUrl: string }
  sessions: SessionFinder
  refusedKeys: Pick<RefusedKeys, 'note'>
  keyUses: Pick<KeyUses, 'note'>
  clock: () => number
}

/**
 * Creates the hook that runs before everything under one API, unknown paths included: it sets the caller of a request, or refuses it. A credential
 * that is missing, garbage or of another API is refused in the same words. No I/O when the tenant is loaded.
 */
export function authenticate(scheme: Scheme, deps: AuthenticateDeps): onRequestHookHandler {
  const wwwAuthenticate = scheme === 'client' ? 'Bearer' : 'Basic realm="sallyport", charset="UTF-8"'

  function settle(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction, found: Found | Promise<Found>): void {
    if (found instanceof Promise) {
      found.then((value) => {
        // Nothing would ever tell the reader of the body that it broke off meanwhile. A wrong key is noted nevertheless.
        const isGone = request.raw.destroyed && !request.raw.complete
        if (isGone && !(value instanceof ApiError)) done(new Error('the client went away'))
        else settle(request, reply, done, value)
      }, done)
    } else if (found instanceof ApiError) {
      // A good key from a wrong address is no wrong key.
      if (found.code === 'unauthorized') noteRefusedKey(request, scheme, deps)
      if (errorStatus[found.code] === 401 && !isPageOfOurs(request)) reply.header('www-authenticate', wwwAuthenticate)
      done(found)
    } else {
      request.caller = { scheme, ...found }
      done()
    }
  }
  return (request, reply, done) => settle(request, reply, done, findCaller(request, scheme, deps))
}

/**
 * Why the credential of a request is refused, for a path that no hook runs for and for an answer without an end; `undefined` when it is valid or the path needs
 * none. A session does not live longer for it, and a key is not used by it.
 */
export async function findRefusal(request: FastifyRequest, deps: Omit<AuthenticateDeps, 'keyUses'>): Promise<ApiError | undefined> {
  const scheme = schemeOf(request.url)
  const sessions = { ...deps.sessions, find: deps.sessions.check }
  const unnoted = { ...deps, sessions, keyUses: { note() {} } }
  const found = scheme === undefined ? undefined : await findCaller(request, scheme, unnoted)
  if (!(found instanceof ApiError)) return undefined
  if (scheme !== undefined) noteRefusedKey(request, scheme, deps)
  return found
}

function schemeOf(path: string): Scheme | undefined {
  if (!path.startsWith('/v1/')) return undefined
  if (path.startsWith('/v1/client/')) return 'client'
  return path.startsWith('/v1/management/') ? 'management_key' : 'secret_key'
}

/** The caller, or the reason for refusing the credential: at once when the tenant is loaded. */
function findCaller(request: FastifyRequest, scheme: Scheme, deps: AuthenticateDeps): Found | Promise<Found> {
  return scheme === 'client' ? clientCaller(request, deps) : keyCaller(request, scheme, deps)
}

/** The caller that the hook has set. */
function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw unauthorized(new Error('route outside the authenticated APIs'))
  return request.caller
}

/** What the sender of a request under the management API may do. */
export function roleOf(request: FastifyRequest): Role {
  const { role } = callerOf(request)
  if (role === undefined) throw unauthorized(new Error('only callers of the management API have a role'))
  return role
}

/** The tenant whose credential came with the request. */
export function tenantOf(request: FastifyRequest): Tenant {
  return callerOf(request).tenant
}

/** The actor of the changes that a request makes: the API key or the admin it came with, or under the client API the user of the token. */
export function actorOf(request: FastifyRequest): Actor {
  const { scheme, tenant, token, session } = callerOf(request)
  if (session !== undefined) return adminActor(session, request.ip)
  if (scheme === 'client') {
    if (token === undefined) throw unauthorized(new Error('a request without a token has no actor'))
    return userActor(token.userId, request.ip)
  }
  const key = basicUserName(request.headers.authorization)
  if (key === undefined) throw unauthorized()
  const keyId = keyIdOf(hashOfKey(key))
  const name = tenant.keyNames.get(keyId)
  return { kind: scheme, id: keyId, ...(name === undefined ? {} : { name }), keyId, ipAddress: request.ip }
}

/** The caller of the client API: a tenant's application before the user is known, or the user of a token. */
export function clientOf(request: FastifyRequest): { tenant: Tenant; token: TokenClaims | undefined } {
  return { tenant: tenantOf(request), token: request.caller?.token }
}

/** As `clientOf`; refuses a request without a token. */
export function tokenOf(request: FastifyRequest): { tenant: Tenant; token: TokenClaims } {
  const { tenant, token } = clientOf(request)
  if (token === undefined) throw unauthorized()
  return { tenant, token }
}

/** The session of the admin who asks. Refuses a request that came with a key. */
export function sessionOf(request: FastifyRequest): { tenant: Tenant; session: CallerSession } {
  const { tenant, session } = callerOf(request)
  if (session === undefined) throw new ApiError('insufficient_scope', 'this is for admins who are signed in, not for API keys')
  return { tenant, session }
}

/** The session of the admin who asks; `undefined` when the request came with a key. */
export function optionalSessionOf(request: FastifyRequest): CallerSession | undefined {
  return callerOf(request).session
}

/** The sender of a request, or why they are refused. */
export type Found = Omit<Caller, 'scheme'> | ApiError

/** A key decides when both came: a cookie is only read in a request without an `Authorization` header. */
function keyCaller(request: FastifyRequest, scheme: 'secret_key' | 'management_key', deps: AuthenticateDeps): Found | Promise<Found> {
  if (scheme === 'management_key' && request.headers.authorization === undefined) {
    const found = sessionCaller(request, deps)
    if (found !== undefined) return found
  }
  if (request.headers.origin !== undefined) return keyInBrowser()
  const key = basicUserName(request.headers.authorization)
  if (key === undefined) return unauthorized()
  const owner = (tenant: Tenant | undefined) => ownerOfKey(tenant, request.ip)
  if (scheme === 'management_key') {
    return deps.tenants.findByManagementKey(key).then((tenant) => withRole(owner(tenant), key, deps))
  }
  const loaded = deps.tenants.peekBySecretKey(key)
  return loaded === undefined ? deps.tenants.findBySecretKey(key).then(owner) : owner(loaded)
}

/** `undefined`: no cookie names a session. */
function sessionCaller(request: FastifyRequest, deps: AuthenticateDeps): Found | Promise<Found> | undefined {
  const secret = deps.sessions.secretOf(request)
  if (secret === undefined) return undefined
  const { origin } = request.headers
  const mayLackOrigin = request.method === 'GET' || request.method === 'HEAD'
  const isFromPortal = origin === undefined ? mayLackOrigin : origin === new URL(deps.config.publicUrl).origin
  // AD-04: the browser adds the cookie by itself, whichever page asks.
  if (!isFromPortal) return pageNotAllowed()
  return deps.sessions.find(secret).then(async (found) => {
    const tenant = found && (await deps.tenants.find(found.tenantId))
    if (found === undefined || tenant === undefined) return unauthorized()
    return { tenant, role: found.role, session: found.session }
  })
}

/** Refuses what a page of another origin sends with the session of an admin. */
export function pageNotAllowed(): ApiError {
  return new ApiError('page_not_allowed', 'requests with the session of an admin must come from the page of the portal, at the public URL')
}

/** A browser would answer the question for a key with a dialog of its own, over the page that shows the sign-in. */
function isPageOfOurs({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'same-origin' && headers.authorization === undefined
}

function clientCaller(request: FastifyRequest, deps: AuthenticateDeps): Found | Promise<Found> {
  const { authorization } = request.headers
  const token = bearerToken(authorization)
  return findClient({ token, tenantId: token === undefined ? basicTenantId(authorization) : undefined }, deps)
}

/** The caller of the client API by a token, or without one by the id of the tenant; the reason for refusing it. At once when the tenant is loaded. */
export function findClient(
  { token, tenantId: named }: { token: string | undefined; tenantId: string | undefined },
  deps: Pick<AuthenticateDeps, 'tenants' | 'config' | 'clock'>,
): Found | Promise<Found> {
  const tenantId = token === undefined ? named : claimedTenantId(token)
  if (tenantId === undefined) return unauthorized()
  const loaded = deps.tenants.peek(tenantId)
  if (loaded !== undefined) return clientOfTenant(loaded, token, deps)
  return deps.tenants.find(tenantId).then((tenant) => (tenant === undefined ? unauthorized() : clientOfTenant(tenant, token, deps)))
}

function clientOfTenant(tenant: Tenant, token: string | undefined, deps: Pick<AuthenticateDeps, 'config' | 'clock'>): Found {
  if (token === undefined) return { tenant }
  const result = verifyToken(tenant, token, { issuer: deps.config.issuer, kinds: ['challenge', 'result'], at: deps.clock() })
  if (result.verified) return { tenant, token: result.claims }
  return result.reason === 'expired' ? new ApiError('expired_token', 'the token has expired') : unauthorized(new Error(result.reason))
}

/** The tenant of a key that is used from where the tenant allows it. */
function ownerOfKey(tenant: Tenant | undefined, address: string): Found {
  if (tenant === undefined) return unauthorized()
  if (tenant.keyRanges === undefined || isAllowedAddress(tenant.keyRanges, address)) return { tenant }
  return new ApiError('address_not_allowed', `the tenant does not accept API keys from \`${address}\``)
}

/** The holder of a management key, with what they may do. The key was now used. */
function withRole(found: Found, key: string, { keyUses }: AuthenticateDeps): Found {
  if (found instanceof ApiError) return found
  const keyHash = hashOfKey(key)
  const role = found.tenant.keyRoles.get(keyIdOf(keyHash))
  if (role === undefined) return unauthorized()
  keyUses.note(found.tenant.tenantId, keyHash)
  return { ...found, role }
}

/** A request without any credential has no wrong one. */
function noteRefusedKey(request: FastifyRequest, scheme: Scheme, { refusedKeys }: Pick<AuthenticateDeps, 'refusedKeys'>): void {
  const { authorization, origin } = request.headers
  if (scheme === 'client' || authorization === undefined) return
  const key = basicUserName(authorization)
  const keyHash = key === undefined ? undefined : hashOfKey(key)
  refusedKeys.note({ api: scheme, ipAddress: request.ip, keyHash, isFromBrowser: origin !== undefined })
}

/** A key that reached a browser is a leaked key (TN-04). */
function keyInBrowser(): ApiError {
  return new ApiError('unauthorized', 'API keys are for servers; this request came from a browser')
}
