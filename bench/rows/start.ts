import { spawn } from 'node:child_process'
import { globSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { keys, trackRequests } from '../bank.ts'
import { openLanes } from '../http-load.ts'
import { inTurns, toLimitRow } from '../in-turns.ts'
import type { BenchOptions, Measured } from '../row.ts'

const commandLine = path.join(import.meta.dirname, '../../packages/server/src/cli/main.js')
/** Where the server keeps the packed IP data of its packages. */
const packs = path.join(import.meta.dirname, '../../node_modules/.cache/sallyport')

/**
 * Measures the time from the start of the process, in an empty data directory, to the first decision, and the memory it holds then. Every start
 * after the first finds the compiled code and the packed IP data that the first left behind.
 */
export async function start({ rounds }: BenchOptions): Promise<Measured> {
  const resident: number[] = []
  const {
    seconds = [],
    withoutCode = [],
    first = [],
  } = await inTurns(Math.max(rounds, 5), {
    seconds: async () => {
      const started = await startOnce()
      resident.push(started.megabytes)
      return started.seconds
    },
    withoutCode: () => startWithoutCode(),
    first: () => {
      for (const pack of globSync('*.pack', { cwd: packs })) rmSync(path.join(packs, pack))
      return startWithoutCode()
    },
  })
  return {
    rows: [
      toLimitRow(
        { name: 'cold start to the first decision, IP data loaded', unit: 's', atMost: 1, note: 'every start except the first' },
        seconds,
      ),
      toLimitRow({ name: 'the same without compiled code', unit: 's', note: 'if the program folder is not writable' }, withoutCode),
      toLimitRow(
        { name: 'the very first after an installation', unit: 's', note: 'prepares the IP data, once per version of the data' },
        first,
      ),
      toLimitRow(
        { name: 'resident memory after the start', unit: 'MB', atMost: 200, note: 'as the system counts it, including shared pages' },
        resident.slice(-seconds.length),
      ),
    ],
  }
}

/** Like a first start: with an empty folder for compiled code. */
async function startWithoutCode(): Promise<number> {
  const cache = await mkdtemp(path.join(tmpdir(), 'sallyport-bench-code-'))
  try {
    return (await startOnce({ NODE_COMPILE_CACHE: cache })).seconds
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
}

async function startOnce(env: Record<string, string> = {}): Promise<{ seconds: number; megabytes: number }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sallyport-bench-'))
  const port = await freePort()
  const startedAt = performance.now()
  const child = spawn(process.execPath, [commandLine, 'serve', '--port', String(port), '--data-dir', dataDir, '--log-level', 'error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...env,
      SALLYPORT_BOOTSTRAP_TENANT_ID: 'bench',
      SALLYPORT_BOOTSTRAP_SECRET_KEY: keys.BENCH_SECRET_KEY,
      SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: keys.BENCH_MANAGEMENT_KEY,
      SALLYPORT_BOOTSTRAP_RP_ID: 'localhost',
      SALLYPORT_BOOTSTRAP_ORIGINS: 'http://localhost:3000',
    },
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  try {
    const lane = await connect(port, startedAt + 30_000)
    await lane.send(trackRequests(1, 1)())
    const seconds = (performance.now() - startedAt) / 1000
    lane.close()
    return { seconds, megabytes: residentBytes(child.pid ?? 0) / 1e6 }
  } finally {
    child.kill('SIGTERM')
    await gone
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function connect(port: number, until: number) {
  for (;;) {
    try {
      const [lane] = await openLanes(port, 1)
      if (lane !== undefined) return lane
    } catch (error) {
      if (performance.now() > until) throw error
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 2)
    })
  }
}

/** Linux reports it for every process; elsewhere it is unknown. */
function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  } catch {
    return Number.NaN
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
