import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createConnections } from '../packages/server/src/storage/postgres/connections.ts'
import { execute } from '../packages/server/src/storage/postgres/migrate-postgres.ts'
import { openTestPostgres } from '../packages/server/test/support/test-postgres.ts'
import { keys, openBank, trackRequests } from './bank.ts'
import { load } from './http-load.ts'
import { inTurns, median, toRow } from './in-turns.ts'
import { type PeerProcess, startPeer } from './peer-process.ts'
import type { BenchOptions, Row } from './row.ts'

const connections = 64
/** Of each of the two servers. */
const mostUsers = 20_000
const idle = path.join(import.meta.dirname, 'peers/without-read-side.ts')

/** Measures `track` on the embedded store with the thread that folds, and with one that does nothing. */
export async function measureCostOnSqlite(options: BenchOptions): Promise<Row> {
  const start = (env: Record<string, string>) => startPeer('sallyport-server.ts', [], { ...keys, ...env })
  const peers = await Promise.all([start({}), start({ NODE_OPTIONS: `--import=${idle}` })])
  try {
    return await compare('embedded store', peers[0], peers[1], options)
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()))
  }
}

/** Measures `track` on a database that notes what is to be folded, and on one that does not. */
export async function measureCostOnPostgres(options: BenchOptions): Promise<Row | undefined> {
  const server = await openTestPostgres({ isDurable: true, sharedBuffers: '1GB' })
  if (typeof server === 'string') return undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
  const peers: PeerProcess[] = []
  try {
    const urls = [await server.createDatabase(), await server.createDatabase()]
    for (const [n, databaseUrl] of urls.entries()) {
      peers.push(await startPeer('sallyport-server.ts', [path.join(folder, String(n))], { ...keys, BENCH_DATABASE_URL: databaseUrl }))
    }
    await dropTriggers(urls[1] as string)
    return await compare('PostgreSQL', peers[0] as PeerProcess, peers[1] as PeerProcess, options)
  } finally {
    for (const peer of peers) await peer.stop()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A database without them has nothing to fold. */
async function dropTriggers(databaseUrl: string): Promise<void> {
  const { run, close } = createConnections({ databaseUrl, poolSize: 1, statementTimeoutMs: 60_000 })
  const triggers = await execute<{ name: string; on_table: string }>(
    run,
    "SELECT tgname AS name, tgrelid::regclass::text AS on_table FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'note%'",
  )
  if (triggers.length === 0) throw new Error('there are no triggers to drop: the read side has changed, and this measures nothing')
  for (const { name, on_table } of triggers) await execute(run, `DROP TRIGGER IF EXISTS ${name} ON ${on_table}`)
  await close()
}

async function compare(
  store: string,
  withIt: PeerProcess,
  without: PeerProcess,
  { rounds, seconds, users: asked }: BenchOptions,
): Promise<Row> {
  const users = Math.min(asked, mostUsers)
  for (const peer of [withIt, without]) await openBank(peer, users)
  let seed = Date.now() % 1_000_000_000
  const cpu: Record<'withIt' | 'without', number[]> = { withIt: [], without: [] }
  const turn = async (name: keyof typeof cpu) => {
    const peer = name === 'withIt' ? withIt : without
    const before = await peer.usage()
    const { requests, rate } = await load({ port: peer.port, connections, seconds, nextRequest: trackRequests(users, seed++) })
    // What is folded after the last request belongs to the turn, too, and must not disturb the next one.
    if (name === 'withIt') await untilFolded(peer.port)
    cpu[name].push(((await peer.usage()).cpu - before.cpu) / requests)
    return rate
  }
  const rates = await inTurns(rounds, { withIt: () => turn('withIt'), without: () => turn('without') })
  const [ours, theirs] = [median(cpu.withIt), median(cpu.without)]
  return toRow(
    {
      name: `\`track\` over HTTP with the read side, ${users.toLocaleString('en')} users, ${store}`,
      peer: 'without it',
      unit: 'requests/s',
      atLeast: 0.95,
      note: `processor time of a request, with all that is folded later: ${ours.toFixed(0)} µs against ${theirs.toFixed(0)} µs`,
    },
    rates.withIt ?? [],
    rates.without ?? [],
  )
}

async function untilFolded(port: number): Promise<void> {
  for (;;) {
    if ((await readSideLag(port)) === 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Seconds, as the server's metrics say. */
export async function readSideLag(port: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^sallyport_read_side_lag_seconds\{of="events"\} (.+)$/m.exec(metrics)?.[1] ?? 0)
}
