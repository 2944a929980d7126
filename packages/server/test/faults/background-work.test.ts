import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createFaultSwitch } from './fault-switch.ts'
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
    for (const deadline = performance.now() + 20_000; performance.now() < deadline; await pause(2)) {
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
