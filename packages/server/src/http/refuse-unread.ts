import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'

/**
 * Refuses query parameters and members of a body on a route that takes none. A hook for an API whose schemas are strict, so that a mistyped `dryRun` never
 * becomes a change.
 */
export async function refuseUnread(request: FastifyRequest): Promise<void> {
  const { schema } = request.routeOptions
  const unread = [
    ...(schema?.querystring === undefined ? Object.keys(request.query ?? {}) : []),
    ...(schema?.body === undefined ? Object.keys(request.body ?? {}) : []),
  ]
  if (unread.length === 0) return
  throw new ApiError('invalid_request', `this path does not take ${unread.map((name) => `\`${name.slice(0, 64)}\``).join(', ')}`)
}
