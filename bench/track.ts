import { load, percentile } from './http-load.ts'
import { type PeerProcess, startPeer } from './peer-process.ts'
import { createRules, firstRequests, keys, trackRequests } from './tracked-requests.ts'

const users = Number(process.env.BENCH_USERS ?? 100_000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const seconds = Number(process.env.BENCH_SECONDS ?? 4)
const connections = 64

const peers: Record<string, PeerProcess> = {
  track: await startPeer('sallyport-server.ts', [], keys),
  durable: await startPeer('durable-echo.ts'),
  plain: await startPeer('durable-echo.ts', ['--plain']),
}
try {
  if (process.env.BENCH_RULES !== '0') await createRules(peers.track as PeerProcess, 20)
  const first = firstRequests(users)
  let left = users
  while (left > 0) {
    const result = await load({ port: peers.track?.port ?? 0, connections, seconds: 2, nextRequest: first })
    left -= result.requests
    console.log('seed', result.rate.toFixed(0), left)
  }
  const rates: Record<string, number[]> = { track: [], durable: [], plain: [] }
  for (let round = 0; round < rounds; round++) {
    for (const [name, peer] of Object.entries(peers)) {
      const result = await load({ port: peer.port, connections, seconds, nextRequest: trackRequests(users, round + 1) })
      rates[name]?.push(result.rate)
      console.log(
        name,
        result.rate.toFixed(0),
        'p50',
        percentile(result.latencies, 0.5).toFixed(2),
        'p99',
        percentile(result.latencies, 0.99).toFixed(2),
      )
    }
  }
  const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
  const medians = Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)]))
  console.log(medians, 'ratio', (medians.track ?? 0) / (medians.durable ?? 1))
  for (const [name, peer] of Object.entries(peers)) {
    const rate = (medians[name] ?? 0) * 0.7
    const result = await load({ port: peer.port, connections, seconds: 8, rate, nextRequest: trackRequests(users, 99) })
    console.log(
      name,
      'at 70%',
      rate.toFixed(0),
      'p50',
      percentile(result.latencies, 0.5).toFixed(2),
      'p99',
      percentile(result.latencies, 0.99).toFixed(2),
    )
  }
} finally {
  for (const peer of Object.values(peers)) await peer.stop()
}
