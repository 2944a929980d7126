import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { loadConfig, startServer } from '../app/start-server.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-cli-'))
after(() => rmSync(dataDir, { recursive: true }))

const sallyport = (args: string[], env: Record<string, string> = {}) => runSallyport(args, { env })

test('exit codes: 0 success, 1 failure, 2 usage', async () => {
  const runs = await Promise.all([
    sallyport(['--version']),
    sallyport(['nonsense']),
    sallyport(['serve', '--nonsense']),
    sallyport(['serve', '--port', 'abc']),
    sallyport(['serve'], { SALLYPORT_PROT: '1' }),
    sallyport(['key', 'rotate', '--data-dir', dataDir, '--tenant', 'nobody']),
    sallyport(['serve', '--data-dir', dataDir], { SALLYPORT_MASTER_KEY: 'secret' }),
  ])
  assert.deepEqual(
    runs.map(({ code }) => code),
    [0, 2, 2, 2, 2, 1, 2],
    runs.map(({ err }) => err).join('\n'),
  )
  assert.match(runs[0]?.out ?? '', /^\d+\.\d+\.\d+\n$/)
  assert.match(runs[4]?.err ?? '', /SALLYPORT_PROT is not a setting/)
  assert.equal(runs[5]?.err, 'sallyport: there is no tenant `nobody`\n')
})

test('C5: a tenant for a relying party that no browser accepts is refused, and so is such a setting', async () => {
  // One process at a time uses a directory.
  const store = () => ['--data-dir', mkdtempSync(join(dataDir, 'rp-'))]
  const [url, origin, unrelated, setting] = await Promise.all([
    sallyport(['tenant', 'create', ...store(), '--rp-id', 'http://localhost:3000', '--origins', 'http://localhost:3000']),
    sallyport(['tenant', 'create', ...store(), '--rp-id', 'localhost', '--origins', 'localhost:3150']),
    sallyport(['tenant', 'create', ...store(), '--rp-id', 'bank.example', '--origins', 'https://other.example']),
    sallyport(['serve', ...store()], { SALLYPORT_BOOTSTRAP_RP_ID: '192.168.1.1', SALLYPORT_BOOTSTRAP_ORIGINS: 'https://*.example.com' }),
  ])
  assert.equal(url.code, 1)
  assert.match(url.err, /^sallyport: the relying party id `http:\/\/localhost:3000` .*did you mean `localhost`\?\n$/)
  assert.match(origin.err, /did you mean `http:\/\/localhost:3150`\?/)
  assert.match(unrelated.err, /is not under the relying party id `bank\.example`/)
  assert.equal(setting.code, 2)
  assert.match(setting.err, /SALLYPORT_BOOTSTRAP_RP_ID `192\.168\.1\.1` is an IP address/)
  assert.match(setting.err, /SALLYPORT_BOOTSTRAP_ORIGINS contains `https:\/\/\*\.example\.com`, which has a wildcard/)
})

test('D3: a tenant is created, listed, and its key rotated, and doctor passes, with and without a server on the store', async () => {
  const directory = mkdtempSync(join(dataDir, 'a-'))
  const store = ['--data-dir', directory]
  const created = await sallyport([
    'tenant',
    'create',
    ...store,
    '--id',
    'bank',
    '--rp-id',
    'localhost',
    '--origins',
    'http://localhost:3000',
    '--json',
  ])
  assert.equal(created.code, 0, created.err)
  const { secretKey } = JSON.parse(created.out)
  const again = await sallyport(['tenant', 'create', ...store, '--id', 'bank'])
  assert.deepEqual({ code: again.code, err: again.err }, { code: 1, err: 'sallyport: the tenant `bank` already exists\n' })

  const server = await startServer(loadConfig({ 'data-dir': directory, port: '0', 'log-level': 'silent' }, {}))
  const status = async (key: string) =>
    (await fetch(`${server.url}/v1/users/u`, { headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` } })).status
  assert.equal(await status(secretKey), 200)
  const rotated = await sallyport(['key', 'rotate', ...store, '--tenant', 'bank', '--overlap', '0', '--json'])
  assert.equal(rotated.code, 0, rotated.err)
  assert.equal(await status(JSON.parse(rotated.out).key), 200)
  assert.equal(await status(secretKey), 401)
  const refused = await sallyport(['tenant', 'create', ...store, '--id', 'bank'])
  assert.equal(refused.err, 'sallyport: the tenant `bank` already exists\n')

  const [listed, doctor, migrated] = await Promise.all([
    sallyport(['tenant', 'list', ...store, '--json']),
    sallyport(['doctor', ...store]),
    sallyport(['migrate', ...store]),
  ])
  assert.equal(JSON.parse(listed.out).tenantId, 'bank')
  assert.equal(doctor.code, 0, doctor.out)
  assert.ok(doctor.out.includes(`a running server uses the store and is ready at ${server.url}\n`), doctor.out)
  assert.equal(migrated.code, 1)
  assert.match(migrated.err, /stop that process first/)
  await server.close()
})

test('A3, A4: users move from one store to another, and what cannot be read is named by its line', async () => {
  const [from, to] = [mkdtempSync(join(dataDir, 'c-')), mkdtempSync(join(dataDir, 'd-'))]
  for (const directory of [from, to]) await sallyport(['tenant', 'create', '--data-dir', directory, '--id', 'bank'])
  const file = join(from, 'users.jsonl')
  const latin = Buffer.from('{"userId":"M\u00fcller"}\n', 'latin1')
  const inexact = '{"userId":"eve","custom":{"account":40817810099910004312}}\n{"userId":"zo\u00eb","displayName":"a\u2028b"}\n'
  const text = '\uFEFF{"userId":"ann","email":"ann@example.com"}\n\nnonsense\n{"userId":7}\n{"userId":"bob"}\n'
  writeFileSync(file, Buffer.concat([Buffer.from(text), latin, Buffer.from(inexact)]))
  const first = await sallyport(['users', 'import', file, '--data-dir', from, '--tenant', 'bank'])
  assert.equal(first.code, 1)
  assert.match(first.out, /Imported 3 user\(s\), refused 4/)
  assert.match(first.err, /^line 3: the line is not valid JSON$/m)
  assert.match(first.err, /^line 4: `userId`/m)
  assert.match(first.err, /^line 6: the line is not UTF-8$/m)
  assert.match(first.err, /^line 7: `custom\.account` is a number that a double cannot hold/m)
  const exported = await sallyport(['users', 'export', '--data-dir', from, '--tenant', 'bank'])
  assert.equal(exported.out.trim().split('\n').length, 3)
  writeFileSync(file, exported.out)
  const second = await sallyport(['users', 'import', file, '--data-dir', to, '--tenant', 'bank'])
  assert.equal(second.code, 0, second.err)
  assert.equal((await sallyport(['users', 'export', '--data-dir', to, '--tenant', 'nobody'])).code, 1)
})

test('LG-03: all that is kept of one user is one document, asked of a running server or of the store', async () => {
  const directory = mkdtempSync(join(dataDir, 'e-'))
  const of = ['--data-dir', directory, '--tenant', 'bank']
  const { out } = await sallyport(['tenant', 'create', '--data-dir', directory, '--id', 'bank', '--json'])
  const authorization = `Basic ${Buffer.from(`${JSON.parse(out).secretKey}:`).toString('base64')}`
  const server = await startServer(loadConfig({ 'data-dir': directory, port: '0', 'log-level': 'silent' }, {}))
  const headers = { authorization, 'content-type': 'application/json' }
  const body = JSON.stringify({ idempotencyKey: 'k', email: 'ann@example.com', deviceId: 'phone', custom: { amount: 5 } })
  await fetch(`${server.url}/v1/users/ann/actions/transfer`, { method: 'POST', headers, body })
  const asked = await sallyport(['users', 'export', ...of, '--user', 'ann'])
  await server.close()
  const read = await sallyport(['users', 'export', ...of, '--user', 'ann'])
  for (const { code, out, err } of [asked, read]) {
    assert.equal(code, 0, err)
    const document = JSON.parse(out)
    assert.equal(document.user.email, 'ann@example.com')
    assert.equal(document.devices[0].deviceId, 'phone')
    assert.deepEqual([document.actions[0].idempotencyKey, document.actions[0].custom], ['k', { amount: 5 }])
    assert.equal(document.actions[0].signals['device.isNew'], true)
    assert.equal(typeof document.profile, 'object')
  }
  const nobody = await sallyport(['users', 'export', ...of, '--user', 'bob'])
  assert.deepEqual({ code: nobody.code, err: nobody.err }, { code: 1, err: 'sallyport: there is no data about a user `bob`\n' })
  const compacted = await sallyport(['compact', '--data-dir', directory])
  assert.match(compacted.out, /^Compacted the store in /, compacted.err)
})

test('doctor says what is wrong, and fails', async () => {
  const directory = mkdtempSync(join(dataDir, 'b-'))
  const store = ['--data-dir', directory]
  await sallyport(['tenant', 'create', ...store])
  const well = await sallyport(['doctor', ...store])
  assert.equal(well.code, 0, well.out)
  assert.match(well.out, /keys decrypt, 0 action\(s\), policies compile/)
  const ill = await sallyport(['doctor', ...store], { SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64') })
  assert.equal(ill.code, 1)
  assert.match(ill.out, /FAIL {2}the master key does not open the stored API keys/)
})

test('D3: a command that does not exist is an error, also when its help is asked for', async () => {
  const runs = await Promise.all([sallyport(['key', 'nonsense', '--help']), sallyport(['nonsense', '-h']), sallyport(['help', 'nonsense'])])
  assert.deepEqual(
    runs.map(({ code, out }) => [code, out]),
    [2, 2, 2].map((code) => [code, '']),
  )
})

test('D2: help shows durations as people write them', async () => {
  const [rotate, migrate] = await Promise.all([sallyport(['key', 'rotate', '--help']), sallyport(['migrate', '--help'])])
  assert.match(rotate.out, /default: 24h/)
  assert.match(migrate.out, /default: 30s/)
})

test('D2: a reader that closes the pipe is no error', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.js'), 'doctor', '--data-dir', dataDir], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  assert.deepEqual({ code, err }, { code: 0, err: '' })
})

test('D2: errors of the operating system are one sentence that says what to do', async () => {
  const file = join(dataDir, 'a-file')
  writeFileSync(file, '')
  const runs = await Promise.all([
    sallyport(['rules', 'test', join(dataDir, 'nowhere')]),
    sallyport(['tenant', 'list', '--data-dir', join(file, 'below')]),
    sallyport(['tenant', 'list', '--database-url', 'postgres://nobody@127.0.0.1:1/none']),
    sallyport(['doctor', '--data-dir', dataDir, '--database-url', 'postgres://nobody@127.0.0.1:1/none']),
  ])
  const [missing, below, refused, doctor] = runs
  assert.match(missing?.err ?? '', /^sallyport: `[^`]+nowhere` does not exist: check the path\n$/)
  assert.match(below?.err ?? '', /^sallyport: a part of the path `[^`]+` is not a directory: check the path\n$/)
  assert.match(refused?.err ?? '', /^sallyport: nothing answers at 127\.0\.0\.1:1: start the server there, or correct the address\n$/)
  assert.match(doctor?.out ?? '', /FAIL {2}nothing answers at 127\.0\.0\.1:1: start the server there/)
})
