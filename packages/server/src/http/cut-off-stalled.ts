import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { App } from './app-type.ts'
import type { OpenConnections } from './open-connections.ts'

/**
 * Closes a connection on which nothing moves for the time-out of the server, but only if its client is the one who stands still: it sends no more of its request, does not
 * read its answer, or asks for nothing. While the server works for it, as for a long backtest, it waits.
 */
export function cutOffStalled(app: App, connections: OpenConnections): void {
  const server = app.server as Server
  // With a listener, Node leaves the connection to it.
  server.on('timeout', (socket: Socket) => {
    const isWorking = connections.get(socket)?.req.complete === true && socket.writableLength === 0
    if (!isWorking) socket.destroy()
  })
}
