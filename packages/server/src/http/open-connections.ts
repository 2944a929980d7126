import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { App } from './app-type.ts'

/** Open connections, each with the answer under way. */
export type OpenConnections = ReadonlyMap<Socket, ServerResponse | undefined>

/**
 * Keeps the open connections of the server.
 *
 * A map of connections, not a set of answers: that would be copied again and again, and V8 would keep every copy, with the answers in it, until it collects the
 * whole heap (`docs/benchmarks/way-in-and-out.md`).
 */
export function watchConnections({ server }: Pick<App, 'server'>): OpenConnections {
  const answers = new Map<Socket, ServerResponse | undefined>()

  function onClose(this: ServerResponse): void {
    const { socket } = this.req
    if (answers.get(socket) === this) answers.set(socket, undefined)
  }

  server.on('connection', (socket: Socket) => {
    answers.set(socket, undefined)
    socket.once('close', () => answers.delete(socket))
  })
  server.on('request', (request, response: ServerResponse) => {
    if (!answers.has(request.socket)) return
    answers.set(request.socket, response)
    response.on('close', onClose)
  })
  return answers
}
