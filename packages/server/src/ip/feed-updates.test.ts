import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { afterTry, type FeedState, type FeedStates, loadFeedStates, saveFeedStates } from './feed-state.ts'
import { createFeedUpdates, type FeedUpdatesDeps } from './feed-updates.ts'
import { refreshedSources } from './update-due-feeds.ts'

const root = mkdtempSync(join(tmpdir(), 'sallyport-updates-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const hour = 3_600_000
const now = Date.UTC(2026, 10, 24)

/** The job without a process of its own: every list that is due gets the same result. */
function createJob(outcome: Pick<FeedState, 'result' | 'problem'>, options: Partial<FeedUpdatesDeps> = {}) {
  const directory = join(root, `${++count}`)
  const job = { at: now, watch: 0, runs: 0, refreshes: 0, outcome, logged: [] as string[] }
  const note = (_: unknown, text?: string) => void job.logged.push(String(text))
  const deps: FeedUpdatesDeps = {
    directory,
    isOn: true,
    clock: () => job.at,
    stopwatch: () => job.watch,
    random: () => 0,
    log: { info: note, warn: note },
    refresh: async () => {
      job.refreshes += 1
    },
    run: async () => {
      job.runs += 1
      const before = loadFeedStates(directory)
      const states: FeedStates = new Map(
        [...refreshedSources(directory).keys()].map((name) => [name, afterTry(before.get(name), job.outcome, job.at, 0.5)]),
      )
      mkdirSync(directory, { recursive: true })
      saveFeedStates(directory, states)
    },
    ...options,
  }
  const updates = createFeedUpdates(deps)
  const wait = (hours: number) => {
    job.at += hours * hour
    job.watch += hours * hour
  }
  return { job, updates, wait, again: () => createFeedUpdates(deps) }
}

test('lists are refreshed minutes after the start, then once a day, and read again only when one was installed', async () => {
  const { job, updates, wait } = createJob({ result: 'installed' })
  await updates.runIfDue()
  assert.equal(job.runs, 0)
  wait(0.2)
  await updates.runIfDue()
  assert.deepEqual([job.runs, job.refreshes, job.logged], [1, 1, ['lists of IP addresses were refreshed']])
  job.outcome = { result: 'unchanged' }
  for (let at = 0; at < 48; at += 1) {
    wait(1)
    await updates.runIfDue()
  }
  assert.deepEqual([job.runs, job.refreshes], [3, 1])
})

test('a closed network is said once in the log, also over restarts, and is asked for less and less often', async () => {
  const { job, updates, wait, again } = createJob({ result: 'not_fetched', problem: 'not fetched: no network' })
  for (let at = 0; at < 96; at += 1) {
    wait(0.5)
    await updates.runIfDue()
  }
  assert.equal(job.runs, 7)
  const next = again()
  wait(48)
  await next.runIfDue()
  assert.equal(job.runs, 8)
  assert.equal(job.logged.length, 1)
  assert.match(job.logged[0] ?? '', /no network.*SALLYPORT_IP_UPDATES=off/)
  assert.equal([...next.states().values()][0]?.problem, 'not fetched: no network')
  assert.equal(job.refreshes, 0)
})

test('switched off, nothing is ever asked for', async () => {
  const { job, updates, wait } = createJob({ result: 'installed' }, { isOn: false })
  wait(1000)
  await updates.runIfDue()
  assert.deepEqual([job.runs, updates.isOn], [0, false])
})

test('a run that fails as a whole is not tried again within the minute', async () => {
  let runs = 0
  const run = async () => {
    runs += 1
    throw new Error('the directory cannot be written')
  }
  const { updates, wait } = createJob({ result: 'installed' }, { run })
  wait(1)
  await assert.rejects(updates.runIfDue(), /cannot be written/)
  wait(0.25)
  await updates.runIfDue()
  assert.equal(runs, 1)
  wait(0.5)
  await assert.rejects(updates.runIfDue(), /cannot be written/)
})

test('stopping ends a run under way', async () => {
  const run = (_: string, signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  const { job, updates, wait } = createJob({ result: 'installed' }, { run })
  wait(1)
  const running = updates.runIfDue()
  await updates.stop()
  await running
  await updates.runIfDue()
  assert.equal(job.refreshes, 0)
})
