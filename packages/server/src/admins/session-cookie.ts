import type { FastifyReply, FastifyRequest } from 'fastify'
import { readCookie } from '../http/read-cookie.ts'
import { sessionLifetimeMs } from './session-lifetime.ts'

/**
 * The cookie that holds the secret of an admin's session. Scripts cannot read it, no other site can have it sent, and on https no other host of the domain
 * can set it (`__Host-`). Browsers take that prefix only together with `Secure`, so a portal on http://localhost has the plain name.
 */
export interface SessionCookie {
  read(request: FastifyRequest): string | undefined
  set(reply: FastifyReply, secret: string): void
  clear(reply: FastifyReply): void
}

export function sessionCookie(publicUrl: string): SessionCookie {
  const isSecure = publicUrl.startsWith('https:')
  const name = isSecure ? '__Host-sallyport' : 'sallyport'
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
  const send = (reply: FastifyReply, value: string, seconds: number) =>
    void reply.header('set-cookie', `${name}=${value}; Max-Age=${seconds}; ${attributes}`)
  return {
    read(request) {
      const value = readCookie(request.headers.cookie, name)
      return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
    },
    set: (reply, secret) => send(reply, secret, sessionLifetimeMs / 1000),
    clear: (reply) => send(reply, '', 0),
  }
}
