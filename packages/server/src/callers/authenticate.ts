import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction, onRequestHookHandler } from 'fastify'
import { type Actor, userActor } from '../audit/actor.ts'
import { isAllowedAddress } from '../configuration/is-allowed-address.ts'
import type { Tenant, TenantDirectory } from '../configuration/tenant.ts'
import { ApiError, errorStatus, unauthorized } from '../errors/api-error.ts'
import { basicTenantId, basicUserName, bearerToken } from '../http/basic-credential.ts'
import { hashOfKey, keyIdOf } from '../keys/api-keys.ts'
import { claimedTenantId, type TokenClaims, verifyToken } from '../tokens/challenge-token.ts'
import type { RefusedKeys } from './refused-keys.ts'
import type { Role } from './role.ts'

/** The three APIs, by the credential they take. */
export type Scheme = 'secret_key' | 'management_key' | 'client'

/** The sender of a request. `token` is present when a client API request came with a Bearer token. */
export interface Caller {
  scheme: Scheme
  tenant: Tenant
  token?: TokenClaims
  /** What the sender may do: under the management API, always there. */
  role?: Role
  /** Present when the sender is an admin with a session cookie, and not a key. `provenAt`: when the passkey was last asked for. */
  session?: { sessionId: string; adminId: string; name: string; provenAt: number }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the API's `authenticate` hook before the handler runs. Read it through `tenantOf` and `clientOf`. */
    caller: Caller | null
  }
}

export interface AuthenticateDeps {
  tenants: TenantDirectory
  config: { issuer: string }
  refusedKeys: Pick<RefusedKeys, 'note'>
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
      if (errorStatus[found.code] === 401) reply.header('www-authenticate', wwwAuthenticate)
      done(found)
    } else {
      request.caller = { scheme, ...found }
      done()
    }
  }
  return (request, reply, done) => settle(request, reply, done, findCaller(request, scheme, deps))
}

/** Why the credential of a request is refused, for a path that no hook runs for; `undefined` when it is valid or the path needs none. */
export async function findRefusal(request: FastifyRequest, deps: AuthenticateDeps): Promise<ApiError | undefined> {
  const scheme = schemeOf(request.url)
  const found = scheme === undefined ? undefined : await findCaller(request, scheme, deps)
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

/** The actor of the changes that a request makes: the API key it came with, or under the client API the user of the token. */
export function actorOf(request: FastifyRequest): Actor {
  const { scheme, tenant, token } = callerOf(request)
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

type Found = Omit<Caller, 'scheme'> | ApiError

function keyCaller(request: FastifyRequest, scheme: 'secret_key' | 'management_key', deps: AuthenticateDeps): Found | Promise<Found> {
  if (request.headers.origin !== undefined) return keyInBrowser()
  const key = basicUserName(request.headers.authorization)
  if (key === undefined) return unauthorized()
  const owner = (tenant: Tenant | undefined) => ownerOfKey(tenant, request.ip)
  if (scheme === 'management_key') {
    return deps.tenants.findByManagementKey(key).then((tenant) => withRole(owner(tenant), key))
  }
  const loaded = deps.tenants.peekBySecretKey(key)
  return loaded === undefined ? deps.tenants.findBySecretKey(key).then(owner) : owner(loaded)
}

function clientCaller(request: FastifyRequest, deps: AuthenticateDeps): Found | Promise<Found> {
  const { authorization } = request.headers
  const token = bearerToken(authorization)
  const tenantId = token === undefined ? basicTenantId(authorization) : claimedTenantId(token)
  if (tenantId === undefined) return unauthorized()
  const loaded = deps.tenants.peek(tenantId)
  if (loaded !== undefined) return clientOfTenant(loaded, token, deps)
  return deps.tenants.find(tenantId).then((tenant) => (tenant === undefined ? unauthorized() : clientOfTenant(tenant, token, deps)))
}

function clientOfTenant(tenant: Tenant, token: string | undefined, deps: AuthenticateDeps): Found {
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

/** The holder of a management key, with what they may do. */
function withRole(found: Found, key: string): Found {
  if (found instanceof ApiError) return found
  const role = found.tenant.keyRoles.get(keyIdOf(hashOfKey(key)))
  return role === undefined ? unauthorized() : { ...found, role }
}

/** A request without any credential has no wrong one. */
function noteRefusedKey(request: FastifyRequest, scheme: Scheme, { refusedKeys }: AuthenticateDeps): void {
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
