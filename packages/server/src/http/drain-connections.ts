import type { Server, ServerResponse } from 'node:http'
import type { App } from './app-type.ts'
import type { OpenConnections } from './open-connections.ts'

/** Between looks at connections that have become idle while the server drains. */
const sweepMs = 20

/**
 * Makes `app.close()` end as soon as the last request under way is answered.
 *
 * From then on every answer says `Connection: close`, and connections without a request are closed at once: kept-alive ones, and those that have not
 * sent anything yet, which Node counts as busy (browsers open such connections in advance).
 */
export function drainConnections(app: App, connections: OpenConnections): void {
  const server = app.server as Server

  function closeIdle(): void {
    server.closeIdleConnections()
    for (const socket of connections.keys()) if (socket.bytesRead === 0) socket.destroy()
  }

  app.addHook('preClose', (done) => {
    server.on('request', (_request, response: ServerResponse) => {
      response.shouldKeepAlive = false
    })
    // An answer whose headers are already on their way ends as an idle connection, and the next sweep finds it.
    for (const response of connections.values()) if (response !== undefined) response.shouldKeepAlive = false
    closeIdle()
    const sweeping = setInterval(closeIdle, sweepMs)
    server.once('close', () => clearInterval(sweeping))
    done()
  })
}
