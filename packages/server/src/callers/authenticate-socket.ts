import type { onRequestHookHandler } from 'fastify'
import { expectedOrigins } from '../configuration/expected-origins.ts'
import { ApiError } from '../errors/api-error.ts'
import { type AuthenticateDeps, findClient } from './authenticate.ts'

/** The sub-protocol that is spoken. Browsers drop a connection on which the server selects none of those they offered. */
export const socketProtocol = 'authsignal-ws'

const tokenPrefix = 'x.authsignal.token.'
const tenantPrefix = 'x.authsignal.tenant.'

/**
 * Creates the hook that runs before a WebSocket is opened: it sets the caller of the request, or refuses it. A page cannot set headers on a WebSocket, so the
 * credential of the client API comes as a sub-protocol, which unlike the address of the request is in no log.
 *
 * No browser asks beforehand whether a page may open a WebSocket, so a page that the tenant does not expect is refused here. A tenant that expects no page in
 * particular takes all of them.
 */
export function authenticateSocket(deps: Pick<AuthenticateDeps, 'tenants' | 'config' | 'clock'>): onRequestHookHandler {
  return async (request) => {
    const { origin } = request.headers
    const offered = protocolsIn(request.headers['sec-websocket-protocol'])
    if (!offered.includes(socketProtocol)) {
      throw new ApiError('invalid_request', `this is a WebSocket with the sub-protocol \`${socketProtocol}\``)
    }
    const token = behind(offered, tokenPrefix)
    const found = await findClient({ token, tenantId: behind(offered, tenantPrefix) }, deps)
    if (found instanceof ApiError) throw found
    const expected = expectedOrigins(found.tenant)
    if (origin !== undefined && expected.size > 0 && !expected.has(origin)) {
      throw new ApiError(
        'origin_not_allowed',
        `the tenant does not expect pages of \`${origin}\`: add it to \`expectedOrigins\` of a verification method`,
      )
    }
    request.caller = { scheme: 'client', ...found }
  }
}

function protocolsIn(header: string | undefined): string[] {
  return (header ?? '').split(',').map((protocol) => protocol.trim())
}

function behind(offered: readonly string[], prefix: string): string | undefined {
  return offered.find((protocol) => protocol.startsWith(prefix))?.slice(prefix.length)
}
