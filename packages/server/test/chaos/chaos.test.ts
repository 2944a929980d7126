import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openStore } from '../../src/storage/open-store.ts'
import { openTestPostgres } from '../support/test-postgres.ts'
import { runChaos } from './run-chaos.ts'

// CHAOS_ROUNDS=200 CHAOS_SEED=1 node --test packages/server/test/chaos/chaos.test.ts
const rounds = Number(process.env.CHAOS_ROUNDS || 2)
const seed = Number(process.env.CHAOS_SEED || randomBytes(4).readUInt32LE())

async function check(t: TestContext, processes: number, databaseUrl?: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-chaos-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  t.diagnostic(`CHAOS_SEED=${seed}, ${rounds} rounds`)
  const env = {
    SALLYPORT_DATA_DIR: dataDir,
    SALLYPORT_MASTER_KEY: randomBytes(32).toString('hex'),
    ...(databaseUrl !== undefined && { SALLYPORT_DATABASE_URL: databaseUrl }),
  }
  const startedAt = performance.now()
  const { violations, kills, requests, slowestStartMs } = await runChaos({
    seed,
    rounds,
    processes,
    env,
    openStore: () => openStore({ dataDir, databaseUrl }, Date.now),
    report: (line) => t.diagnostic(line),
  })
  const seconds = (performance.now() - startedAt) / 1000
  t.diagnostic(`${kills} kills, ${requests} operations, slowest start ${Math.round(slowestStartMs)} ms, ${seconds.toFixed(0)} s`)
  assert.deepEqual(violations, [])
}

test('RE-01: kill -9 under load costs nobody anything they were told (I1 to I9), on the embedded store', (t) => check(t, 1))

test('RE-01, RE-02: the same with two processes on one PostgreSQL, of which one or both are killed', async (t) => {
  const postgres = await openTestPostgres()
  if (typeof postgres === 'string') return t.skip(postgres)
  t.after(() => postgres.close())
  await check(t, 2, await postgres.createDatabase())
})
