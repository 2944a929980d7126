import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import type { App } from './app-type.ts'

/** The connection of a request for a WebSocket. */
export interface Upgrade {
  request: IncomingMessage
  socket: Duplex
  /** What the client sent right behind its request. */
  head: Buffer
}

const waiting = new WeakMap<IncomingMessage, { upgrade: Upgrade; response: ServerResponse }>()
/** How long a client may take to read why it gets no WebSocket, milliseconds. */
const lingerMs = 1_000

/**
 * Whether a request asks for a WebSocket. Every other upgrade is ignored and the request answered as usual: some HTTP clients offer `h2c` with each request, and
 * the body of a request that was upgraded is lost.
 */
export function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}

/** Routes requests for WebSockets as all others, so that they pass the same hooks and are refused in the same words. A route takes one with `takeUpgrade`. */
export function routeUpgrades(app: App): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // The peer may go away at any time.
    socket.on('error', () => socket.destroy())
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket as never)
    waiting.set(request, { upgrade: { request, socket, head }, response })
    response.once('finish', () => {
      const linger = setTimeout(() => socket.destroy(), lingerMs).unref()
      socket.once('close', () => clearTimeout(linger))
      socket.end()
    })
    app.routing(request, response)
  })
}

/** Takes the connection of a request away from HTTP: nothing is answered from here on. Refuses a request that asked for no WebSocket. */
export function takeUpgrade({ raw }: FastifyRequest): Upgrade {
  const found = waiting.get(raw)
  if (found === undefined) {
    throw new ApiError('invalid_request', 'this is a WebSocket: connect with `Upgrade: websocket`, which a reverse proxy has to pass on')
  }
  waiting.delete(raw)
  const { upgrade, response } = found
  response.detachSocket(upgrade.socket as never)
  // For whoever counts requests in progress, this one is over.
  response.emit('close')
  return upgrade
}
