import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { ApiError } from '../errors/api-error.ts'
import type { App } from './app-type.ts'
import { toErrorReply } from './error-reply.ts'

export interface Budget {
  /** Names the requests that it is for in the log. */
  name: string
  /** The most requests in progress at once. */
  max: number
  /** Milliseconds without progress after which a client that does not read a large answer is cut off. */
  unreadMs: number
}

const refusal = new ApiError('unavailable', 'the server is busy, try again shortly', { retryAfterSeconds: 1 })
const logIntervalMs = 10_000
/** Shorter answers fit into the buffers of the system: the request is over when it is answered, whether the client reads or not. */
const largeAnswer = 64 * 1024

const isHeld = Symbol('is held')

/**
 * An answer whose request holds a place. A mark on it, not a set of answers: what each request adds to a set and deletes from it again, V8 keeps until it collects
 * the whole heap (`docs/benchmarks/way-in-and-out.md`).
 */
interface MarkedAnswer extends ServerResponse {
  [isHeld]?: boolean
}

/**
 * Sheds load above `max` requests in progress at once under `scope`: further ones are answered 503 at once.
 *
 * A request is in progress while the server works for it: while its credential is checked, and from the moment its body is complete until it is
 * answered. A client that sends nothing takes no place from others, and one that does not read holds a place only while a large answer waits for it.
 *
 * INVARIANT: refusing a request costs little, and writes no log line of its own: a server that is too busy does not get busier by saying so.
 */
export function limitInFlight(scope: App, { log }: { log: Logger }, { name, max, unreadMs }: Budget): void {
  let inFlight = 0
  let refused = 0
  let loggedAt = Number.NEGATIVE_INFINITY

  function hold(answer: MarkedAnswer): boolean {
    if (inFlight >= max) return false
    inFlight += 1
    answer[isHeld] = true
    return true
  }

  function release(answer: MarkedAnswer): void {
    if (answer[isHeld] !== true) return
    answer[isHeld] = false
    inFlight -= 1
  }

  // `close` comes once for every response, also when the client went away before it.
  function onClose(this: ServerResponse): void {
    release(this)
  }

  function refuse(request: FastifyRequest, reply: FastifyReply): void {
    refused += 1
    const now = performance.now()
    if (now - loggedAt >= logIntervalMs) {
      log.warn({ refused, maxInFlight: max, api: name }, 'requests were refused because too many are in progress')
      loggedAt = now
      refused = 0
    }
    const { status, body, retryAfterSeconds } = toErrorReply(refusal, request.id)
    reply.code(status).header('retry-after', String(retryAfterSeconds)).type('application/json').send(JSON.stringify(body))
  }

  scope.addHook('onRequest', (request, reply, done) => {
    if (!hold(reply.raw)) return refuse(request, reply)
    reply.raw.on('close', onClose)
    done()
  })
  scope.addHook('preParsing', (request, reply, _payload, done) => {
    if (hasBody(request)) release(reply.raw)
    done()
  })
  scope.addHook('preValidation', (request, reply, done) => {
    const answer: MarkedAnswer = reply.raw
    if (answer[isHeld] !== true && !hold(answer)) return refuse(request, reply)
    done()
  })
  scope.addHook('onSend', (request, reply, payload, done) => {
    if (lengthOf(payload) < largeAnswer) release(reply.raw)
    // The mocked connection of a test has no time-out.
    else if (request.raw.socket instanceof Socket) cutOffUnread(reply.raw, request.raw.socket, unreadMs)
    done()
  })
}

/** A stream may pause because its next part is still being made: then nothing waits to be read. */
function cutOffUnread(raw: ServerResponse, socket: Socket, unreadMs: number): void {
  raw.setTimeout(unreadMs, () => {
    if (socket.writableLength > 0) socket.destroy()
  })
}

function hasBody({ headers }: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers
  return encoding !== undefined || (length !== undefined && length !== '0')
}

function lengthOf(payload: unknown): number {
  if (payload == null) return 0
  return typeof payload === 'string' || payload instanceof Uint8Array ? payload.length : Number.POSITIVE_INFINITY
}
