import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { App } from './app-type.ts'

/** Between looks at connections that have become idle while the server drains. */
const sweepMs = 20

/**
 * Makes `app.close()` end as soon as the last request under way is answered.
 *
 * From then on every answer says `Connection: close`, and connections without a request are closed at once: kept-alive ones, and those that have not
 * sent anything yet, which Node counts as busy (browsers open such connections in advance).
 */
export function drainConnections(app: App): void {
  const server = app.server as Server
  /**
   * Open connections, each with the answer under way. A set of answers would be copied again and again, and V8 would keep every copy, with the answers in it, until
   * it collects the whole heap (`docs/benchmarks/way-in-and-out.md`).
   */
  const answers = new Map<Socket, ServerResponse | undefined>()
  let isDraining = false

  function onClose(this: ServerResponse): void {
    const { socket } = this.req
    if (answers.get(socket) === this) answers.set(socket, undefined)
  }

  server.on('connection', (socket: Socket) => {
    answers.set(socket, undefined)
    socket.once('close', () => answers.delete(socket))
  })
  server.on('request', (request, response: ServerResponse) => {
    if (isDraining) response.shouldKeepAlive = false
    if (!answers.has(request.socket)) return
    answers.set(request.socket, response)
    response.on('close', onClose)
  })

  function closeIdle(): void {
    server.closeIdleConnections()
    for (const socket of answers.keys()) if (socket.bytesRead === 0) socket.destroy()
  }

  app.addHook('preClose', (done) => {
    isDraining = true
    // An answer whose headers are already on their way ends as an idle connection, and the next sweep finds it.
    for (const response of answers.values()) if (response !== undefined) response.shouldKeepAlive = false
    closeIdle()
    const sweeping = setInterval(closeIdle, sweepMs)
    server.once('close', () => clearInterval(sweeping))
    done()
  })
}
