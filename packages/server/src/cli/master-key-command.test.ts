import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { loadConfig, type RunningServer, startServer } from '../app/start-server.ts'
import { createKeyring } from '../keys/keyring.ts'
import { loadMasterKey, loadNextMasterKey, promoteNextMasterKey } from '../keys/master-key.ts'
import { beginRotation, finishRotation, stepRotation } from '../keys/rotate-master-key.ts'

async function setUp(t: TestContext, env: Record<string, string> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-master-key-'))
  let running: RunningServer | undefined
  const start = async (variables = env) => {
    running = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, variables))
    return running
  }
  t.after(async () => {
    await running?.close()
    rmSync(dataDir, { recursive: true })
  })
  return { dataDir, start }
}

async function track(server: RunningServer, secretKey: string, user: string): Promise<number> {
  const headers = { authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}` }
  return (await fetch(`${server.url}/v1/users/${user}/actions/login`, { method: 'POST', headers })).status
}

test('D4: the master key is rotated while the server runs, every secret opens under the new one, and a restart needs nothing else', async (t) => {
  const { dataDir, start } = await setUp(t)
  const server = await start()
  const { tenantId, secretKey } = server.created ?? assert.fail()
  const place = { tenantId, userId: 'ann', id: 'seed' }
  const insert = {
    tenant_id: tenantId,
    user_authenticator_id: 'seed',
    user_id: 'ann',
    verification_method: 'AUTHENTICATOR_APP',
    created_at: 1,
  }
  await server.deps.store.db
    .insertInto('authenticators')
    .values({ ...insert, details: '{}', sign_count: 0, backup_eligible: 0, backup_state: 0 } as never)
    .execute()
  await server.deps.authenticatorSecrets.write(server.deps.store.db, place, 'the seed')
  const oldKey = readFileSync(join(dataDir, 'master.key'), 'utf8')

  const rotated = await runSallyport(['master-key', 'rotate', '--data-dir', dataDir])
  assert.equal(rotated.code, 0, rotated.err)
  assert.match(rotated.out, /^Encrypted 3 secrets under the new master key\./)
  assert.notEqual(readFileSync(join(dataDir, 'master.key'), 'utf8'), oldKey)
  assert.equal(await track(server, secretKey, 'ann'), 200)
  assert.equal(await server.deps.authenticatorSecrets.read(server.deps.store.db, place), 'the seed')
  await server.close()

  const kept = readdirSync(dataDir).find((name) => name.startsWith('master.key.before-')) ?? assert.fail()
  const refused = await runSallyport(['doctor', '--data-dir', dataDir], {
    env: { SALLYPORT_MASTER_KEY: readFileSync(join(dataDir, kept), 'utf8').trim() },
  })
  assert.match(refused.out, /FAIL {2}the master key does not open/)
  const again = await start()
  assert.equal(await track(again, secretKey, 'ann'), 200)
  assert.equal(await again.deps.authenticatorSecrets.read(again.deps.store.db, place), 'the seed')
})

// Each of these is where kill -9 can leave a rotation.
for (const [reached, name] of ['made the new key', 'announced it', 'encrypted one secret', 'replaced the file'].entries()) {
  test(`D4: a rotation that was cut off after it ${name} does no harm, and goes on`, async (t) => {
    const { dataDir, start } = await setUp(t)
    const server = await start()
    const { secretKey } = server.created ?? assert.fail()
    const { store } = server.deps
    const ring = createKeyring(loadMasterKey({ dataDir }))
    const next = loadNextMasterKey(dataDir)
    if (reached >= 1) assert.equal(await beginRotation(store, ring, next), 'begun')
    if (reached >= 2) await stepRotation(store, ring, null)
    if (reached >= 3) promoteNextMasterKey(dataDir)
    await server.close()

    const second = await start()
    assert.equal(await track(second, secretKey, 'ann'), 200)
    assert.equal(loadMasterKey({ dataDir }).length, 32)
    if (reached < 3) {
      const rotated = await runSallyport(['master-key', 'rotate', '--data-dir', dataDir])
      assert.equal(rotated.code, 0, rotated.err)
    }
    assert.equal(await track(second, secretKey, 'ann'), 200)
    await second.close()
    const third = await start()
    assert.equal(await track(third, secretKey, 'ann'), 200)
  })
}

test('D4: a master key of the environment is rotated to the one that is named', async (t) => {
  const [oldKey, newKey] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
  const { dataDir, start } = await setUp(t, { SALLYPORT_MASTER_KEY: oldKey })
  const server = await start()
  const { secretKey } = server.created ?? assert.fail()
  const run = (...args: string[]) =>
    runSallyport(['master-key', 'rotate', '--data-dir', dataDir, ...args], { env: { SALLYPORT_MASTER_KEY: oldKey } })
  assert.match((await run()).err, /name the new key with --new-key/)
  assert.match((await run('--new-key', oldKey)).err, /is the key in use/)
  assert.equal((await run('--new-key', 'short')).code, 2)
  const rotated = await run('--new-key', newKey)
  assert.equal(rotated.code, 0, rotated.err)
  assert.equal(await track(server, secretKey, 'ann'), 200)
  await server.close()
  await assert.rejects(start(), { name: 'WrongMasterKeyError' })
  assert.equal(await track(await start({ SALLYPORT_MASTER_KEY: newKey }), secretKey, 'ann'), 200)
})

test('RE-11: rotating API keys and the master key under load fails no valid request', async (t) => {
  const { dataDir, start } = await setUp(t)
  const server = await start()
  const { tenantId, secretKey } = server.created ?? assert.fail()
  let key = secretKey
  let isDone = false
  const statuses = new Map<number, number>()
  const load = Array.from({ length: 4 }, async (_, worker) => {
    for (let n = 0; !isDone; n += 1) {
      const status = await track(server, key, `user-${worker}-${n % 50}`)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  })
  for (let round = 0; round < 2; round += 1) {
    const rotated = await runSallyport(['key', 'rotate', '--tenant', tenantId, '--overlap', '1h', '--json', '--data-dir', dataDir])
    assert.equal(rotated.code, 0, rotated.err)
    key = JSON.parse(rotated.out).key
    const master = await runSallyport(['master-key', 'rotate', '--data-dir', dataDir])
    assert.equal(master.code, 0, master.err)
  }
  isDone = true
  await Promise.all(load)
  assert.deepEqual([...statuses.keys()], [200])
})

test('finishing a rotation twice is finishing it once', async (t) => {
  const { dataDir, start } = await setUp(t)
  const server = await start()
  const ring = createKeyring(loadMasterKey({ dataDir }))
  const next = loadNextMasterKey(dataDir)
  await beginRotation(server.deps.store, ring, next)
  await stepRotation(server.deps.store, ring, null)
  await finishRotation(server.deps.store, ring, next)
  await finishRotation(server.deps.store, ring, next)
  assert.equal(await beginRotation(server.deps.store, ring, next), 'same_key')
})
