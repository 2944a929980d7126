import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  compilePolicy,
  decide,
  entitiesOf,
  type Instance,
  instanceEntities,
  type JsonValue,
  type PolicyDefinition,
  parseUserAgent,
  type RuleDefinition,
  recordTracked,
  type TrackedEvent,
} from '@sallyport/engine'
import type { BacktestJob } from '../../packages/server/src/backtests/history-job.ts'
import { createHistoryWorkers } from '../../packages/server/src/backtests/history-workers.ts'
import { runHistoryJob } from '../../packages/server/src/backtests/run-history-job.ts'
import { encodeInstance } from '../../packages/server/src/storage/instance-row.ts'
import { openHistory } from '../../packages/server/src/storage/open-history.ts'
import { createDictionary } from '../../packages/server/src/storage/sqlite/dictionary.ts'
import { openSqliteStore } from '../../packages/server/src/storage/sqlite/open-sqlite-store.ts'
import { createUndoLog } from '../../packages/server/src/storage/sqlite/undo-log.ts'
import type { Store } from '../../packages/server/src/storage/store.ts'
import { homeAddress } from '../../packages/server/test/support/address-facts.ts'
import { customer } from '../bank-signals.ts'
import { inTurns, toRow } from '../in-turns.ts'
import type { BenchOptions, Measured } from '../row.ts'

const start = Date.UTC(2026, 0, 1)
const windowsChrome = parseUserAgent(
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
)

function ruleOf(i: number, shift: number): RuleDefinition {
  const conditions: JsonValue[] = [
    { and: [{ '>': [{ var: 'custom.amount' }, 2_000 + i * 10 + shift] }, { '==': [{ var: 'device.isNew' }, true] }] },
    { '>': [{ var: 'custom.amount' }, 2_900 + i + shift] },
    { in: [{ var: 'ip.countryCode' }, ['KP', 'IR', `X${i}`]] },
    { and: [{ '==': [{ var: 'ip.isAnonymous' }, true] }, { '>': [{ var: 'velocity.actions1h' }, i] }] },
  ]
  return {
    ruleId: `rule-${i}`,
    name: `Rule ${i}`,
    priority: i,
    outcome: 'CHALLENGE',
    mode: 'active',
    conditions: conditions[i % 4] as JsonValue,
  }
}

function policyOf(version: number, shift: number): PolicyDefinition {
  const rules = Array.from({ length: 20 }, (_, i) => ruleOf(i, shift))
  return { action: 'transfer', version, defaultOutcome: 'ALLOW', whenUnenrolled: 'ENROLL', verificationMethods: [], rules }
}

const inForce = policyOf(2, 0)
const policy = compilePolicy(policyOf(1, 0), { lists: new Map(), enabledMethods: ['PASSKEY'], configVersion: 1 })

function eventOf(n: number): TrackedEvent {
  const address = `203.0.${(n >> 8) & 255}.${n & 255}`
  const custom = Object.assign(Object.create(null), { amount: (n * 37) % 3_000, currency: 'EUR', recipient: `account-${n % 97}` })
  const deviceId = `8f14e45f-ceea-467f-ab1d-${n % 1000}`
  return {
    tenantId: 'bank',
    userId: `customer-${n}`,
    action: 'transfer',
    idempotencyKey: `9c1a2f6e-4c2f-4b0a-9f36-${n}`,
    at: start + n * 1_000,
    ip: {
      ...homeAddress,
      address,
      network: `203.0.${(n >> 8) & 255}.0/24`,
      isVpn: n % 40 === 0,
      isAnonymous: n % 40 === 0,
      asn: 64_500 + (n % 20),
    },
    userAgent: windowsChrome,
    deviceId,
    custom,
    tracked: { ipAddress: address, userAgent: windowsChrome.raw, deviceId, custom },
    dataVersion: '260101',
  }
}

const nobody = { user: { ...customer, createdAt: null }, entities: {} }

/** Fills a database with decided instances and many copies of them. */
function fill(path: string, count: number): void {
  const templates = Array.from({ length: 1_000 }, (_, n): Instance => decide(policy, nobody, eventOf(n)).changes.instance)
  const database = new DatabaseSync(path)
  const dictionary = createDictionary(database, createUndoLog())
  const insert = database.prepare(
    'INSERT INTO instances (seq, previous, is_folded, tenant_no, user_id, action_no, idempotency_key, created_at, body) VALUES (?, 0, 1, ?, ?, ?, ?, ?, ?)',
  )
  database.exec('BEGIN')
  const rows = templates.map((instance) => encodeInstance(instance, dictionary))
  for (let n = 0; n < count; n++) {
    const row = rows[n % rows.length] as (typeof rows)[number]
    insert.run(n + 1, row.tenant_no, `customer-${n % 50_000}`, row.action_no, `9c1a2f6e-4c2f-4b0a-9f36-${n}`, start + n * 1_000, row.body)
  }
  database
    .prepare("INSERT OR REPLACE INTO store_state (name, value) VALUES ('entities_through', ?), ('keys_through', ?)")
    .run(String(count), String(count))
  database.exec('COMMIT')
  database.close()
}

function jobOver(count: number): BacktestJob {
  return {
    kind: 'backtest',
    tenantId: 'bank',
    action: 'transfer',
    from: 0,
    to: start + count * 1_000,
    draft: policyOf(0, 50),
    inForce,
    configVersion: 1,
    draftLists: new Map(),
    deriveFeatures: [],
  }
}

/** Processor time of this process: all threads, with garbage collection. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Milliseconds to parse the stored rows as JSON. */
function parseAll(path: string, count: number): number {
  const database = new DatabaseSync(path, { readOnly: true })
  const select = database.prepare('SELECT body FROM instances WHERE seq BETWEEN ? AND ?')
  let ms = 0
  // Processor time instead of wall time, so that other work of the machine does not count.
  for (let seq = 1; seq <= count; seq += 50_000) {
    const bodies = select.all(seq, seq + 49_999).map(({ body }) => String(body))
    const from = cpuMs()
    for (const body of bodies) JSON.parse(body)
    ms += cpuMs() - from
  }
  database.close()
  return ms
}

/** Milliseconds from the rows on disk to the result of the backtest. */
async function testAll(path: string, count: number): Promise<number> {
  const history = await openHistory({ kind: 'sqlite', path })
  const from = cpuMs()
  const result = await runHistoryJob(history, jobOver(count), () => {})
  const ms = cpuMs() - from
  await history.close()
  if (result.instances !== count) throw new Error(`the backtest saw ${result.instances} instances instead of ${count}`)
  return ms
}

/** Decisions per second, with 64 waiting at a time. */
async function decisionsPerSecond(store: Store, from: number, ms: number): Promise<number> {
  const until = performance.now() + ms
  let made = 0
  const client = async () => {
    while (performance.now() < until) {
      const event = eventOf(from + made++)
      const { tenantId, userId, action, idempotencyKey, at, deviceId } = event
      await store.decide(
        { key: { tenantId, userId, action, idempotencyKey }, entities: entitiesOf(event), user: {}, deviceId, at },
        (snapshot) => decide(policy, snapshot, event),
      )
    }
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: 64 }, client))
  return made / ((performance.now() - begun) / 1_000)
}

/**
 * Measures a backtest of stored instances, with 20 rules on each side, from the embedded store to the result: against parsing the same rows as
 * JSON, and by its cost to decisions made at the same time.
 */
export async function backtest({ rounds, instances }: BenchOptions): Promise<Measured> {
  const count = Math.min(instances, 1_000_000)
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  try {
    const options = { dataDir, clock: Date.now, recordTracked, instanceEntities }
    await (await openSqliteStore(options)).close()
    const path = join(dataDir, 'sallyport.db')
    fill(path, count)
    const perSecond = (ms: number) => (count * 1_000) / ms
    const figures = await inTurns(Math.min(rounds, 5), {
      parsed: () => perSecond(parseAll(path, count)),
      tested: async () => perSecond(await testAll(path, count)),
    })
    const { alone, beside } = await decideBeside(await openSqliteStore(options), count, rounds)
    return {
      rows: [
        toRow(
          {
            name: `backtest of ${count.toLocaleString('en')} stored instances, 20 rules against 20`,
            peer: '`JSON.parse` of the same rows',
            unit: 'instances/s',
            atLeast: 0.3,
            note: 'processor time of all threads; only ours includes reading from disk',
          },
          figures.tested ?? [],
          figures.parsed ?? [],
        ),
        toRow({ name: 'decisions while a backtest runs', peer: 'decisions without it', unit: 'decisions/s', atLeast: 0.9 }, beside, alone),
      ],
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function decideBeside(store: Store, count: number, rounds: number): Promise<{ alone: number[]; beside: number[] }> {
  const workers = createHistoryWorkers(store.history)
  let next = count
  const decideFor = (ms: number) => {
    next += 1_000_000
    return decisionsPerSecond(store, next, ms)
  }
  const figures = await inTurns(rounds, {
    alone: () => decideFor(1_000),
    beside: async () => {
      const abort = new AbortController()
      const begun = Promise.withResolvers<void>()
      const running = workers
        .run<'backtest'>(jobOver(count), { signal: abort.signal, onProgress: () => begun.resolve() })
        .catch(() => undefined)
      await begun.promise
      const rate = await decideFor(1_000)
      abort.abort()
      await running
      return rate
    },
  })
  await workers.close()
  await store.close()
  return { alone: figures.alone ?? [], beside: figures.beside ?? [] }
}
