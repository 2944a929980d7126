import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { errorBody } from '../../src/http/error-reply.ts'
import type { Store } from '../../src/storage/store.ts'
import { checkCounts, checkStore } from '../chaos/check-store.ts'
import { checkUser, createKnownUser } from '../chaos/known-user.ts'
import { actOnce } from '../chaos/operations.ts'
import { createRandom } from '../chaos/random.ts'
import { configure, createTenants } from '../chaos/run-chaos.ts'
import { createServerProcess, type ServerProcess } from '../chaos/server-process.ts'
import { createTenantClient, type TenantKeys } from '../chaos/tenant-client.ts'

/** Something that happens to a store while it is used. */
export interface Disturbance {
  title: string
  /** Makes the trouble; what it returns ends it. */
  begin(server: ServerProcess): Promise<() => Promise<void>>
  /** Each takes a while: no more than one is waited for. */
  isSlow?: boolean
  /** It is over before anybody notices, as often as not: nobody needs to have been refused. */
  isBrief?: boolean
}

export interface DisturbedOptions {
  /** How the server finds its store. */
  env: Readonly<Record<string, string>>
  /** The command that runs it; see `createServerProcess`. */
  prefix?: readonly string[]
  disturbances: readonly Disturbance[]
  /** After the server has gone. */
  openStore(): Promise<Store>
}

const clients = 6
const operationsOfEach = 12
const fewRefusals = 10
/** Not how fast it has to be: only a server that never recovers takes so long. */
const recoversWithinMs = 180_000

/**
 * Lets clients use a real server while one thing after the other happens to its store, and holds that
 *
 * - who is refused is told 503, with the error body and `Retry-After`; `/healthz` answers, and `/readyz` again when the trouble is over;
 * - the request that was refused then succeeds, in the same process;
 * - all that clients were told is there, and nothing that they were not (I1 to I9).
 *
 * CHAOS_SEED makes clients do the same again.
 */
export async function runDisturbed(t: TestContext, options: DisturbedOptions): Promise<void> {
  const seed = Number(process.env.CHAOS_SEED || randomBytes(4).readUInt32LE())
  t.diagnostic(`CHAOS_SEED=${seed}`)
  const random = createRandom(seed)
  const violations: string[] = []
  let happening = 'nothing'
  const violate = (violation: string) => void violations.push(`seed ${seed}, ${happening}: ${violation}`)
  const keys = await createTenants(options.env, options.prefix)
  const server = await createServerProcess(options.env, options.prefix)
  t.after(() => server.kill())
  await server.start()
  const startedAs = server.pid()
  const probe = createProbe(server.url, keys[0] ?? assert.fail('no tenant was made'))
  const tenants = keys.map((tenant) => createTenantClient(tenant, [server.url], createRandom(random.below(2 ** 32)), violate))
  for (const tenant of tenants) await configure(tenant)
  const crowds = Array.from({ length: clients }, (_, n) => tenants.map((tenant) => createKnownUser(tenant, `user-${n}`)))
  const users = crowds.flat()

  for (const disturbance of options.disturbances) {
    happening = disturbance.title
    const beganAt = performance.now()
    const operations = await runOne(disturbance)
    happening = `after ${disturbance.title}`
    for (const user of users) await checkUser(user, violate)
    assert.equal(server.pid(), startedAs, `${disturbance.title} is got over without a restart`)
    t.diagnostic(
      `${disturbance.title}: ${operations} operations, ${probe.refusals()} refusals, ${Math.round(performance.now() - beganAt)} ms`,
    )
    assert.deepEqual(violations, [])
  }
  await probe.checkAll()
  for (const user of users) await checkCounts(user, violate)
  await server.kill()
  const store = await options.openStore()
  await checkStore(store, users, violate)
  await store.close()
  assert.deepEqual(violations, [])

  async function runOne({ title, begin, isBrief = false, isSlow = false }: Disturbance): Promise<number> {
    let operations = 0
    let isOver = false
    const works = crowds.map(async (crowd) => {
      const scene = { random: createRandom(random.below(2 ** 32)), violate }
      for (let done = 0; done < operationsOfEach || !isOver; done++) {
        await actOnce(scene, scene.random.pick(crowd))
        operations += 1
        // A user who waits for an erasure to be confirmed returns at once, and a user who was refused often pauses: let others have their turn.
        await (done < operationsOfEach ? turn() : pause(20))
      }
    })
    await probe.send()
    const end = await begin(server)
    try {
      if (isBrief) for (let n = 0; n < 20; n++) await probe.send()
      else await probe.sendUntilRefused(title, isSlow ? 1 : fewRefusals)
      assert.equal((await fetch(`${server.url}/healthz`)).status, 200, title)
    } finally {
      await end()
      isOver = true
    }
    await becomesReady(title)
    await Promise.all(works)
    await probe.sendRefusedAgain(title)
    return operations
  }

  async function becomesReady(title: string): Promise<void> {
    for (const deadline = performance.now() + recoversWithinMs; performance.now() < deadline; await pause(20)) {
      if ((await fetch(`${server.url}/readyz`)).status === 200) return
    }
    assert.fail(`the server is not ready again after ${title}`)
  }
}

/** A client that looks at refusals closely. */
interface Probe {
  /** True when it was done. */
  send(): Promise<boolean>
  /** So many times. */
  sendUntilRefused(title: string, times: number): Promise<void>
  /** Sends what was refused again: it is done now. */
  sendRefusedAgain(title: string): Promise<void>
  refusals(): number
  /** All that was done is there, once. */
  checkAll(): Promise<void>
}

function createProbe(url: string, { tenantId, secretKey }: TenantKeys): Probe {
  const headers = { authorization: `Basic ${btoa(`${secretKey}:`)}`, 'content-type': 'application/json' }
  const done = new Set<string>()
  let refused: string[] = []
  let refusals = 0
  let next = 0

  async function track(idempotencyKey: string): Promise<boolean> {
    const response = await fetch(`${url}/v1/users/probe/actions/transfer`, {
      method: 'POST',
      headers,
      // Large, so that a store without room has none for this one.
      body: JSON.stringify({ idempotencyKey, custom: { amount: 1, note: 'x'.repeat(4000) } }),
      signal: AbortSignal.timeout(30_000),
    })
    const body = await response.json()
    if (response.status === 200) {
      done.add(idempotencyKey)
      return true
    }
    assert.equal(response.status, 503, JSON.stringify(body))
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('retry-after'), '1')
    assert.equal(errorBody.parse(body).errorCode, 'unavailable')
    refused.push(idempotencyKey)
    refusals += 1
    return false
  }

  const send = () => track(`${tenantId}-probe-${next++}`)
  return {
    send,
    refusals: () => refusals,
    async sendUntilRefused(title, times) {
      const before = refusals
      for (let n = 0; n < 5000 && refusals < before + times; n++) await send()
      assert.ok(refusals >= before + times, `nobody was refused by ${title}`)
    },
    async sendRefusedAgain(title) {
      const again = refused
      refused = []
      for (const idempotencyKey of again) assert.ok(await track(idempotencyKey), `${idempotencyKey} is refused after ${title}`)
    },
    async checkAll() {
      const response = await fetch(`${url}/v1/users/probe/actions?limit=1000`, { headers })
      const listed = ((await response.json()) as { idempotencyKey: string }[]).map(({ idempotencyKey }) => idempotencyKey)
      assert.deepEqual([...listed].sort(), [...done].sort())
    },
  }
}
