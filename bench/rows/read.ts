import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openTestPostgres } from '../../packages/server/test/support/test-postgres.ts'
import { keys } from '../bank.ts'
import { fillDatabase, filledDatabase, filledEvents } from '../filled-events.ts'
import { formatMeasured } from '../format-measured.ts'
import { toLimitRow } from '../in-turns.ts'
import { get, measurePages, type PageQuery, type PageTimes, quantile } from '../measure-pages.ts'
import { startPeer } from '../peer-process.ts'
import { mulberry32 } from '../random.ts'
import { measureCostOnPostgres, measureCostOnSqlite, readSideLag } from '../read-side-cost.ts'
import type { BenchOptions, Measured, Row, Section } from '../row.ts'

const usersPerInstances = 0.2
const pageLimit = 200
const overviewLimit = 300
/** Absent: all kinds. */
const wantedPages = process.env.BENCH_READ_PAGES?.split(',')

/**
 * Measures pages of searches, lists and the overview over HTTP on a large store of each kind, and what the read side costs a track. PostgreSQL is left out
 * where there is none. Prints each part as it is done.
 *
 * `BENCH_READ_STORES=sqlite` or `postgres` measures one of them. `BENCH_READ_PAGES` measures only the named kinds of pages, separated by commas.
 * `BENCH_READ_DATABASE_URL` is an empty database that is filled once and kept.
 */
export async function read(options: BenchOptions): Promise<Measured> {
  const { instances } = options
  const users = Math.max(1_000, Math.round(instances * usersPerInstances))
  const stores = (process.env.BENCH_READ_STORES ?? 'sqlite,postgres').split(',')
  const isWhole = wantedPages === undefined
  const measured: Measured[] = []
  const tell = (part: Measured) => {
    measured.push(part)
    console.error(formatMeasured(part))
  }
  if (stores.includes('sqlite')) {
    if (isWhole) tell({ rows: [await measureCostOnSqlite(options)] })
    tell(await measureStore('embedded store', [filledEvents(instances, users)], {}, options, users))
  }
  if (stores.includes('postgres')) {
    const cost = isWhole ? await measureCostOnPostgres(options) : undefined
    if (cost !== undefined) tell({ rows: [cost] })
    tell(await onPostgres(options, users))
  }
  return { rows: measured.flatMap(({ rows }) => rows), sections: measured.flatMap(({ sections = [] }) => sections) }
}

async function onPostgres(options: BenchOptions, users: number): Promise<Measured> {
  const kept = process.env.BENCH_READ_DATABASE_URL
  if (kept !== undefined) {
    const folder = filledDatabase(kept, options.instances, users)
    return measureStore('PostgreSQL', [folder], { BENCH_DATABASE_URL: kept }, options, users)
  }
  const server = await openTestPostgres({ isDurable: true, sharedBuffers: '1GB' })
  if (typeof server === 'string') {
    console.error(`  PostgreSQL is not measured: ${server}`)
    return { rows: [] }
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
  try {
    const databaseUrl = await server.createDatabase()
    fillDatabase(databaseUrl, folder, options.instances, users)
    return await measureStore('PostgreSQL', [folder], { BENCH_DATABASE_URL: databaseUrl }, options, users)
  } finally {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureStore(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
  { instances, rounds }: BenchOptions,
  users: number,
): Promise<Measured> {
  const peer = await startPeer('sallyport-server.ts', args, { ...keys, ...env })
  try {
    await untilCaughtUp(peer.port)
    const size = `${instances.toLocaleString('en')} events, ${users.toLocaleString('en')} users, ${name}`
    const random = mulberry32(11)
    const sample = await sampleOf(peer.port)
    const parts = [
      {
        title: `Pages of events, ${name}`,
        text: `${size}. Milliseconds over HTTP, one request at a time, 50 events a page. Deep: pages 11 to 20.`,
        limit: { name: `slowest kind of page of events (p95), ${size}`, atMost: pageLimit },
        queries: eventQueries(users, random, sample),
        times: rounds * 8,
      },
      {
        title: `Pages of users, ${name}`,
        text: `${size}. 50 users a page.`,
        limit: { name: `slowest kind of page of users (p95), ${size}`, atMost: pageLimit },
        queries: userQueries(users, random),
        times: rounds * 8,
      },
      {
        title: `Overview, ${name}`,
        text: `${size}.`,
        limit: { name: `overview of 90 days, by day and by hour (p95), ${size}`, atMost: overviewLimit },
        queries: overviewQueries,
        times: rounds * 3,
      },
    ]
    const rows: Row[] = []
    const sections: Section[] = []
    for (const { title, text, limit, queries, times } of parts) {
      const wanted = queries.filter(({ name: kind }) => wantedPages?.includes(kind) !== false)
      if (wanted.length === 0) continue
      const measured = await measurePages(peer.port, wanted, times)
      rows.push(limitRow(limit, measured))
      sections.push(tableOf(title, text, measured))
    }
    if (rows.length === 0) throw new Error(`no kind of page is called ${wantedPages?.join(' or ')}`)
    return { rows, sections }
  } finally {
    await peer.stop()
  }
}

interface Sample {
  ruleIds: string[]
  addresses: string[]
  devices: string[]
}

/** Values that events have. */
async function sampleOf(port: number): Promise<Sample> {
  const { events } = (await get(port, '/events?limit=200')) as { events: { ipAddress?: string; deviceId?: string }[] }
  const rules = (await get(port, '/action-configurations/transfer/rules')) as unknown as { ruleId: string }[]
  return {
    ruleIds: rules.map(({ ruleId }) => ruleId),
    addresses: events.flatMap(({ ipAddress = [] }) => ipAddress),
    devices: events.flatMap(({ deviceId = [] }) => deviceId),
  }
}

function eventQueries(users: number, random: () => number, { ruleIds, addresses, devices }: Sample): PageQuery[] {
  const pick = (values: readonly string[]) => encodeURIComponent(values[Math.floor(random() * values.length)] ?? 'none')
  const user = () => `user-${Math.floor(random() * users)}`
  const ago = (days: number) => `-${Math.ceil(random() * days * 24)}h`
  const queries: Record<string, () => string> = {
    'no filter': () => '/events?limit=50',
    'no filter, from somewhere in 90 days': () => `/events?limit=50&to=${ago(90)}`,
    'oldest first': () => '/events?limit=50&order=oldest',
    user: () => `/events?limit=50&userId=${user()}`,
    address: () => `/events?limit=50&ipAddress=${pick(addresses)}`,
    'range of 65,536 addresses': () => `/events?limit=50&ipAddress=${pick(addresses)}%2F16`,
    'range of 256 addresses': () => `/events?limit=50&ipAddress=${pick(addresses)}%2F24`,
    device: () => `/events?limit=50&deviceId=${pick(devices)}`,
    action: () => '/events?limit=50&action=login',
    'rare state': () => '/events?limit=50&state=REVIEW_REQUIRED',
    'frequent state': () => '/events?limit=50&state=ALLOW',
    rule: () => `/events?limit=50&ruleId=${pick(ruleIds)}`,
    'label fraud': () => '/events?limit=50&label=fraud',
    disputed: () => '/events?limit=50&isDisputed=true',
    'text, a user id': () => `/events?limit=50&text=${user()}`,
    'text, a frequent word': () => '/events?limit=50&text=nz12',
    'text, found nowhere': () => `/events?limit=50&text=zzz${Math.floor(random() * 1e6)}`,
    'rule and state and time': () => `/events?limit=50&ruleId=${pick(ruleIds)}&state=CHALLENGE_FAILED&from=-30d`,
    'range of addresses and action and label': () => `/events?limit=50&ipAddress=${pick(addresses)}%2F8&action=payout&label=fraud`,
    'text and state': () => '/events?limit=50&text=nz12&state=REVIEW_REQUIRED',
    'disputed and time': () => `/events?limit=50&isDisputed=true&to=${ago(60)}`,
  }
  return Object.entries(queries).map(([name, path]) => ({ name, path }))
}

function userQueries(users: number, random: () => number): PageQuery[] {
  const number = () => Math.floor(random() * users)
  return [
    { name: 'all', path: () => '/users?limit=50' },
    { name: 'text, an e-mail address', path: () => `/users?limit=50&text=person${number()}%40example.com` },
    { name: 'text, the beginning of many e-mail addresses', path: () => '/users?limit=50&text=person1' },
    { name: 'text, a user id', path: () => `/users?limit=50&text=user-${number()}` },
    { name: 'text, found nowhere', path: () => `/users?limit=50&text=nobody${number()}` },
  ]
}

const overviewQueries: readonly PageQuery[] = [
  { name: '90 days by day', path: () => '/overview?from=-90d&bucket=day' },
  { name: '90 days by hour', path: () => '/overview?from=-90d&bucket=hour' },
  { name: '7 days by hour', path: () => '/overview?from=-7d' },
]

function limitRow({ name, atMost }: { name: string; atMost: number }, times: readonly PageTimes[]): Row {
  const slowest = times.flatMap(({ first, deep }) => [first, deep].filter((each) => each.length > 0).map((each) => quantile(each, 0.95)))
  return toLimitRow({ name, unit: 'ms', atMost }, [Math.max(...slowest)])
}

function tableOf(title: string, text: string, times: readonly PageTimes[]): Section {
  const shown = (values: readonly number[], share: number) => (values.length === 0 ? '' : quantile(values, share).toFixed(1))
  return {
    title,
    text,
    table: {
      head: ['', 'p50', 'p95', 'deep, p50', 'deep, p95'],
      rows: times.map(({ name, first, deep }) => [name, shown(first, 0.5), shown(first, 0.95), shown(deep, 0.5), shown(deep, 0.95)]),
    },
  }
}

/** A store that was filled elsewhere may have something left to fold. */
async function untilCaughtUp(port: number): Promise<void> {
  for (;;) {
    const lag = await readSideLag(port)
    if (lag < 1) return
    console.error(`  waiting for the read side, which is ${lag} s behind`)
    await new Promise((resolve) => setTimeout(resolve, 5_000))
  }
}
