import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createConnections } from '../../packages/server/src/storage/postgres/connections.ts'
import { execute } from '../../packages/server/src/storage/postgres/migrate-postgres.ts'
import { openTestPostgres } from '../../packages/server/test/support/test-postgres.ts'
import { keys, openBank, trackRequests } from '../bank.ts'
import { formatNumber } from '../format-measured.ts'
import { load } from '../http-load.ts'
import { inTurns, median, toRow } from '../in-turns.ts'
import { type PeerProcess, startPeer } from '../peer-process.ts'
import { findPgbench, runPgbench } from '../pgbench.ts'
import { postgresCpu } from '../postgres-cpu.ts'
import { firstVersion, recordBatches, type SampleBodies } from '../record-batches.ts'
import type { BenchOptions, Measured } from '../row.ts'

/** Requests in progress at each server process. */
const connections = 64
/** Clients of pgbench. With batches: as many as two processes have batches in progress, two each. With single decisions: the number that suits it. */
const clients = { batches: 4, single: 16 }
/** A quarter of a small machine's memory, as the manual of PostgreSQL recommends. With its small default, it reads back from files what it has just written. */
const sharedBuffers = '1GB'
/** The batches per second asked of pgbench in the first turn; later turns use the rate of the turn before. */
const firstGuess = 300

/**
 * Measures `track` over HTTP on PostgreSQL, with one process and with two, against pgbench, which sends the same statements to the same server
 * with the same settings: in batches of the size the two processes make, and one decision at a time. pgbench uses a copy of the database.
 */
export async function postgres({ rounds, seconds, users }: BenchOptions): Promise<Measured> {
  const program = findPgbench()
  if (program === undefined) throw new Error('there is no pgbench: it comes with PostgreSQL (Debian: postgresql-15)')
  const server = await openTestPostgres({ isDurable: true, sharedBuffers })
  if (typeof server === 'string') throw new Error(server)
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
  const peers: PeerProcess[] = []
  const databaseUrl = await server.createDatabase()
  const start = async () => peers.push(await startPeer('sallyport-server.ts', [dataDir], { ...keys, BENCH_DATABASE_URL: databaseUrl }))
  try {
    await start()
    await openBank(peers[0] as PeerProcess, users)
    await peers.pop()?.stop()
    const copyUrl = await server.createDatabase(`TEMPLATE ${new URL(databaseUrl).pathname.slice(1)}`)
    const own = createConnections({ databaseUrl, poolSize: 3, statementTimeoutMs: 600_000 })
    const copy = createConnections({ databaseUrl: copyUrl, poolSize: 3, statementTimeoutMs: 600_000 })
    await execute(copy.run, 'UPDATE entities SET version = $1', [firstVersion])
    for (const { run } of [own, copy]) {
      await execute(run, 'VACUUM FULL entities')
      await execute(run, 'VACUUM ANALYZE')
    }
    await start()
    await start()
    const [{ pid } = { pid: 0 }] = await execute<{ pid: number }>(own.run, 'SELECT pg_backend_pid() AS pid')
    const samples: SampleBodies = {
      ofUsers: await bodiesOf(copy.run, "SELECT body FROM entities WHERE kind = 'user' AND body IS NOT NULL LIMIT 500"),
      ofInstances: await bodiesOf(copy.run, 'SELECT body FROM instances LIMIT 500'),
    }
    let seed = Date.now() % 1_000_000_000
    let batchSize = 20
    const cpu: Record<string, { client: number[]; postgres: number[] }> = {}
    const logBytes: number[] = []
    const keep = (name: string, decisions: number, client: number, ofPostgres: number) => {
      const noted = cpu[name] ?? { client: [], postgres: [] }
      cpu[name] = noted
      noted.client.push(client / decisions)
      noted.postgres.push(ofPostgres / decisions)
    }

    const loadCpu: number[] = []
    async function track(name: string, processes: readonly PeerProcess[]): Promise<number> {
      const usage = async () => (await Promise.all(processes.map((peer) => peer.usage()))).reduce((sum, { cpu }) => sum + cpu, 0)
      const [before, ofPostgres, committed, logAt] = [await usage(), postgresCpu(pid), await commitsOf(own.run), await logOf(own.run)]
      const ofLoad = process.cpuUsage()
      const results = await Promise.all(
        processes.map((peer) => load({ port: peer.port, connections, seconds, nextRequest: trackRequests(users, seed++) })),
      )
      const requests = results.reduce((sum, result) => sum + result.requests, 0)
      const { user, system } = process.cpuUsage(ofLoad)
      loadCpu.push((user + system) / requests)
      keep(name, requests, (await usage()) - before, postgresCpu(pid) - ofPostgres)
      logBytes.push(((await logOf(own.run)) - logAt) / requests)
      if (processes.length > 1) {
        // Every batch is two transactions of one statement each. Backends report theirs a second later.
        await new Promise((resolve) => setTimeout(resolve, 1200))
        batchSize = Math.max(1, Math.round((2 * requests) / ((await commitsOf(own.run)) - committed)))
      }
      return results.reduce((sum, { rate }) => sum + rate, 0)
    }

    const lastRates: Record<string, number> = {}
    const versions = new Map<string, number>()
    async function limit(name: string, size: number, count: number): Promise<number> {
      const next = recordBatches(size, users, seed++, samples, versions)
      const each = Math.ceil(((lastRates[name] ?? firstGuess) * seconds) / count)
      const batches = []
      for (let index = 0; index < count; index++) for (let n = 0; n < each; n++) batches.push(await next({ index, count }))
      const stored = await countOf(copy.run)
      let before = 0
      const turn = await runPgbench(program as string, copyUrl, copy.run, {
        clients: count,
        batches,
        onStart: () => {
          before = postgresCpu(pid)
        },
      })
      const ofPostgres = postgresCpu(pid) - before
      const decisions = turn.batches * size
      if ((await countOf(copy.run)) - stored !== decisions) throw new Error('pgbench did not write what it sent')
      keep(name, decisions, turn.cpu, ofPostgres)
      lastRates[name] = turn.rate
      return turn.rate * size
    }

    const [diskAt, storedAt] = [await diskOf(own.run), await countOf(own.run)]
    const rates = await inTurns(rounds, {
      two: () => track('two', peers),
      one: () => track('one', peers.slice(0, 1)),
      batches: () => limit('batches', batchSize, clients.batches),
      single: () => limit('single', 1, clients.single),
    })
    const { two = [], one = [], batches = [], single = [] } = rates
    const diskBytes = ((await diskOf(own.run)) - diskAt) / ((await countOf(own.run)) - storedAt)
    await Promise.all([own.close(), copy.close()])
    // The first figure comes from the warm-up round.
    const costOf = (name: string) => ({
      client: median(cpu[name]?.client.slice(1) ?? []),
      postgres: median(cpu[name]?.postgres.slice(1) ?? []),
    })
    const crowd = `${users.toLocaleString('en')} users`
    return {
      rows: [
        toRow(
          {
            name: `\`track\` over HTTP, PostgreSQL, two processes, 20 rules, ${crowd}`,
            peer: `\`pgbench\`, the same statements in the same batches (of ${batchSize})`,
            unit: 'decisions/s',
            atLeast: 0.4,
            note: `${connections} connections to each process; pgbench decides nothing and speaks no HTTP`,
          },
          two,
          batches,
        ),
        toRow({ name: 'the same', peer: '`pgbench`, the same statements, one decision each', unit: 'decisions/s' }, two, single),
        toRow({ name: 'the same', peer: 'one process', unit: 'decisions/s', note: 'everything shares two cores' }, two, one),
      ],
      sections: [
        {
          title: 'Processor time of a decision on PostgreSQL',
          text: `User and system time of all processes on each side. The load generator took another ${median(loadCpu).toFixed(0)} µs per decision of the servers, on the same cores.`,
          table: {
            head: ['', 'server or pgbench, µs', 'PostgreSQL, µs'],
            rows: Object.entries({
              two: 'two processes',
              one: 'one process',
              batches: '`pgbench`, batches',
              single: '`pgbench`, one each',
            }).map(([name, label]) => [label, costOf(name).client.toFixed(0), costOf(name).postgres.toFixed(0)]),
          },
        },
        {
          title: 'Bytes of a decision on PostgreSQL',
          text: 'Written by the servers. Soon after a checkpoint, the log also contains whole pages.',
          table: {
            head: ['', 'bytes'],
            rows: [
              ['on disk: instance, key and their indexes', formatNumber(Math.round(diskBytes))],
              ['write-ahead log', formatNumber(Math.round(median(logBytes.slice(2))))],
            ],
          },
        },
      ],
    }
  } finally {
    for (const peer of peers) await peer.stop()
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

type Run = Parameters<typeof execute>[0]

async function bodiesOf(run: Run, query: string): Promise<string[]> {
  return (await execute<{ body: string }>(run, query)).map(({ body }) => body)
}

async function countOf(run: Run): Promise<number> {
  return (await execute<{ n: number }>(run, 'SELECT count(*) AS n FROM instances'))[0]?.n ?? 0
}

/** The bytes on disk of what decisions add. Users, devices and addresses only change, so they are not counted. */
async function diskOf(run: Run): Promise<number> {
  const [row] = await execute<{ n: number }>(
    run,
    "SELECT sum(pg_total_relation_size(c.oid)) AS n FROM pg_class AS c WHERE relkind = 'r' AND (relname = 'instance_keys' OR relname ~ '^instances_')",
  )
  return row?.n ?? 0
}

/** The bytes of write-ahead log written so far, for all databases. */
async function logOf(run: Run): Promise<number> {
  return (await execute<{ n: number }>(run, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS n"))[0]?.n ?? 0
}

async function commitsOf(run: Run): Promise<number> {
  const rows = await execute<{ n: number }>(run, 'SELECT xact_commit AS n FROM pg_stat_database WHERE datname = current_database()')
  return rows[0]?.n ?? 0
}
