import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { loadConfig, startServer } from '../app/start-server.ts'
import { tableOf } from './print-records.ts'

async function setUp(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-operator-'))
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}))
  t.after(async () => {
    await server.close()
    rmSync(dataDir, { recursive: true })
  })
  const { tenantId, secretKey, managementKey } = server.created ?? assert.fail()
  /** On the store of the running server. */
  const local = (args: string[]) => runSallyport([...args, '--data-dir', dataDir])
  /** Over its API. */
  const remote = (args: string[], input = '') =>
    runSallyport(args, {
      input,
      env: { SALLYPORT_API_URL: server.url, SALLYPORT_MANAGEMENT_KEY: managementKey, SALLYPORT_SECRET_KEY: secretKey },
    })
  const status = async (key: string) =>
    (await fetch(`${server.url}/v1/users/u`, { headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` } })).status
  return { server, tenantId, secretKey, local, remote, status }
}

const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('D4: a key is created beside the others, listed without its text, rotated by its name, and revoked at once', async (t) => {
  const { tenantId, secretKey, local, status } = await setUp(t)
  const of = ['--tenant', tenantId]
  const created = await local(['key', 'create', ...of, '--kind', 'secret', '--name', 'billing', '--json'])
  assert.equal(created.code, 0, created.err)
  const { key, keyId } = JSON.parse(created.out)
  assert.deepEqual([await status(key), await status(secretKey)], [200, 200])
  const taken = await local(['key', 'create', ...of, '--kind', 'secret', '--name', 'billing'])
  assert.match(taken.err, /already has a secret key `billing`/)

  const listed = await local(['key', 'list', ...of])
  const all = lines(listed.out)
  assert.deepEqual(
    all.map(({ kind, name }) => [kind, name]).sort(),
    [
      ['management', null],
      ['secret', 'billing'],
      ['secret', null],
    ].sort(),
  )
  assert.ok(!listed.out.includes(key) && !listed.out.includes(secretKey))

  const rotated = await local(['key', 'rotate', ...of, '--name', 'billing', '--overlap', '0', '--json'])
  const next = JSON.parse(rotated.out).key
  assert.deepEqual([await status(key), await status(next), await status(secretKey)], [401, 200, 200])
  assert.equal((await local(['key', 'revoke', keyId, ...of])).code, 1)
  const { keyId: nextId } = lines((await local(['key', 'list', ...of])).out).find(({ name }) => name === 'billing')
  assert.equal((await local(['key', 'revoke', nextId, ...of])).code, 0)
  assert.equal(await status(next), 401)
  const last = lines((await local(['key', 'list', ...of])).out).find(({ kind }) => kind === 'secret')
  assert.match((await local(['key', 'revoke', last.keyId, ...of])).err, /last secret key/)
  assert.equal(await status(secretKey), 200)
})

test('D4: a management key is created with a role, which is listed, and needs no tenant named where there is one', async (t) => {
  const { server, tenantId, local } = await setUp(t)
  const create = (args: string[]) => local(['key', 'create', ...args, '--json'])
  const without = await create(['--kind', 'management', '--name', 'ada'])
  assert.equal(without.code, 2)
  assert.match(without.err, /needs a role: pass --role with one of owner, admin, analyst, support, viewer/)
  assert.equal((await create(['--kind', 'secret', '--name', 'ada', '--role', 'viewer'])).code, 2)
  assert.equal((await create(['--kind', 'management', '--name', 'ada', '--role', 'root'])).code, 2)
  const created = await create(['--kind', 'management', '--name', 'ada', '--role', 'analyst'])
  assert.equal(created.code, 0, created.err)
  const { key, role, ...more } = JSON.parse(created.out)
  assert.deepEqual([role, more.tenantId], ['analyst', tenantId])
  const roleOf = async (name: string | null) =>
    lines((await local(['key', 'list'])).out).find((one) => one.kind === 'management' && one.name === name)?.role
  assert.deepEqual([await roleOf('ada'), await roleOf(null)], ['analyst', 'owner'])
  const rotated = JSON.parse((await local(['key', 'rotate', '--kind', 'management', '--name', 'ada', '--overlap', '0', '--json'])).out)
  assert.equal(await roleOf('ada'), 'analyst')
  const status = async (text: string, path: string) =>
    (
      await fetch(`${server.url}/v1/management/${path}`, {
        headers: { authorization: `Basic ${Buffer.from(`${text}:`).toString('base64')}` },
      })
    ).status
  assert.deepEqual([await status(key, 'tenant'), await status(rotated.key, 'tenant'), await status(rotated.key, 'keys')], [401, 200, 403])
  await local(['tenant', 'create', '--id', 'second', '--rp-id', 'localhost'])
  assert.match((await local(['key', 'list'])).err, /there are 2 tenants: name one with --tenant/)
})

test('D4: a tenant gets another name, relying party and origins', async (t) => {
  const { server, tenantId, local, remote } = await setUp(t)
  const changed = await local([
    'tenant',
    'update',
    tenantId,
    '--name',
    'Bank',
    '--rp-id',
    'bank.example',
    '--origins',
    'https://bank.example',
  ])
  assert.equal(changed.code, 0, changed.err)
  assert.equal(lines((await local(['tenant', 'list'])).out)[0].name, 'Bank')
  const tenant = await server.deps.tenants.find(tenantId)
  const [passkeys] = tenant?.authenticatorConfigurations ?? []
  assert.deepEqual(
    [passkeys?.settings.relyingParty, passkeys?.settings.expectedOrigins],
    [{ id: 'bank.example', name: tenantId }, ['https://bank.example']],
  )
  assert.equal((await local(['tenant', 'update', 'nobody', '--name', 'x'])).code, 1)
  assert.equal((await local(['tenant', 'update', tenantId])).code, 1)
  assert.equal((await remote(['lists', 'list'])).code, 0)
})

test('D4: whoever is shut out by a list of addresses gets in again by a command', async (t) => {
  const { tenantId, secretKey, local, remote, status } = await setUp(t)
  const update = (list: string) => local(['tenant', 'update', tenantId, '--ip-whitelist', list])
  assert.equal((await update('203.0.113.0/24, 2001:db8::7')).code, 0)
  assert.equal(await status(secretKey), 403)
  assert.equal((await remote(['lists', 'list'])).code, 1)
  assert.match((await update('office')).err, /`office` is neither an address nor a CIDR range/)
  assert.equal(await status(secretKey), 403)
  assert.equal((await update('none')).code, 0)
  assert.equal(await status(secretKey), 200)
  assert.equal((await remote(['lists', 'list'])).code, 0)
  const listed = await local(['audit', 'list', '--tenant', tenantId, '--event', 'tenant.updated', '--json'])
  assert.deepEqual(
    lines(listed.out).map(({ details }) => details),
    [{ ipWhitelist: null }, { ipWhitelist: ['203.0.113.0/24', '2001:db8::7'] }],
  )
})

test('C5: a relying party that no browser accepts is refused by `tenant update` too', async (t) => {
  const { tenantId, local } = await setUp(t)
  for (const wrong of [
    ['--rp-id', 'https://bank.example'],
    ['--rp-id', 'bank.example', '--origins', 'https://bonk.example'],
    ['--origins', 'http://bank.example'],
  ]) {
    const { code, err } = await local(['tenant', 'update', tenantId, ...wrong])
    assert.equal(code, 1, wrong.join(' '))
    assert.match(err, /the (relying party id|origin) `/)
  }
})

test('D4: lists, features and events are managed over the API of a running server', async (t) => {
  const { server, secretKey, remote } = await setUp(t)
  assert.match((await remote(['lists', 'create', 'Mule accounts', 'DE1', 'DE2'])).out, /Created the list mule-accounts with 2 entries/)
  assert.match((await remote(['lists', 'add', 'mule-accounts'], 'DE3\nDE4\n')).out, /has 4 entries/)
  assert.match((await remote(['lists', 'remove', 'mule-accounts', 'DE1'])).out, /has 3 entries/)
  assert.equal((await remote(['lists', 'show', 'mule-accounts'])).out, 'DE2\nDE3\nDE4\n')
  assert.deepEqual(
    lines((await remote(['lists', 'list'])).out).map(({ alias, itemCount }) => [alias, itemCount]),
    [['mule-accounts', 3]],
  )
  assert.equal((await remote(['lists', 'delete', 'mule-accounts'])).code, 0)
  assert.match((await remote(['lists', 'show', 'mule-accounts'])).err, /^sallyport: there is no list `mule-accounts`\n$/)

  const file = join(server.deps.config.dataDir, 'feature.json')
  writeFileSync(file, JSON.stringify({ name: 'transfers1h', metric: 'count', per: 'user', windowMinutes: 60 }))
  const created = await remote(['features', 'create', file])
  assert.equal(created.code, 0, created.err)
  assert.equal(lines((await remote(['features', 'list'])).out)[0].name, 'transfers1h')
  assert.equal(JSON.parse((await remote(['features', 'show', 'transfers1h'])).out).name, 'transfers1h')
  assert.equal((await remote(['features', 'delete', 'transfers1h'])).code, 0)

  const headers = { authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`, 'content-type': 'application/json' }
  await fetch(`${server.url}/v1/users/ann/actions/login`, { method: 'POST', headers, body: '{"idempotencyKey":"k"}' })
  assert.equal(lines((await remote(['events', 'list', 'ann'])).out)[0].idempotencyKey, 'k')
  assert.equal(JSON.parse((await remote(['events', 'show', 'ann', 'login', 'k'])).out).state, 'ALLOW')
  const disputed = await remote(['events', 'dispute', 'ann', 'login', 'k'])
  assert.equal(disputed.code, 0, disputed.err)
  assert.equal((await runSallyport(['events', 'list', 'ann'])).code, 2)
})

test('D4: records are a table on a terminal, and stored text cannot move its cursor', () => {
  assert.deepEqual(
    tableOf([
      { name: 'a', count: 10, tags: ['x'] },
      { name: 'long\u001b[2J', count: null },
    ]),
    ['name      count', 'a         10', 'long\u{fffd}[2J  -'],
  )
})
