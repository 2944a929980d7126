import assert from 'node:assert/strict'
import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openStore } from '../../src/storage/open-store.ts'
import { findPostgresPrograms } from '../support/postgres-programs.ts'
import { openTestPostgres } from '../support/test-postgres.ts'
import { checkCounts, checkStore } from './check-store.ts'
import { checkUser, createKnownUser, type KnownUser } from './known-user.ts'
import { actOnce } from './operations.ts'
import { createRandom } from './random.ts'
import { configure, createTenants } from './run-chaos.ts'
import { createServerProcess, runCommand } from './server-process.ts'
import { createTenantClient } from './tenant-client.ts'

const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31))
const clients = 8

interface Place {
  dataDir: string
  databaseUrl?: string
}

/**
 * Half of the users do things until the backup begins, and the others all the time. In what was restored, everything is as the first were told: what they
 * consumed is consumed, and what they did is counted. Of the others, what is there at all is whole.
 */
async function check(t: TestContext, from: Place, backUpAndRestore: () => Promise<Place>): Promise<void> {
  t.diagnostic(`CHAOS_SEED=${seed}`)
  const random = createRandom(seed)
  const violations: string[] = []
  const violate = (violation: string) => void violations.push(`seed ${seed}: ${violation}`)
  const common = { SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64'), SALLYPORT_PUBLIC_URL: 'http://localhost:4000' }
  const envOf = ({ dataDir, databaseUrl }: Place) => ({
    ...common,
    SALLYPORT_DATA_DIR: dataDir,
    ...(databaseUrl !== undefined && { SALLYPORT_DATABASE_URL: databaseUrl }),
  })
  const keys = await createTenants(envOf(from))
  const before = await createServerProcess(envOf(from))
  t.after(() => before.kill())
  await before.start()
  const urls = [before.url]
  const tenants = keys.map((tenant) => createTenantClient(tenant, urls, createRandom(random.below(2 ** 32)), violate))
  for (const tenant of tenants) await configure(tenant)
  const crowdOf = (client: number) => tenants.map((tenant) => createKnownUser(tenant, `user-${client}`))
  const early = Array.from({ length: clients }, (_, client) => crowdOf(client))
  const always = Array.from({ length: clients }, (_, client) => crowdOf(clients + client))
  const act = async (crowd: readonly KnownUser[], isOver: () => boolean) => {
    const scene = { random: createRandom(random.below(2 ** 32)), violate }
    for (let count = 0; !isOver(); count++) {
      await actOnce(scene, scene.random.pick(crowd))
      if (count % 10 === 9) await turn()
    }
  }
  const actFor = (crowds: readonly KnownUser[][], count: number) => {
    let left = count
    return Promise.all(crowds.map((crowd) => act(crowd, () => left-- <= 0)))
  }

  let isOver = false
  const load = Promise.all(always.map((crowd) => act(crowd, () => isOver)))
  await actFor(early, 350)
  const to = await backUpAndRestore()
  isOver = true
  await load
  await before.kill()

  const after = await createServerProcess(envOf(to))
  t.after(() => after.kill())
  await after.start()
  urls[0] = after.url
  const users = early.flat()
  for (const user of users) await checkUser(user, violate)
  // Answers and tokens of before are sent once more.
  await actFor(early, 250)
  for (const user of users) await checkUser(user, violate)
  for (const user of [...users, ...always.flat()]) await checkCounts(user, violate)
  await after.kill()
  const store = await openStore(to, Date.now)
  await checkStore(store, users, violate)
  await store.close()
  for (const server of [before, after]) for (const fault of server.faults()) violate(`a server logged: ${fault}`)
  assert.deepEqual(violations, [])
}

function makeDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-restore-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

test('RE-08, I1 to I8: in a backup that was made under load and restored, what was consumed is consumed, and what was counted is counted', async (t) => {
  const directory = makeDirectory(t)
  const [from, to, copy] = [join(directory, 'from'), join(directory, 'to'), join(directory, 'copy.db')]
  await check(t, { dataDir: from }, async () => {
    await runCommand(['backup', copy], { SALLYPORT_DATA_DIR: from, SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64') })
    await runCommand(['restore', copy], { SALLYPORT_DATA_DIR: to })
    return { dataDir: to }
  })
})

test('RE-08, I1 to I8: the same with PostgreSQL', async (t) => {
  if ((process.env.SALLYPORT_TEST_DATABASE_URL ?? process.env.DATABASE_URL ?? '') !== '')
    return t.skip('pg_dump has to be of the server’s version')
  const directory = makeDirectory(t)
  const programs = findPostgresPrograms(directory)
  if (typeof programs === 'string') return t.skip(programs)
  if (!existsSync(join(programs.bin, 'pg_dump')) || !existsSync(join(programs.bin, 'pg_restore'))) return t.skip('no pg_dump is installed')
  const postgres = await openTestPostgres()
  if (typeof postgres === 'string') return t.skip(postgres)
  t.after(() => postgres.close())
  const [from, to] = [await postgres.createDatabase(), await postgres.createDatabase()]
  await check(t, { dataDir: directory, databaseUrl: from }, async () => {
    const dump = join(directory, 'dump')
    await runCommand(['backup', dump], { SALLYPORT_DATABASE_URL: from, SALLYPORT_DATA_DIR: directory })
    assert.equal(statSync(dump).mode & 0o777, 0o600)
    await assert.rejects(runCommand(['restore', dump], { SALLYPORT_DATABASE_URL: from }), /the database already has tables/)
    await runCommand(['restore', dump], { SALLYPORT_DATABASE_URL: to, SALLYPORT_DATA_DIR: directory })
    return { dataDir: directory, databaseUrl: to }
  })
})
