import { createServer } from 'node:net'

export interface HeldPort {
  /** The port that is held: the one asked for, or a free one instead of 0. */
  port: number
  /** Frees the port for the server that is about to listen on it. A second call does nothing. */
  release(): Promise<void>
}

/**
 * Takes a port before anything is created, so that a start on a port in use changes nothing, and the public URL is known. Connections that arrive
 * meanwhile are closed.
 */
export function holdPort(port: number, host: string): Promise<HeldPort> {
  return new Promise((resolve, reject) => {
    const holder = createServer((socket) => socket.destroy())
    holder.once('error', reject)
    holder.listen(port, host, () => {
      const address = holder.address()
      const taken = typeof address === 'object' && address !== null ? address.port : port
      let released: Promise<void> | undefined
      const close = () => new Promise<void>((closed) => holder.close(() => closed()))
      resolve({
        port: taken,
        release() {
          released ??= close()
          return released
        },
      })
    })
  })
}
