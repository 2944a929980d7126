import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { ApiError } from '../errors/api-error.ts'
import { StoreUnavailableError } from '../storage/store-errors.ts'
import type { ShadowJob } from './history-job.ts'
import { createHistoryWorkers } from './history-workers.ts'

const server = await createTestApp()
const { app, deps, asManagement, logged, tenant, close } = server
after(close)
await configureAction(server, 'transfer', { defaultOutcome: 'ALLOW' })

const inForce = {
  action: 'transfer',
  version: 1,
  defaultOutcome: 'ALLOW',
  whenUnenrolled: 'ENROLL',
  verificationMethods: [],
  rules: [],
} as const
const job: ShadowJob = {
  kind: 'shadow',
  tenantId: tenant.tenantId,
  action: 'transfer',
  from: 0,
  to: 1,
  inForce: { ...inForce, verificationMethods: [], rules: [] },
}

const hasCode = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code

test('a job that is aborted ends, and leaves its place to the next', async () => {
  const workers = createHistoryWorkers(deps.store.history)
  const abort = new AbortController()
  const running = workers.run<'shadow'>(job, { signal: abort.signal })
  assert.throws(() => workers.run<'shadow'>(job), hasCode('too_many_requests'))
  abort.abort()
  await assert.rejects(running, hasCode('request_timeout'))
  await assert.rejects(
    workers.run<'shadow'>(job, { signal: abort.signal }),
    hasCode('request_timeout'),
    'one that was aborted before it began',
  )
  assert.equal((await workers.run<'shadow'>(job)).instances, 0)
  await workers.close()
})

test('a tenant has one job of a kind under way, the process two', async () => {
  const workers = createHistoryWorkers(deps.store.history)
  const begin = (tenantId: string) => workers.run<'shadow'>({ ...job, tenantId })
  const running = [begin('one')]
  assert.throws(() => begin('one'), hasCode('too_many_requests'))
  running.push(begin('other'))
  assert.throws(() => begin('third'), hasCode('too_many_requests'))
  await Promise.all(running)
  assert.equal((await begin('third')).instances, 0, 'and a place is free again')
  await workers.close()
})

/** Threads of this process so far, with one that is started to know. */
async function countThreads(): Promise<number> {
  const worker = new Worker('', { eval: true })
  const { threadId } = worker
  await worker.terminate()
  return threadId
}

test('a thread does one short job after the other, for as long as it is kept', async () => {
  // The threads of the store have started.
  await deps.store.foldReadSide()
  const started = async (work: () => Promise<void>) => {
    const before = await countThreads()
    await work()
    return (await countThreads()) - before - 1
  }
  // However long a job takes on a busy machine.
  const workers = createHistoryWorkers(deps.store.history, { shortMs: 300_000, keptMs: 300_000 })
  const run = async (tenantId: string) => assert.equal((await workers.run<'shadow'>({ ...job, tenantId })).instances, 0)
  assert.equal(
    await started(() =>
      run('one')
        .then(() => run('one'))
        .then(() => run('other')),
    ),
    1,
  )
  await workers.close()
  const hasty = createHistoryWorkers(deps.store.history, { shortMs: 300_000, keptMs: 0 })
  const ended = async () => {
    await hasty.run<'shadow'>(job)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assert.equal(await started(() => ended().then(ended)), 2, 'one that has ended is replaced')
  await hasty.close()
})

test('a server that stops ends its jobs', async () => {
  const workers = createHistoryWorkers(deps.store.history)
  const running = workers.run<'shadow'>(job)
  await Promise.all([workers.close(), assert.rejects(running, hasCode('unavailable'))])
  assert.throws(() => workers.run<'shadow'>(job), hasCode('unavailable'))
})

test('a job whose store cannot be read says so, with the reason, and frees its place', async () => {
  const workers = createHistoryWorkers({ kind: 'sqlite', path: '/nowhere/at/all.db' })
  for (let n = 0; n < 2; n++) {
    await assert.rejects(workers.run<'shadow'>(job), (error) => {
      assert.match(String((error as Error).cause), /unable to open database file/)
      return error instanceof StoreUnavailableError
    })
  }
})

test('a client that goes away ends its backtest', async () => {
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const backtests = `${url}/v1/management/action-configurations/transfer/backtests`
  const post = (signal?: AbortSignal) =>
    fetch(backtests, {
      method: 'POST',
      headers: { ...asManagement, 'content-type': 'application/json', accept: 'application/x-ndjson' },
      body: '{"draft":{}}',
      signal: signal ?? null,
    })
  const abort = new AbortController()
  // The answer has begun when its head is there; the thread has hardly started by then.
  const { body } = await post(abort.signal)
  abort.abort()
  await assert.rejects(body?.getReader().read() ?? assert.fail(), { name: 'AbortError' })
  let status = 429
  for (let i = 0; i < 500 && status === 429; i++) {
    const reply = await post()
    status = reply.status
    await reply.text()
  }
  assert.equal(status, 200)
  assert.doesNotMatch(logged(), /backtest failed|request failed/)
})
