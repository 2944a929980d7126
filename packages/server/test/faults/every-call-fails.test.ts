import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestApp } from '../support/test-app.ts'
import { createFaultSwitch } from './fault-switch.ts'
import { breakSqlite, type SqliteFault } from './faulty-sqlite.ts'
import { createFaultyStore, type StoreFault } from './faulty-store.ts'
import { openWithFaults } from './open-with-faults.ts'
import { type FaultyWay, firstsOf, sweep } from './sweep.ts'

// A transaction in which something fails once may be run again by the store, and nobody notices.
const storeFaults: readonly FaultyWay<StoreFault>[] = [
  { way: 'refused', mayMakeUp: true },
  { way: 'unanswered', mayMakeUp: true, mayLeaveDoubt: true },
]
// `lasts`: everything fails from then on, `ROLLBACK` too.
const sqliteFaults: readonly FaultyWay<SqliteFault>[] = [
  { way: 'failed', lasts: true },
  { way: 'undone', mayMakeUp: true },
]

for (const first of firstsOf(storeFaults)) {
  test('RE-03: every call to the store fails once: 503, nothing half done, and the same request again succeeds', async (t) => {
    t.diagnostic(`FAULTS=${first}`)
    const faults = createFaultSwitch<StoreFault>()
    const opened = await openWithFaults(t, undefined, (store) => createFaultyStore(store, faults))
    t.diagnostic(JSON.stringify(await sweep({ ...opened, faults, ways: storeFaults, first })))
    assert.deepEqual(await untriedRoutes(opened.made), [], 'every route that writes was tried')
  })
}

for (const first of firstsOf(sqliteFaults)) {
  test('RE-03: every statement in SQLite fails once: the same holds', async (t) => {
    t.diagnostic(`FAULTS=${first}`)
    const faults = createFaultSwitch<SqliteFault>()
    t.after(breakSqlite(faults))
    t.diagnostic(JSON.stringify(await sweep({ ...(await openWithFaults(t)), faults, ways: sqliteFaults, first })))
  })
}

/** The same as others, with a cookie; or work that goes on after the answer, or on another thread: `after-a-failure.test.ts`. */
const triedElsewhere = [/\/web$/, /\/backfill$/, /\/backtests$/]

async function untriedRoutes({ app }: TestApp): Promise<string[]> {
  const document: { paths: Record<string, object> } = (await app.inject('/openapi.json')).json()
  const metrics = (await app.inject('/metrics')).body
  return Object.entries(document.paths).flatMap(([path, methods]) => {
    const route = path.replaceAll(/\{(\w+)\}/g, ':$1')
    return Object.keys(methods)
      .filter((method) => method !== 'get' && !triedElsewhere.some((pattern) => pattern.test(path)))
      .filter((method) => !metrics.includes(`{method="${method.toUpperCase()}",route="${route}",status="200"}`))
      .map((method) => `${method} ${path}`)
  })
}
