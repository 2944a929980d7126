import { keys, openBank, trackRequests } from './bank.ts'
import { drawPlot } from './draw-plot.ts'
import { type LoadResult, load, percentile } from './http-load.ts'
import { type PeerProcess, startPeer } from './peer-process.ts'
import { writeIntoReport, writePicture } from './write-report.ts'

// node bench/soak.ts [minutes] [--write]: tracks at 70 % of the server's throughput, and reports whether its memory stays flat. `--write` also
// writes the result to docs/benchmarks/ and docs/images/soak.svg.

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
/** The first part fills caches and lets the heap settle. */
const settlingShare = 1 / 2
/** Memory is flat if it grew by at most this share of itself in the rest of the run: garbage collection makes it fluctuate. */
const flatShare = 0.05
/** Memory rises and falls with every collection, so fewer samples show no trend. */
const fewestSamples = 20
const mostPoints = 12

const args = process.argv.slice(2)
const minutes = Number(args.find((arg) => !arg.startsWith('--')) ?? 30)
if (!(minutes > 0)) throw new Error('the argument is a number of minutes')
const server = await startPeer('sallyport-server.ts', [], keys)
try {
  await openBank(server, users)
  const { rate: capacity } = await load({ port: server.port, connections, seconds: 10, nextRequest: trackRequests(users, 1) })
  console.log(`${Math.round(capacity)} tracks/s at full load; now ${minutes} minutes at 70 % of that`)
  const samples = await soak(server, capacity * 0.7)
  const verdict = judge(samples)
  console.log(verdict)
  if (args.includes('--write')) {
    writePicture('soak', draw(samples))
    writeIntoReport(
      'soak',
      `Measured ${new Date().toISOString().slice(0, 10)} with \`node bench/soak.ts ${minutes}\`.\n\n${verdict}\n\n![Memory under load](../images/soak.svg)`,
    )
  }
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

/** The slope of a line through the resident memory, by least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (read: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + read(sample), 0) / samples.length
  const [minute, rss] = [mean((sample) => sample.minute), mean((sample) => sample.rssMb)]
  const covariance = mean((sample) => (sample.minute - minute) * (sample.rssMb - rss))
  return covariance / mean((sample) => (sample.minute - minute) ** 2)
}

/** Says in a sentence how much was done, how the memory changed, and whether it is flat. */
function judge(samples: readonly Sample[]): string {
  const settled = samples.slice(Math.floor(samples.length * settlingShare))
  const mean = (read: (sample: Sample) => number) => settled.reduce((sum, sample) => sum + read(sample), 0) / settled.length
  const perMinute = slope(settled)
  const grown = (perMinute * minutes * (1 - settlingShare)) / mean(({ rssMb }) => rssMb)
  const [least, most] = [Math.min(...settled.map(({ rssMb }) => rssMb)), Math.max(...settled.map(({ rssMb }) => rssMb))]
  return [
    `${minutes} minutes, ${users.toLocaleString('en')} users, ${Math.round(mean(({ rate }) => rate)).toLocaleString('en')} tracks/s, p99 ${mean(({ p99 }) => p99).toFixed(1)} ms.`,
    `In the second half ${least.toFixed(0)} to ${most.toFixed(0)} MB were resident; a line through it rises by ${perMinute.toFixed(2)} MB a minute, ${(grown * 100).toFixed(1)} % in all:`,
    verdictOn(settled.length, grown),
  ].join(' ')
}

function verdictOn(sampleCount: number, grown: number): string {
  if (sampleCount < fewestSamples) return 'too short a run to say whether that is flat.'
  return grown <= flatShare ? '**flat** (at most 5 %).' : '**not flat** (over 5 %).'
}

function draw(samples: readonly Sample[]): string {
  const step = Math.ceil(samples.length / mostPoints)
  const shown = samples.filter((_, index) => (index + 1) % step === 0)
  const line = (label: string, read: (sample: Sample) => number) => ({
    label,
    points: shown.map((sample) => [Number(sample.minute.toFixed(1)), read(sample)] as const),
  })
  const lines = [line('resident', ({ rssMb }) => rssMb), line('heap in use', ({ heapMb }) => heapMb)]
  return drawPlot('Memory of the server under load', { kind: 'lines', file: 'soak', x: 'minutes at 70 % load', y: 'MB', lines })
}
