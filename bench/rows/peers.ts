import { openTestPostgres, type TestPostgres } from '../../packages/server/test/support/test-postgres.ts'
import { fullTrackRequests, keys, openBank, openFullBank, trackAll, trackRequests } from '../bank.ts'
import { firstBankEvents } from '../bank-events.ts'
import { formatNumber } from '../format-measured.ts'
import { load, percentile } from '../http-load.ts'
import { inTurns, median, toLimitRow, toRow } from '../in-turns.ts'
import { type PeerProcess, startPeer } from '../peer-process.ts'
import { hasRedis } from '../peers/small/redis-process.ts'
import type { BenchOptions, Measured, Row, Section } from '../row.ts'

const connections = 64
const sharedBuffers = '1GB'
/** Customers with full profiles: few enough that all of them are in every cache. */
const fewUsers = 2_000
/** The load at which replies are timed, as a share of what each server can do. */
const timedShare = 0.5

const names = {
  ours: 'Sallyport',
  redis: 'Redis, one script',
  postgres: 'PostgreSQL, one function',
  sqlite: 'SQLite, one transaction each',
  echo: 'durable echo',
} as const
type Name = keyof typeof names

/** How many times the throughput of each, and how much of its processor time, is asked for. */
const asked: Partial<Record<Name, { rate: number; cpu?: number }>> = {
  redis: { rate: 1.2, cpu: 0.9 },
  postgres: { rate: 3 },
  sqlite: { rate: 2.5 },
  echo: { rate: 0.4 },
}
/** Resident megabytes with `users` of the options. */
const mostMemory = 400

interface Load {
  title: string
  users: number
  open(peer: PeerProcess, users: number): Promise<void>
  openSmall(peer: PeerProcess, users: number): Promise<void>
  requests(users: number, seed: number): () => Buffer
}

/**
 * Measures `track` over HTTP against what one would build instead: a small server that decides by the same rules, with Redis, PostgreSQL or SQLite. Each
 * load has servers of its own. Redis and PostgreSQL are left out where they are not installed.
 */
export async function peers(options: BenchOptions): Promise<Measured> {
  const loads: Load[] = [
    {
      title: 'with full profiles',
      users: Math.min(fewUsers, Math.ceil(options.users / 50)),
      open: openFullBank,
      openSmall: async (peer, users) => {
        await peer.ask({ type: 'fill', users })
      },
      requests: fullTrackRequests,
    },
    {
      title: 'with ordinary profiles',
      users: options.users,
      open: openBank,
      openSmall: (peer, users) => trackAll(peer, firstBankEvents(users), 2 * users),
      requests: trackRequests,
    },
  ]
  const measured: Measured[] = []
  for (const load of loads) measured.push(await measureLoad(load, options))
  return { rows: measured.flatMap(({ rows }) => rows), sections: measured.flatMap(({ sections = [] }) => sections) }
}

async function measureLoad(load: Load, options: BenchOptions): Promise<Measured> {
  const postgres = await openTestPostgres({ isDurable: true, sharedBuffers })
  const servers: Partial<Record<Name, PeerProcess>> = {}
  try {
    await startAll(servers, postgres)
    const { ours } = servers
    if (ours === undefined) throw new Error('Sallyport did not start')
    for (const name of Object.keys(servers) as Name[]) {
      const server = servers[name] as PeerProcess
      if (name === 'ours') await load.open(server, load.users)
      else if (name !== 'echo') await load.openSmall(server, load.users)
    }
    return await compare(servers as Servers, load, options)
  } finally {
    for (const server of Object.values(servers)) await server.stop()
    if (typeof postgres !== 'string') await postgres.close()
  }
}

type Servers = { ours: PeerProcess } & Partial<Record<Name, PeerProcess>>

async function startAll(servers: Partial<Record<Name, PeerProcess>>, postgres: TestPostgres | string): Promise<void> {
  servers.ours = await startPeer('sallyport-server.ts', [], keys)
  if (hasRedis()) servers.redis = await startPeer('small-server.ts', ['redis'], keys)
  else console.error('  Redis is not measured: redis-server is not installed')
  if (typeof postgres === 'string') console.error(`  PostgreSQL is not measured: ${postgres}`)
  else servers.postgres = await startPeer('small-server.ts', ['postgres', await postgres.createDatabase()], keys)
  servers.sqlite = await startPeer('small-server.ts', ['sqlite'], keys)
  servers.echo = await startPeer('durable-echo.ts')
}

async function compare(servers: Servers, { title, users, requests }: Load, { rounds, seconds }: BenchOptions): Promise<Measured> {
  const present = Object.keys(servers) as Name[]
  let seed = Date.now() % 1_000_000_000
  const cpu: Partial<Record<Name, number[]>> = {}
  const times: Partial<Record<Name, Record<'p50' | 'p99' | 'p999', number[]>>> = {}

  const throughput = async (name: Name) => {
    const server = servers[name] as PeerProcess
    const before = await usageOf(name, server)
    const result = await load({ port: server.port, connections, seconds, nextRequest: requests(users, seed++) })
    const noted = cpu[name] ?? []
    cpu[name] = noted
    noted.push(((await usageOf(name, server)).cpu - before.cpu) / result.requests)
    return result.rate
  }
  const rates = await inTurns(rounds, Object.fromEntries(present.map((name) => [name, () => throughput(name)])))
  // The first turn is a warm-up and is not counted.
  for (const figures of Object.values(cpu)) figures.shift()

  const latency = async (name: Name) => {
    const rate = timedShare * median(rates[name] ?? [])
    const { latencies } = await load({
      port: (servers[name] as PeerProcess).port,
      connections,
      seconds,
      rate,
      nextRequest: requests(users, seed++),
    })
    const noted = times[name] ?? { p50: [], p99: [], p999: [] }
    times[name] = noted
    noted.p50.push(percentile(latencies, 0.5))
    noted.p99.push(percentile(latencies, 0.99))
    noted.p999.push(percentile(latencies, 0.999))
    return percentile(latencies, 0.99)
  }
  await inTurns(rounds, Object.fromEntries(present.map((name) => [name, () => latency(name)])), { warmUp: false })

  const memory: Partial<Record<Name, number>> = {}
  for (const name of present) memory[name] = (await usageOf(name, servers[name] as PeerProcess)).rss / 1e6

  const about = `\`track\`, ${users.toLocaleString('en')} users ${title}`
  const rows: Row[] = []
  for (const name of present) {
    const budget = asked[name]
    if (budget === undefined) continue
    rows.push(toRow({ name: about, peer: names[name], unit: 'requests/s', atLeast: budget.rate }, rates.ours ?? [], rates[name] ?? []))
    if (budget.cpu !== undefined)
      rows.push(
        toRow(
          { name: `${about}: processor time of a request`, peer: names[name], unit: 'µs', atMost: budget.cpu },
          cpu.ours ?? [],
          cpu[name] ?? [],
        ),
      )
  }
  for (const [part, label] of [
    ['p99', 'slowest hundredth'],
    ['p999', 'slowest thousandth'],
  ] as const) {
    const [first] = present
      .filter((name) => name !== 'ours')
      .sort((a, b) => median(times[a]?.[part] ?? []) - median(times[b]?.[part] ?? []))
    if (first === undefined) continue
    rows.push(
      toRow(
        {
          name: `${about}: ${label} at half of its own throughput`,
          peer: names[first],
          unit: 'ms',
          atMost: 1,
          note: 'against the best peer',
        },
        times.ours?.[part] ?? [],
        times[first]?.[part] ?? [],
      ),
    )
  }
  rows.push(toLimitRow({ name: `${about}: resident memory`, unit: 'MB', atMost: mostMemory }, [memory.ours ?? Number.NaN]))
  return { rows, sections: [tableOf(present, `${users.toLocaleString('en')} users ${title}`, rates, cpu, times, memory)] }
}

/** Of the process, and of the database that it uses. */
async function usageOf(name: Name, server: PeerProcess): Promise<{ cpu: number; rss: number }> {
  const own = await server.usage()
  if (name === 'ours' || name === 'echo') return own
  const store = await server.ask<{ cpu: number; rss: number }>({ type: 'storeUsage' })
  return { cpu: own.cpu + store.cpu, rss: own.rss + store.rss }
}

function tableOf(
  present: readonly Name[],
  title: string,
  rates: Record<string, number[]>,
  cpu: Partial<Record<Name, number[]>>,
  times: Partial<Record<Name, Record<'p50' | 'p99' | 'p999', number[]>>>,
  memory: Partial<Record<Name, number>>,
): Section {
  const figure = (values: readonly number[] | undefined) => formatNumber(median(values ?? []))
  return {
    title,
    text: 'Times in milliseconds, from when a request was due, at half of what each server can do. Processor time and memory with the database process; the memory of PostgreSQL is not counted.',
    table: {
      head: ['', 'requests/s', 'µs of processor time', 'p50', 'p99', 'p99.9', 'MB'],
      rows: present.map((name) => [
        names[name],
        figure(rates[name]),
        figure(cpu[name]),
        figure(times[name]?.p50),
        figure(times[name]?.p99),
        figure(times[name]?.p999),
        formatNumber(memory[name] ?? Number.NaN),
      ]),
    },
  }
}
