import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { openTestPostgres } from '../support/test-postgres.ts'
import { checkCounts, checkStore } from './check-store.ts'
import { checkUser, createKnownUser, type KnownUser } from './known-user.ts'
import { actOnce } from './operations.ts'
import { createRandom } from './random.ts'
import { configure, createTenants } from './run-chaos.ts'
import { createServerProcess } from './server-process.ts'
import { createTenantClient } from './tenant-client.ts'

const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31))
const main = join(import.meta.dirname, '../../src/cli/main.js')
const clients = 8

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false

test('RE-01, I1 to I9: a store moves to PostgreSQL under load, by a mover that is killed, and clients lose nothing they were told', {
  skip,
}, async (t) => {
  if (typeof postgres === 'string') return
  t.after(() => postgres.close())
  t.diagnostic(`CHAOS_SEED=${seed}`)
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-move-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const databaseUrl = await postgres.createDatabase()
  const random = createRandom(seed)
  const violations: string[] = []
  const violate = (violation: string) => void violations.push(`seed ${seed}: ${violation}`)
  const masterKey = randomBytes(32).toString('base64')
  const env = { SALLYPORT_DATA_DIR: dataDir, SALLYPORT_MASTER_KEY: masterKey, SALLYPORT_PUBLIC_URL: 'http://localhost:4000' }
  const keys = await createTenants(env)
  const [before, after] = [await createServerProcess(env), await createServerProcess({ ...env, SALLYPORT_DATABASE_URL: databaseUrl })]
  t.after(() => Promise.all([before.kill(), after.kill()]))
  await before.start()
  const urls = [before.url]
  const tenants = keys.map((tenant) => createTenantClient(tenant, urls, createRandom(random.below(2 ** 32)), violate))
  for (const tenant of tenants) await configure(tenant)
  const crowds = Array.from({ length: clients }, (_, client) => tenants.map((tenant) => createKnownUser(tenant, `user-${client}`)))
  const users = crowds.flat()

  let operations = 0
  let isOver = false
  const works = crowds.map((crowd) => act(crowd))
  async function act(crowd: readonly KnownUser[]): Promise<void> {
    const scene = { random: createRandom(random.below(2 ** 32)), violate }
    while (!isOver) {
      await actOnce(scene, scene.random.pick(crowd))
      operations += 1
      // A user who waits for an erasure to be confirmed returns at once.
      await turn()
    }
  }
  t.after(() => {
    isOver = true
  })
  const reach = async (count: number) => {
    while (operations < count) await pause(20)
  }

  await reach(400)
  for (let kills = 0; kills < 3; kills++) {
    const mover = move(dataDir, databaseUrl, env)
    await pause(500 + random.below(1500))
    const isDone = mover.process.exitCode !== null
    mover.process.kill('SIGKILL')
    await mover.ended
    if (isDone) break
    await reach(operations + 50)
  }
  const mover = move(dataDir, databaseUrl, env)
  assert.equal(await mover.ended, 0, mover.output())
  t.diagnostic(mover.output())
  await pause(300)
  isOver = true
  await Promise.all(works)
  await before.kill()
  await assert.rejects(before.start(), /everything in this store was moved to postgres:/)
  await after.start()
  urls[0] = after.url

  for (const user of users) await checkUser(user, violate)
  isOver = false
  const end = operations + 300
  const more = crowds.map((crowd) => act(crowd))
  await reach(end)
  isOver = true
  await Promise.all(more)
  for (const user of users) await checkUser(user, violate)
  for (const user of users) await checkCounts(user, violate)
  await after.kill()
  const store = await openPostgresStore({ databaseUrl, clock: Date.now })
  await checkStore(store, users, violate)
  await store.close()
  for (const server of [before, after]) for (const fault of server.faults()) violate(`a server logged: ${fault}`)
  assert.deepEqual(violations, [])
})

function move(
  dataDir: string,
  databaseUrl: string,
  env: Readonly<Record<string, string>>,
): { process: ChildProcess; ended: Promise<number | null>; output(): string } {
  const child = spawn(process.execPath, [main, 'migrate', '--from', `sqlite:${dataDir}`, '--to', databaseUrl], {
    env: { PATH: process.env.PATH, SALLYPORT_MASTER_KEY: env.SALLYPORT_MASTER_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void lines.push(String(chunk)))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { process: child, ended, output: () => lines.join('') }
}
