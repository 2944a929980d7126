import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AuthenticateDeps, findCaller, type Scheme } from '../callers/authenticate.ts'
import { jsonHeaders } from './answer-headers.ts'
import { toErrorReply } from './error-reply.ts'

/**
 * Answers a path that the router can not read (broken percent-encoding, an endless parameter). No hook runs for it, so the credential is
 * asked for here: who has none learns nothing about the path.
 */
export async function refuseUnroutable(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  deps: AuthenticateDeps,
): Promise<void> {
  const scheme = schemeOf(request.url)
  const found =
    scheme === undefined ? undefined : await Promise.resolve(findCaller(request, scheme, deps)).catch((reason: unknown) => reason)
  const refused = found instanceof Error ? found : error
  const { status, body } = toErrorReply(refused, request.id)
  const text = JSON.stringify(body)
  reply.hijack()
  reply.raw.writeHead(status, { ...jsonHeaders, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
}

function schemeOf(path: string): Scheme | undefined {
  if (!path.startsWith('/v1/')) return undefined
  if (path.startsWith('/v1/client/')) return 'client'
  return path.startsWith('/v1/management/') ? 'management_key' : 'secret_key'
}
