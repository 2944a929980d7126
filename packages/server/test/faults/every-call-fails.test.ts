import { test } from 'node:test'
import { createFaultSwitch } from './fault-switch.ts'
import { breakSqlite, type SqliteFault } from './faulty-sqlite.ts'
import { createFaultyStore, type StoreFault } from './faulty-store.ts'
import { openWithFaults } from './open-with-faults.ts'
import { type FaultyWay, firstsOf, sweep } from './sweep.ts'
import { sweepCounts } from './sweep-counts.ts'

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

for (const first of firstsOf(sqliteFaults)) {
  test('RL-01, OT-08: every statement in SQLite fails once: no judged answer is lost to the counts, and no message counts twice', async (t) => {
    t.diagnostic(`FAULTS=${first}`)
    const faults = createFaultSwitch<SqliteFault>()
    t.after(breakSqlite(faults))
    t.diagnostic(`${await sweepCounts({ ...(await openWithFaults(t)), faults, ways: sqliteFaults, first })} calls failed`)
  })
}
