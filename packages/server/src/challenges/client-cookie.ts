import type { FastifyReply, FastifyRequest } from 'fastify'
import { mayUseCookies } from '../callers/cross-origin.ts'
import { readCookie } from '../http/read-cookie.ts'

/**
 * The cookie of browsers that asked for one (`useCookies`, the `/web` paths): the id of the open challenge, and after a passed one the token. Scripts
 * cannot read it. It names a challenge and never authenticates: the `Authorization` header still says who asks. Pages that the tenant does not expect
 * neither bring it nor get it, so none of them can exchange the challenge of a visitor.
 */
const name = 'sallyport-client'
const path = '/v1/client'

export interface CookieSite {
  /** Decides whether the cookie can be `Secure`. */
  publicUrl: string
}

export function setClientCookie(reply: FastifyReply, site: CookieSite, value: string, maxAgeSeconds: number): void {
  if (!mayUseCookies(reply.request)) return
  // Browsers take `SameSite=None` only together with `Secure`, and over http only on the same site.
  const protection = site.publicUrl.startsWith('https:') ? 'Secure; SameSite=None' : 'SameSite=Lax'
  reply.header('set-cookie', `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; ${protection}`)
}

/** The challenge id a browser was given. `undefined` for anything that cannot be one, such as a token. */
export function challengeIdFromCookie(request: FastifyRequest): string | undefined {
  const value = cookieOf(request)
  return value !== undefined && /^[A-Za-z0-9_-]{1,4096}$/.test(value) ? value : undefined
}

/** The browser works with cookies. */
export function hasClientCookie(request: FastifyRequest): boolean {
  return cookieOf(request) !== undefined
}

function cookieOf(request: FastifyRequest): string | undefined {
  return mayUseCookies(request) ? readCookie(request.headers.cookie, name) : undefined
}
