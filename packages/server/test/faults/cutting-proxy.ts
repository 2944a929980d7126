import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A connection between a server and its database that can be cut. */
export interface CuttingProxy {
  port: number
  /** Cuts what is open and lets nothing new through, until `repair`. */
  down(): void
  /** Lets nothing through, and says nothing of it. */
  stall(): void
  repair(): void
  /**
   * The next so many times that a client says this, its connection is cut: before the database hears it, or after it has answered and before the client hears
   * that.
   */
  cutWhen(said: string, times: number, when: 'unheard' | 'unanswered'): void
  /** How often that happened. */
  cuts(): number
  close(): Promise<void>
}

export async function createCuttingProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let mode: 'open' | 'down' | 'stalled' = 'open'
  let cut: { said: string; times: number; when: 'unheard' | 'unanswered' } | undefined

  let cuts = 0

  const server = createServer((client) => {
    const database = connect(target)
    const pair = [client, database] as const
    pairs.add(pair)
    let isCut = false
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      database.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end).setNoDelay(true)
    if (mode === 'down') return end()
    client.on('data', (chunk) => {
      if (mode === 'stalled') return
      if (cut !== undefined && cut.times > 0 && chunk.includes(cut.said)) {
        cut.times -= 1
        cuts += 1
        if (cut.when === 'unheard') return end()
        isCut = true
      }
      database.write(chunk)
    })
    database.on('data', (chunk) => {
      if (isCut) return end()
      if (mode !== 'stalled') client.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()

  function endAll(): void {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    down() {
      mode = 'down'
      endAll()
    },
    stall() {
      mode = 'stalled'
    },
    repair() {
      // Data that came in while the proxy was stalled is lost. A client that waits for it would wait for ever.
      if (mode === 'stalled') endAll()
      mode = 'open'
      cut = undefined
    },
    cutWhen(said, times, when) {
      cut = { said, times, when }
    },
    cuts: () => cuts,
    async close() {
      endAll()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
