import { keys, openBank, ruleCount, trackRequests } from '../bank.ts'
import { load, percentile } from '../http-load.ts'
import { inTurns, median, toRow } from '../in-turns.ts'
import { type PeerProcess, startPeer } from '../peer-process.ts'
import type { BenchOptions, Measured, Section } from '../row.ts'

const connections = 64

/**
 * Measures `track` over HTTP against the durable echo: throughput with one request in progress per connection, then latency at 70 % of each
 * server's own throughput.
 */
export async function track({ rounds, seconds, users }: BenchOptions): Promise<Measured> {
  const [ours, durable, plain] = await Promise.all([
    startPeer('sallyport-server.ts', [], keys),
    startPeer('durable-echo.ts'),
    startPeer('durable-echo.ts', ['--plain']),
  ])
  const peers = { ours, durable, plain }
  try {
    await openBank(ours, users)
    let seed = 0
    const cpu: Record<keyof typeof peers, number[]> = { ours: [], durable: [], plain: [] }
    async function throughput(name: keyof typeof peers): Promise<number> {
      const peer = peers[name]
      const before = await peer.usage()
      seed++
      const result = await load({ port: peer.port, connections, seconds, nextRequest: trackRequests(users, seed) })
      const after = await peer.usage()
      cpu[name].push((after.cpu - before.cpu) / result.requests)
      return result.rate
    }
    const rates = await inTurns(rounds, {
      ours: () => throughput('ours'),
      durable: () => throughput('durable'),
      plain: () => throughput('plain'),
    })
    const { ours: ourRates = [], durable: durableRates = [], plain: plainRates = [] } = rates

    async function latency(peer: PeerProcess, rate: number): Promise<number> {
      seed++
      const nextRequest = trackRequests(users, seed)
      const { latencies } = await load({ port: peer.port, connections, seconds, rate: rate * 0.7, nextRequest })
      return percentile(latencies, 0.99)
    }
    const p99 = await inTurns(rounds, {
      ours: () => latency(ours, median(ourRates)),
      durable: () => latency(durable, median(durableRates)),
    })
    const { rss } = await ours.usage()
    const [oursCpu, durableCpu, plainCpu] = [median(cpu.ours), median(cpu.durable), median(cpu.plain)]
    const crowd = `${users.toLocaleString('en')} users`
    return {
      rows: [
        toRow(
          {
            name: `\`track\` over HTTP, durable, ${ruleCount} rules, ${crowd}`,
            peer: 'durable echo',
            unit: 'requests/s',
            atLeast: 0.4,
            note: `${connections} connections; processor time a request ${oursCpu.toFixed(0)} µs against ${durableCpu.toFixed(0)} µs, ratio ${(durableCpu / oursCpu).toFixed(2)}`,
          },
          ourRates,
          durableRates,
        ),
        toRow({ name: 'the same', peer: 'plain echo', unit: 'requests/s', note: 'for information' }, ourRates, plainRates),
        toRow(
          {
            name: '`track`, slowest hundredth (p99) at 70 % load',
            peer: 'durable echo at 70 % of its own capacity',
            unit: 'ms',
            atMost: 3,
            note: 'measured from the time a request was due',
          },
          p99.ours ?? [],
          p99.durable ?? [],
        ),
      ],
      sections: [costs({ '`track`': oursCpu, 'durable echo': durableCpu, 'plain echo': plainCpu }, rss)],
    }
  } finally {
    for (const peer of Object.values(peers)) await peer.stop()
  }
}

function costs(cpu: Record<string, number>, rss: number): Section {
  return {
    title: 'Processor time of a request',
    text: `User and system time of all threads of the server process. The server used ${(rss / 1e6).toFixed(0)} MB at the end.`,
    table: { head: ['', 'µs'], rows: Object.entries(cpu).map(([name, microseconds]) => [name, microseconds.toFixed(0)]) },
  }
}
