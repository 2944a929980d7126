import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { instanceEntities, recordTracked } from '@sallyport/engine'
import { openConnection } from '../../packages/server/src/storage/sqlite/connection.ts'
import { openSqliteStore } from '../../packages/server/src/storage/sqlite/open-sqlite-store.ts'
import type { Store } from '../../packages/server/src/storage/store.ts'
import { trackedBankEvents } from '../bank-signals.ts'
import { decideOne, fillUsers } from '../costs/users.ts'
import { percentile } from '../http-load.ts'
import { inTurns, median, toRow } from '../in-turns.ts'
import { recordStatements, regroup, replay, type StatementCall } from '../record-statements.ts'
import type { BenchOptions, Measured, Section } from '../row.ts'

const groupSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const clientCounts = [1, 4, 16, 64, 256, 1_024]
/** Milliseconds of a flush on a network disk, for the calculated column: the disk under a benchmark may confirm a write too early. */
const networkFlushMs = 1

/**
 * Measures decisions of the embedded store against its own statements, recorded and run again without engine, cache or queue: the time of SQLite
 * alone. Then it measures how the group size and the number of waiting requests affect throughput and latency.
 */
export async function commit({ rounds, seconds, users }: BenchOptions): Promise<Measured> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
  const [base, count] = [path.join(folder, 'base'), 4_000 * seconds]
  try {
    const filled = await open(base)
    await fillUsers(filled, Math.min(users, 20_000))
    await filled.close()
    const { warmUp, measured } = await record(folder, base, users, count)
    const ours = () => inCopy(folder, base, async (dataDir) => decisionsPerSecond(await open(dataDir), users, count))
    const raw = (groups: readonly StatementCall[][]) => () =>
      inCopy(folder, base, async (dataDir) => {
        const { database, close } = openConnection(path.join(dataDir, 'sallyport.db'), { readOnly: false, cacheKib: 16_000 })
        replay(database, warmUp)
        const before = process.cpuUsage()
        const spent = replay(database, groups)
        const { user, system } = process.cpuUsage(before)
        close()
        lastGroups = spent.sort()
        return (count * 1e6) / (user + system)
      })
    const figures = await inTurns(Math.min(rounds, 5), { ours, raw: raw(measured) }, { warmUp: false })
    const sizes: [size: number, rate: number, wall: number, p99: number][] = []
    for (const size of groupSizes) {
      const rate = await raw(regroup(measured, size))()
      const wall = lastGroups.reduce((sum, ms) => sum + ms, 0)
      sizes.push([size, rate, wall, percentile(lastGroups, 0.99)])
    }
    const waiting = await inCopy(folder, base, async (dataDir) => measureWaiting(await open(dataDir), users, count))
    return {
      rows: [
        toRow(
          {
            name: 'decisions of the embedded store, durable, 20 rules, 64 waiting',
            peer: 'the same statements in the same groups, SQLite alone',
            unit: 'decisions/s',
            note: 'processor time; for information',
          },
          figures.ours ?? [],
          figures.raw ?? [],
        ),
      ],
      sections: [sizeSection(sizes, count), waitingSection(waiting)],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

let lastGroups: Float64Array = new Float64Array()

function open(dataDir: string): Promise<Store> {
  return openSqliteStore({ dataDir, clock: () => Date.UTC(2026, 0, 5, 8), recordTracked, instanceEntities })
}

async function inCopy<T>(folder: string, base: string, work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = path.join(folder, 'copy')
  cpSync(base, dataDir, { recursive: true })
  try {
    return await work(dataDir)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function record(
  folder: string,
  base: string,
  users: number,
  count: number,
): Promise<{ warmUp: StatementCall[][]; measured: StatementCall[][] }> {
  return inCopy(folder, base, async (dataDir) => {
    const store = await open(dataDir)
    const recording = recordStatements()
    const next = trackedBankEvents(Math.min(users, 20_000), 7)
    await decideMany(store, next, count, 64)
    const warmUp = recording.groups.splice(0)
    await decideMany(store, next, count, 64)
    const measured = recording.groups.splice(0)
    recording.stop()
    await store.close()
    return { warmUp, measured }
  })
}

async function decisionsPerSecond(store: Store, users: number, count: number): Promise<number> {
  const next = trackedBankEvents(Math.min(users, 20_000), 7)
  await decideMany(store, next, count, 64)
  const before = process.cpuUsage()
  await decideMany(store, next, count, 64)
  const { user, system } = process.cpuUsage(before)
  await store.close()
  return (count * 1e6) / (user + system)
}

/** Makes many decisions from several waiting clients. Returns the milliseconds that each decision took, sorted. */
async function decideMany(store: Store, next: ReturnType<typeof trackedBankEvents>, count: number, clients: number): Promise<Float64Array> {
  const waits: number[] = []
  let left = count
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left > 0) {
        left--
        const startedAt = performance.now()
        await decideOne(store, next())
        waits.push(performance.now() - startedAt)
      }
    }),
  )
  return Float64Array.from(waits).sort()
}

interface Waiting {
  clients: number
  rate: number
  p50: number
  p99: number
}

async function measureWaiting(store: Store, users: number, count: number): Promise<Waiting[]> {
  const next = trackedBankEvents(Math.min(users, 20_000), 7)
  await decideMany(store, next, count, 64)
  const measured: Waiting[] = []
  for (const clients of clientCounts) {
    const rounds: Waiting[] = []
    for (let round = 0; round < 3; round++) {
      const startedAt = performance.now()
      const waits = await decideMany(store, next, Math.ceil(count / 2), clients)
      const rate = (waits.length * 1_000) / (performance.now() - startedAt)
      rounds.push({ clients, rate, p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) })
    }
    const of = (read: (waiting: Waiting) => number) => median(rounds.map(read))
    measured.push({ clients, rate: of(({ rate }) => rate), p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99) })
  }
  await store.close()
  return measured
}

function sizeSection(sizes: readonly [size: number, rate: number, wall: number, p99: number][], count: number): Section {
  return {
    title: 'Effect of the group size',
    text: `The recorded statements of ${count.toLocaleString('en')} decisions, replayed in groups of other sizes with SQLite alone, one run each. The last column adds ${networkFlushMs} ms for the flush of a network disk to every group.`,
    table: {
      head: [
        'decisions in a group',
        'decisions/s of processor time',
        'slowest hundredth of groups, ms',
        `decisions/s with ${networkFlushMs} ms a flush`,
      ],
      rows: sizes.map(([size, rate, wall, p99]) => [
        String(size),
        rate.toFixed(0),
        p99.toFixed(2),
        ((count * 1_000) / (wall + (count / size) * networkFlushMs)).toFixed(0),
      ]),
    },
    plot: {
      kind: 'lines',
      file: 'group-size',
      x: 'decisions in a group',
      y: 'decisions/s',
      lines: [
        { label: 'processor time', points: sizes.map(([size, rate]) => [size, rate] as const) },
        {
          label: `${networkFlushMs} ms a flush`,
          points: sizes.map(([size, , wall]) => [size, (count * 1_000) / (wall + (count / size) * networkFlushMs)] as const),
        },
      ],
    },
  }
}

function waitingSection(waiting: readonly Waiting[]): Section {
  return {
    title: 'Latency and throughput by waiting requests',
    text: 'The embedded store with the engine; each client asks again as soon as it has its answer.',
    table: {
      head: ['waiting at once', 'decisions/s', 'median, ms', 'slowest hundredth, ms'],
      rows: waiting.map(({ clients, rate, p50, p99 }) => [String(clients), rate.toFixed(0), p50.toFixed(2), p99.toFixed(2)]),
    },
    plot: {
      kind: 'lines',
      file: 'group-commit',
      x: 'decisions/s',
      y: 'ms',
      lines: [
        { label: 'median', points: waiting.map(({ rate, p50 }) => [Math.round(rate), p50] as const) },
        { label: 'slowest hundredth', points: waiting.map(({ rate, p99 }) => [Math.round(rate), p99] as const) },
      ],
    },
  }
}
