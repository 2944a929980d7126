import { keys, openBank, trackRequests } from './bank.ts'
import { load } from './http-load.ts'
import { inTurns, median, toRow } from './in-turns.ts'
import { startPeer } from './peer-process.ts'
import type { BenchOptions, Measured } from './row.ts'

const connections = 64
/** Of each of the two servers. */
const mostUsers = 20_000

/** Measures `track` with the read side and without it, in turns, on the embedded store. */
export async function measureReadSideCost({ rounds, seconds, users: asked }: BenchOptions): Promise<Measured> {
  const users = Math.min(asked, mostUsers)
  const [withIt, without] = await Promise.all([
    startPeer('sallyport-server.ts', [], keys),
    startPeer('sallyport-server.ts', [], { ...keys, BENCH_READ_SIDE: 'off' }),
  ])
  try {
    for (const peer of [withIt, without]) await openBank(peer, users)
    let seed = Date.now() % 1_000_000_000
    const cpu: Record<'withIt' | 'without', number[]> = { withIt: [], without: [] }
    const turn = async (name: keyof typeof cpu) => {
      const peer = name === 'withIt' ? withIt : without
      const before = await peer.usage()
      const { requests, rate } = await load({ port: peer.port, connections, seconds, nextRequest: trackRequests(users, seed++) })
      // What is folded after the last request belongs to the turn, too.
      if (name === 'withIt') await untilFolded(peer.port)
      cpu[name].push(((await peer.usage()).cpu - before.cpu) / requests)
      return rate
    }
    const rates = await inTurns(rounds, { withIt: () => turn('withIt'), without: () => turn('without') })
    const [ours, theirs] = [median(cpu.withIt), median(cpu.without)]
    return {
      rows: [
        toRow(
          {
            name: `\`track\` over HTTP with the read side, ${users.toLocaleString('en')} users`,
            peer: 'without it',
            unit: 'requests/s',
            atLeast: 0.95,
            note: `processor time of a request, with all that is folded: ${ours.toFixed(0)} µs against ${theirs.toFixed(0)} µs`,
          },
          rates.withIt ?? [],
          rates.without ?? [],
        ),
      ],
    }
  } finally {
    await Promise.all([withIt.stop(), without.stop()])
  }
}

async function untilFolded(port: number): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    if (Number(/^sallyport_read_side_lag_seconds\{of="events"\} (.+)$/m.exec(metrics)?.[1] ?? 0) === 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
