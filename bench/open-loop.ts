import { keys, trackRequests } from './bank.ts'
import { type Disturbance, disturb, prepareDisturbances } from './disturbances.ts'
import { drawPlot } from './draw-plot.ts'
import { filledStore } from './filled-store.ts'
import { formatNumber, formatSection } from './format-measured.ts'
import { load } from './http-load.ts'
import { createLatencyRecorder, type Latencies } from './latency-windows.ts'
import { type PeerProcess, startPeer } from './peer-process.ts'
import { writeIntoReport, writePicture } from './write-report.ts'

// node bench/open-loop.ts [MINUTES [SHARE…]] [--stored=INSTANCES] [--users=USERS] [--write]: how long tracks wait at a share of what the server can do, on a
// store with a long history, while a backtest, changes of a list and swaps of IP data go on. The durable echo has the same share of its own, for a tenth of the
// time. `--write` also writes the result to docs/benchmarks/ and docs/images/open-loop.svg.

const connections = 64
const capacitySeconds = 10
/** Until the users are in memory again: the first requests of each read them from the disk. */
const warmUpSeconds = 30
const mostPoints = 12

interface Run {
  name: string
  share: number
  rate: number
  latencies: Latencies
  disturbances: readonly Disturbance[]
}

const args = process.argv.slice(2)
const [minutes = 30, ...given] = args.filter((arg) => !arg.startsWith('--')).map(Number)
const shares = given.length > 0 ? given : [0.5, 0.7]
const [stored, users] = [option('stored', 7_000_000), option('users', 20_000)]
if (!(minutes > 0) || shares.some((share) => !(share > 0 && share < 1))) throw new Error('the arguments are minutes, and shares of 1')

const dataDir = filledStore(stored, users)
const server = await startPeer('sallyport-server.ts', [dataDir], keys)
const echo = await startPeer('durable-echo.ts')
try {
  await prepareDisturbances(server)
  console.log('waiting for the read side of the filled store')
  await server.ask({ type: 'foldReadSide' })
  const runs: Run[] = []
  for (const share of shares) {
    runs.push(await run('Sallyport', server, share, minutes, true))
    runs.push(await run('durable echo', echo, share, Math.max(0.5, minutes / 10), false))
  }
  const report = describe(runs)
  console.log(`\n${report}`)
  if (args.includes('--write')) {
    writePicture('open-loop', draw(runs))
    writeIntoReport('open-loop', report)
  }
} finally {
  await Promise.all([server.stop(), echo.stop()])
}

function option(name: string, otherwise: number): number {
  const text = args.find((arg) => arg.startsWith(`--${name}=`))?.split('=')[1]
  return text === undefined ? otherwise : Number(text)
}

async function run(name: string, peer: PeerProcess, share: number, length: number, isDisturbed: boolean): Promise<Run> {
  const seed = Date.now() % 1_000_000_000
  await load({ port: peer.port, connections, seconds: warmUpSeconds, nextRequest: trackRequests(users, seed + 2) })
  const { rate: capacity } = await load({ port: peer.port, connections, seconds: capacitySeconds, nextRequest: trackRequests(users, seed) })
  const rate = capacity * share
  console.log(`${name}: ${Math.round(capacity)} requests/s at full load; now ${length} minutes at ${percent(share)} of that`)
  const windowSeconds = Math.max(5, length)
  const recorder = createLatencyRecorder(windowSeconds)
  const ended = new AbortController()
  const disturbing = isDisturbed ? disturb(peer, dataDir, length, ended.signal) : Promise.resolve([])
  const nextRequest = trackRequests(users, seed + 1)
  await load({ port: peer.port, connections, seconds: length * 60, rate, nextRequest, onAnswer: recorder.add })
  ended.abort()
  const disturbances = await disturbing
  const latencies = recorder.summary(length)
  for (const { minute, p99, max } of latencies.windows) {
    const during = disturbances.filter((each) => each.minute < minute && each.minute + each.seconds / 60 > minute - windowSeconds / 60)
    const marks = during.map(({ what }) => what).join(', ')
    console.log(
      `${minute.toFixed(2).padStart(6)} min   p99 ${p99.toFixed(1).padStart(7)} ms   max ${max.toFixed(1).padStart(7)} ms   ${marks}`,
    )
  }
  return { name, share, rate, latencies, disturbances }
}

function describe(runs: readonly Run[]): string {
  const rows = runs.map(({ name, share, rate, latencies: { p50, p99, p999, max, longPerMinute } }) => [
    `${name}, ${percent(share)}`,
    ...[rate, p50, p99, p999, max].map(formatNumber),
    longPerMinute.toFixed(1),
  ])
  const table = { head: ['', 'requests/s', 'p50', 'p99', 'p99.9', 'longest', 'over 250 ms, a minute'], rows }
  const text = [
    `${minutes} minutes at each share, ${stored.toLocaleString('en')} stored actions of ${users.toLocaleString('en')} users, 20 rules. Milliseconds from when a request was due.`,
    `Meanwhile: ${describeDisturbances(runs.flatMap(({ disturbances }) => disturbances))}. The durable echo ran undisturbed, for a tenth of the time.`,
  ].join(' ')
  const command = `node bench/open-loop.ts ${minutes} ${shares.join(' ')}`
  const plot = { kind: 'lines', file: 'open-loop', x: '', y: '', lines: [] } as const
  const section = formatSection({ title: 'How long requests wait', text, table, plot }, '../images')
  return `Measured ${new Date().toISOString().slice(0, 10)} with \`${command}\`.\n\n${section}`
}

function describeDisturbances(disturbances: readonly Disturbance[]): string {
  return [...Map.groupBy(disturbances, ({ what }) => what)]
    .map(([what, times]) => `${times.length} × ${what} (up to ${formatNumber(Math.max(...times.map(({ seconds }) => seconds)))} s)`)
    .join(', ')
}

/** The longest and the p99 of each part of the run at the first share: waits of other shares are of another size. */
function draw([run]: readonly Run[]): string {
  const { share, latencies } = run as Run
  const { windows } = latencies
  const step = Math.ceil(windows.length / mostPoints)
  const parts = Array.from({ length: Math.ceil(windows.length / step) }, (_, part) => windows.slice(part * step, (part + 1) * step))
  const line = (label: string, read: (window: (typeof windows)[number]) => number) => ({
    label,
    points: parts.map((part) => [Number((part.at(-1)?.minute ?? 0).toFixed(1)), Math.max(...part.map(read))] as const),
  })
  const lines = [line('longest', ({ max }) => max), line('p99', ({ p99 }) => p99)]
  return drawPlot(`How long requests wait at ${percent(share)}`, { kind: 'lines', file: 'open-loop', x: 'minutes', y: 'ms', lines })
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
