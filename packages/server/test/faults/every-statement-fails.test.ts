import { after, test } from 'node:test'
import { openTestPostgres } from '../support/test-postgres.ts'
import { createFaultSwitch } from './fault-switch.ts'
import { breakPostgres, type PostgresFault } from './faulty-postgres.ts'
import { openWithFaults } from './open-with-faults.ts'
import { type FaultyWay, firstsOf, sweep } from './sweep.ts'
import { sweepCounts } from './sweep-counts.ts'

const ways: readonly FaultyWay<PostgresFault>[] = [
  { way: 'cut', mayMakeUp: true },
  { way: 'disk_full' },
  { way: 'serialization_failure', mayMakeUp: true },
  { way: 'unanswered', mayMakeUp: true, mayLeaveDoubt: true },
]
const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
if (typeof postgres !== 'string') after(() => postgres.close())

for (const first of firstsOf(ways)) {
  test('RE-04: every statement on PostgreSQL fails once: 503 or made up for, and the same request again succeeds', { skip }, async (t) => {
    if (typeof postgres === 'string') return
    t.diagnostic(`FAULTS=${first}`)
    const databaseUrl = await postgres.createDatabase()
    t.after(() => postgres.dropDatabase(databaseUrl))
    const faults = createFaultSwitch<PostgresFault>()
    t.after(breakPostgres(faults))
    t.diagnostic(JSON.stringify(await sweep({ ...(await openWithFaults(t, databaseUrl)), faults, ways, first })))
  })
}

for (const first of firstsOf(ways)) {
  test('RL-01, OT-08: every statement on PostgreSQL fails once: no judged answer is lost to the counts, and no message counts twice', {
    skip,
  }, async (t) => {
    if (typeof postgres === 'string') return
    t.diagnostic(`FAULTS=${first}`)
    const databaseUrl = await postgres.createDatabase()
    t.after(() => postgres.dropDatabase(databaseUrl))
    const faults = createFaultSwitch<PostgresFault>()
    t.after(breakPostgres(faults))
    t.diagnostic(`${await sweepCounts({ ...(await openWithFaults(t, databaseUrl)), faults, ways, first })} calls failed`)
  })
}
