import type { FastifyReply, FastifyRequest } from 'fastify'
import { jsonHeaders } from './answer-headers.ts'
import { toErrorReply } from './error-reply.ts'

/** Why the credential of a request is refused; `undefined` for a valid one, or where none is needed. */
export type FindRefusal = (request: FastifyRequest) => Promise<unknown>

/**
 * Answers a path that the router cannot read (broken percent-encoding, an endless parameter). No hook runs for such a path, so the credential is
 * checked here: a caller without one learns nothing about the path.
 */
export async function refuseUnroutable(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  findRefusal: FindRefusal,
): Promise<void> {
  const refusal = await findRefusal(request).catch((reason: unknown) => reason)
  const { status, body } = toErrorReply(refusal ?? error, request.id)
  const text = JSON.stringify(body)
  reply.hijack()
  reply.raw.writeHead(status, { ...jsonHeaders, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
}
