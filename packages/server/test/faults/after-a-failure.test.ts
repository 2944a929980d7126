import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { databasePathIn } from '../../src/storage/sqlite/data-directory.ts'
import { StoreUnavailableError } from '../../src/storage/store-errors.ts'
import type { TestApp } from '../support/test-app.ts'
import { openTestPostgres } from '../support/test-postgres.ts'
import { createCuttingProxy } from './cutting-proxy.ts'
import { createFaultSwitch } from './fault-switch.ts'
import { breakPostgres, type PostgresFault } from './faulty-postgres.ts'
import { breakSqlite, type SqliteFault } from './faulty-sqlite.ts'
import { createFaultyStore, type StoreFault } from './faulty-store.ts'
import { openWithFaults } from './open-with-faults.ts'

test('RE-03: filling a velocity feature fails with whichever call to the store, is told so, and goes on when asked again', async (t) => {
  const faults = createFaultSwitch<StoreFault>()
  const { made, clock } = await openWithFaults(t, undefined, (store) => createFaultyStore(store, faults))
  const { app, asManagement, asServer } = made
  const manage = (method: 'GET' | 'POST', path: string, payload?: object) =>
    app.inject({ method, url: `/v1/management/velocity-features${path}`, headers: asManagement, payload })
  for (let n = 0; n < 5; n++) {
    const tracked = await app.inject({ method: 'POST', url: `/v1/users/u${n}/actions/login`, headers: asServer, payload: {} })
    assert.equal(tracked.statusCode, 200)
  }
  clock.now += 60_000

  /** Starts it, with the nth call failing; when it has ended, how it did. `undefined`: no call failed. */
  async function fill(name: string, call: number): Promise<string | undefined> {
    const declared = await manage('POST', '', { name, metric: 'count', per: 'user', windowMinutes: 60 })
    assert.equal(declared.statusCode, 200, declared.body)
    faults.arm(call, 'refused')
    const started = await manage('POST', `/${name}/backfill`, {})
    const ended = started.statusCode === 200 ? await endOf(name) : String(started.statusCode)
    return faults.disarm() ? ended : undefined
  }

  async function endOf(name: string): Promise<string> {
    for (const deadline = performance.now() + 300_000; performance.now() < deadline; await pause(2)) {
      const { statusCode, ...shown } = await manage('GET', `/${name}`)
      if (statusCode !== 200) continue
      const { backfill, isComplete } = shown.json()
      if (isComplete) return 'done'
      if (backfill?.status !== undefined && backfill.status !== 'running') return backfill.status
    }
    return assert.fail(`${name} is not filled and has not failed`)
  }

  const ends = new Set<string>()
  let call = 1
  for (; call < 100; call++) {
    const name = `feature${call}`
    const ended = await fill(name, call)
    if (ended === undefined) break
    ends.add(ended)
    if (ended === 'done') continue
    assert.equal((await manage('POST', `/${name}/backfill`, {})).statusCode, 200)
    assert.equal(await endOf(name), 'done', `call ${call} failed`)
  }
  assert.ok(call > 5 && call < 100)
  assert.ok(ends.has('503') && ends.has('failed'), [...ends].join())
})

test('RE-03: a group that cannot even be rolled back is seen by nobody, and is gone before the next', async (t) => {
  const faults = createFaultSwitch<SqliteFault>()
  t.after(breakSqlite(faults))
  const { made, store } = await openWithFaults(t)
  const track = (idempotencyKey: string) =>
    made.app.inject({ method: 'POST', url: '/v1/users/u/actions/login', headers: made.asServer, payload: { idempotencyKey } })
  assert.equal((await track('first')).statusCode, 200)
  for (let call = 1; call < 100; call++) {
    faults.arm(call, 'failed', true)
    const { statusCode } = await track(`second${call}`)
    if (!faults.disarm()) break
    assert.equal(statusCode, 503)
    assert.equal((await track(`third${call}`)).statusCode, 200, `nothing is left of what failed with call ${call}`)
    assert.equal((await store.listInstances(made.tenant.tenantId, 'u', {})).length, 1 + call)
  }
})

async function makeHistory({ app, asServer, asManagement }: TestApp): Promise<() => Promise<Refusable>> {
  const action = { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' }
  await app.inject({ method: 'POST', url: '/v1/management/action-configurations', headers: asManagement, payload: action })
  for (let n = 0; n < 3; n++) {
    await app.inject({ method: 'POST', url: '/v1/users/u/actions/transfer', headers: asServer, payload: { idempotencyKey: `k${n}` } })
  }
  const url = '/v1/management/action-configurations/transfer/backtests'
  return async () => {
    const { statusCode, headers, ...reply } = await app.inject({ method: 'POST', url, headers: asManagement, payload: { draft: {} } })
    return { status: statusCode, retryAfter: headers['retry-after'], body: reply.json() }
  }
}

interface Refusable {
  status: number
  retryAfter: unknown
  body: { errorCode?: string; instances?: number }
}

function checkRefused({ status, retryAfter, body }: Refusable): void {
  assert.deepEqual([status, retryAfter, body.errorCode], [503, '1', 'unavailable'])
}

test('RE-03: a backtest whose history cannot be opened is refused with 503, and runs when it can', async (t) => {
  const { made, clock } = await openWithFaults(t)
  const backtest = await makeHistory(made)
  clock.now += 60_000
  const path = databasePathIn(made.deps.config.dataDir)
  renameSync(path, `${path}.away`)
  checkRefused(await backtest())
  renameSync(`${path}.away`, path)
  const { status, body } = await backtest()
  assert.deepEqual([status, body.instances], [200, 3])
})

test('RE-04: a backtest that loses PostgreSQL is refused with 503, and runs when it is back', async (t) => {
  const postgres = await openTestPostgres()
  if (typeof postgres === 'string') return t.skip(postgres)
  t.after(() => postgres.close())
  const url = new URL(await postgres.createDatabase())
  const proxy = await createCuttingProxy({ host: url.hostname, port: Number(url.port) })
  t.after(() => proxy.close())
  url.port = String(proxy.port)
  const { made, clock } = await openWithFaults(t, url.href)
  const backtest = await makeHistory(made)
  clock.now += 60_000
  proxy.cutWhen('select_history', 10, 'unanswered')
  checkRefused(await backtest())
  proxy.repair()
  const { status, body } = await backtest()
  assert.deepEqual([status, body.instances], [200, 3])
})

test('RE-04: what only reads is read again when its connection is lost, once', async (t) => {
  const postgres = await openTestPostgres()
  if (typeof postgres === 'string') return t.skip(postgres)
  t.after(() => postgres.close())
  const store = await openPostgresStore({ databaseUrl: await postgres.createDatabase(), clock: () => 1_000 })
  t.after(() => store.close())
  const faults = createFaultSwitch<PostgresFault>()
  t.after(breakPostgres(faults))
  const reads = [
    () => store.db.selectFrom('users').selectAll().execute(),
    () => store.findInstance({ tenantId: 'one', userId: 'u', action: 'a', idempotencyKey: 'k' }),
    () => store.listInstances('one', 'u', {}),
    () => store.loadSnapshot('one', 'u', []),
  ]
  for (const read of reads) {
    for (const way of ['cut', 'unanswered'] as const) {
      faults.arm(1, way)
      await read()
      assert.ok(faults.disarm())
      faults.arm(1, way, true)
      await assert.rejects(read(), (error) => error instanceof StoreUnavailableError)
      faults.disarm()
    }
  }
})
