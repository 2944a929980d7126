import { test } from 'node:test'
import { createFaultSwitch } from './fault-switch.ts'
import { breakSqlite, type SqliteFault } from './faulty-sqlite.ts'
import { createFaultyStore, type StoreFault } from './faulty-store.ts'
import { openWithFaults } from './open-with-faults.ts'
import { sweep } from './sweep.ts'

for (const first of [0, 1]) {
  test(`RE-03: every call to the store fails once: 503, nothing half done, and the same request again succeeds (${first})`, async (t) => {
    const faults = createFaultSwitch<StoreFault>()
    const opened = await openWithFaults(t, undefined, (store) => createFaultyStore(store, faults))
    const ways = [{ way: 'refused' as const }, { way: 'unanswered' as const, mayLeaveDoubt: true }]
    t.diagnostic(JSON.stringify(await sweep({ ...opened, faults, ways, first })))
  })

  test(`RE-03: every statement in SQLite fails once: the same holds (${first})`, async (t) => {
    const faults = createFaultSwitch<SqliteFault>()
    t.after(breakSqlite(faults))
    const ways = [{ way: 'failed' as const, lasts: first === 1 }, { way: 'undone' as const }]
    t.diagnostic(JSON.stringify(await sweep({ ...(await openWithFaults(t)), faults, ways, first })))
  })
}
