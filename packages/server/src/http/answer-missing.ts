import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import type { AllowedMethods } from './allowed-methods.ts'

/** Clients are often given the address of the server without it. */
const outside = 'no such resource: the paths of the API begin with `/v1`'

/** Answers what no route took: an authenticated OPTIONS with the methods there are, another method with 405, and else 404. */
export function answerMissing(allowedMethods: AllowedMethods) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = ''] = request.url.split('?', 1)
    const allowed = allowedMethods(path)
    if (allowed.length === 0) throw new ApiError('not_found', path.startsWith('/v1/') ? 'no such resource' : outside)
    reply.header('allow', allowed.join(', '))
    if (request.method === 'OPTIONS') return reply.code(204).send()
    throw new ApiError('method_not_allowed', `this resource allows ${allowed.join(', ')}`)
  }
}
