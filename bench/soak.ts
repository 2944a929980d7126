import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { keys, openBank, trackRequests } from './bank.ts'
import { drawPlot } from './draw-plot.ts'
import { type LoadResult, load, percentile } from './http-load.ts'
import { type PeerProcess, startPeer } from './peer-process.ts'

// node bench/soak.ts [minutes]: tracks at 70 % of what the server can do, and shows that its memory stays where it is. Writes docs/images/soak.svg.

interface Sample {
  minute: number
  rate: number
  p50: number
  p99: number
  rssMb: number
  heapMb: number
}

const users = 100_000
const connections = 64
const intervalSeconds = 15
/** The first part fills caches and lets the collector find its size. */
const settlingShare = 1 / 3
const mostPoints = 12

const minutes = Number(process.argv[2] ?? 30)
if (!(minutes > 0)) throw new Error('the argument is a number of minutes')
const server = await startPeer('sallyport-server.ts', [], keys)
try {
  await openBank(server, users)
  const { rate: capacity } = await load({ port: server.port, connections, seconds: 10, nextRequest: trackRequests(users, 1) })
  console.log(`${Math.round(capacity)} tracks/s as fast as it can; ${minutes} minutes at 70 % of it`)
  const samples = await soak(server, capacity * 0.7)
  const growth = slope(samples.slice(Math.floor(samples.length * settlingShare)))
  console.log(`resident memory grew ${growth.toFixed(2)} MB a minute after the first third`)
  writePicture(samples)
} finally {
  await server.stop()
}

async function soak(peer: PeerProcess, rate: number): Promise<Sample[]> {
  const samples: Sample[] = []
  console.log('minute   tracks/s   p50 ms   p99 ms   resident MB   heap MB')
  for (let taken = 0; taken < (minutes * 60) / intervalSeconds; taken++) {
    const result = await load({
      port: peer.port,
      connections,
      seconds: intervalSeconds,
      rate,
      nextRequest: trackRequests(users, taken + 2),
    })
    const sample = await measure(peer, result, ((taken + 1) * intervalSeconds) / 60)
    samples.push(sample)
    const { minute, rate: reached, p50, p99, rssMb, heapMb } = sample
    console.log(
      [minute.toFixed(2).padStart(6), reached.toFixed(0).padStart(10), p50.toFixed(1).padStart(8), p99.toFixed(1).padStart(8)].join(' '),
      rssMb.toFixed(0).padStart(13),
      heapMb.toFixed(0).padStart(9),
    )
  }
  return samples
}

async function measure(peer: PeerProcess, { rate, latencies }: LoadResult, minute: number): Promise<Sample> {
  const { rss } = await peer.usage()
  const metrics = await (await fetch(`http://127.0.0.1:${peer.port}/metrics`)).text()
  const heap = Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(metrics)?.[1])
  return { minute, rate, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), rssMb: rss / 1e6, heapMb: heap / 1e6 }
}

/** Of the line through the resident memory, by least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (read: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + read(sample), 0) / samples.length
  const [minute, rss] = [mean((sample) => sample.minute), mean((sample) => sample.rssMb)]
  const covariance = mean((sample) => (sample.minute - minute) * (sample.rssMb - rss))
  return covariance / mean((sample) => (sample.minute - minute) ** 2)
}

function writePicture(samples: readonly Sample[]): void {
  const step = Math.ceil(samples.length / mostPoints)
  const shown = samples.filter((_, index) => (index + 1) % step === 0)
  const line = (label: string, read: (sample: Sample) => number) => ({
    label,
    points: shown.map((sample) => [Number(sample.minute.toFixed(1)), read(sample)] as const),
  })
  const lines = [line('resident', ({ rssMb }) => rssMb), line('heap in use', ({ heapMb }) => heapMb)]
  const folder = path.join(import.meta.dirname, '..', 'docs', 'images')
  mkdirSync(folder, { recursive: true })
  const svg = drawPlot('Memory of the server under load', { kind: 'lines', file: 'soak', x: 'minutes at 70 % load', y: 'MB', lines })
  writeFileSync(path.join(folder, 'soak.svg'), svg)
}
