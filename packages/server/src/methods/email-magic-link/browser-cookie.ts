import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { mayUseCookies } from '../../callers/cross-origin.ts'
import { codeLifetimeMs } from '../../challenges/one-time-codes.ts'
import { readCookie } from '../../http/read-cookie.ts'

/** Decides by its scheme what protects the cookie. */
interface Site {
  publicUrl: string
}

/**
 * Marks the browser that asks for a link, so that the page behind the link recognises it: a cookie of this server that lives as long as the link. The page of the
 * application is usually on another origin, and a browser keeps the cookie only if that page is on the same site, or sends its requests with credentials and the
 * browser allows cookies of third parties. So most browsers are not recognised there, and their users type a code.
 *
 * Returns what the browser is recognised by; `undefined` where it gets no cookie.
 */
export function markBrowser(request: FastifyRequest, reply: FastifyReply, site: Site): string | undefined {
  if (!mayUseCookies(request)) return undefined
  const mark = markedBrowser(request, site) ?? randomBytes(16).toString('base64url')
  // Of another site, browsers take a cookie only as `SameSite=None`, and that only together with `Secure`.
  const protection = isSecure(site) ? 'Secure; SameSite=None' : 'SameSite=Lax'
  reply.header('set-cookie', `${nameOf(site)}=${mark}; Path=/; Max-Age=${codeLifetimeMs / 1000}; HttpOnly; ${protection}`)
  return mark
}

/** What a browser is recognised by. `undefined`: it did not ask for a link lately, or keeps no cookie. */
export function markedBrowser({ headers }: Pick<FastifyRequest, 'headers'>, site: Site): string | undefined {
  const mark = readCookie(headers.cookie, nameOf(site))
  return mark !== undefined && /^[A-Za-z0-9_-]{22}$/.test(mark) ? mark : undefined
}

/** INVARIANT: with the prefix, no other host can plant the cookie, not even a sibling below the same domain. */
function nameOf(site: Site): string {
  return isSecure(site) ? '__Host-sallyport-browser' : 'sallyport-browser'
}

function isSecure({ publicUrl }: Site): boolean {
  return publicUrl.startsWith('https:')
}
