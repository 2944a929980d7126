import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openTestPostgres } from '../../test/support/test-postgres.ts'
import { loadConfig, startServer } from '../app/start-server.ts'
import { createConnections } from '../storage/postgres/connections.ts'
import { execute } from '../storage/postgres/migrate-postgres.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
const folder = mkdtempSync(join(tmpdir(), 'sallyport-migrate-'))
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  if (typeof postgres !== 'string') await postgres.close()
})

interface Run {
  code: number
  out: string
  err: string
}

function sallyport(args: string[], env: Record<string, string> = {}): Promise<Run> {
  const options = { env: { PATH: process.env.PATH, ...env }, timeout: 600_000 }
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.js'), ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

const anywhere = 'postgres://nobody:secret@127.0.0.1:1/x'

test('what cannot be moved is refused with a sentence, and nothing is made on the way', async () => {
  const runs = await Promise.all([
    sallyport(['migrate', '--to', anywhere]),
    sallyport(['migrate', '--from', './data', '--to', anywhere]),
    sallyport(['migrate', '--from', `sqlite:${folder}/nowhere`, '--to', anywhere]),
    sallyport(['migrate', '--from', `sqlite:${folder}`, '--to', 'mysql://x']),
    sallyport(['migrate', '--from', `sqlite:${folder}`, '--to', anywhere, '--hold-limit', '0']),
  ])
  assert.deepEqual(
    runs.map(({ code }) => code),
    [2, 2, 1, 2, 2],
    runs.map(({ err }) => err).join('\n'),
  )
  assert.match(runs[2]?.err ?? '', /there is no embedded store in/)
})

test('one tenant moves from a running server, the others stay; and another master key is refused', { skip }, async (t) => {
  if (typeof postgres === 'string') return
  const dataDir = join(folder, 'live')
  const store = ['--data-dir', dataDir]
  const bank = await sallyport(['tenant', 'create', ...store, '--id', 'bank', '--json'])
  const shop = await sallyport(['tenant', 'create', ...store, '--id', 'shop', '--json'])
  const keyOf = ({ out }: Run) => String(JSON.parse(out).secretKey)
  const [bankKey, shopKey] = [keyOf(bank), keyOf(shop)]
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}))
  t.after(() => server.close())
  const track = (url: string, key: string) =>
    fetch(`${url}/v1/users/ann/actions/login`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ idempotencyKey: 'k' }),
    })
  for (const key of [bankKey, shopKey]) assert.equal((await track(server.url, key)).status, 200)
  const databaseUrl = await postgres.createDatabase()
  const move = ['migrate', '--from', `sqlite:${dataDir}`, '--to', databaseUrl, '--tenant']
  assert.match((await sallyport([...move, 'nobody'])).err, /there is no tenant `nobody`/)
  const wrong = { SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64') }
  assert.match((await sallyport([...move, 'bank'], wrong)).err, /the master key does not open/)
  assert.equal((await sallyport([...move, 'bank', '--abandon'])).out, 'There is no move to abandon.\n')
  // One that stops after it began: the database has somebody's rows of that tenant already.
  const database = createConnections({ databaseUrl })
  const { run } = database
  await execute(run, "INSERT INTO consumed_tokens (tenant_id, jti, consumed_at, expires_at) VALUES ('bank', 'j', 1, 2)")
  await execute(run, "INSERT INTO move_progress (move_id, step, place, copied) VALUES ('of another', 'changes', '0', 0)")
  assert.match((await sallyport([...move, 'bank'])).err, /already has rows of tenant `bank` in `consumed_tokens`/)
  const elsewhere = await sallyport([...move.with(4, anywhere), 'bank', '--abandon'])
  assert.match(elsewhere.err, /the move goes to postgres:/)
  const abandoned = await sallyport([...move, 'bank', '--abandon'])
  assert.match(abandoned.out, /Abandoned the move to postgres:.*Its copy was removed from that database/, abandoned.err)
  assert.equal((await execute(run, 'SELECT 1 FROM move_progress')).length, 1, 'the other move is still there')
  assert.equal((await execute(run, 'DELETE FROM consumed_tokens RETURNING 1')).length, 1, 'and what it did not bring')
  await execute(run, 'DELETE FROM move_progress')
  await database.close()
  const moved = await sallyport([...move, 'bank'])
  assert.equal(moved.code, 0, moved.err)
  assert.match(moved.out, /Tenant `bank` is in postgres:.* Writes were held for/)
  assert.equal(moved.out.includes(new URL(databaseUrl).password), false)
  const refused = await track(server.url, bankKey)
  assert.equal(refused.status, 503)
  assert.match(JSON.stringify(await refused.json()), /the tenant `bank` was moved to another server/)
  assert.equal((await track(server.url, shopKey)).status, 200)

  const env = { SALLYPORT_DATABASE_URL: databaseUrl }
  const there = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, env))
  assert.equal(there.created, undefined)
  assert.equal((await track(there.url, bankKey)).status, 200)
  assert.equal((await track(there.url, shopKey)).status, 401)
  await there.close()
  const other = await sallyport(['serve', '--port', '0', '--data-dir', join(folder, 'other')], { ...env, ...wrong })
  assert.equal(other.code, 1)
  assert.match(other.err, /the master key does not open the stored API keys/)
  const doctor = await sallyport(['doctor', '--data-dir', join(folder, 'other')], { ...env, ...wrong })
  assert.match(doctor.out, /FAIL {2}the master key/)
})

test('LG-04: when the master key is lost, new keys of both kinds make another one the store’s', async () => {
  const store = ['--data-dir', join(folder, 'lost')]
  assert.equal((await sallyport(['tenant', 'create', ...store, '--id', 'bank'])).code, 0)
  const env = { SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64') }
  const rotate = (kind: string) => sallyport(['key', 'rotate', ...store, '--tenant', 'bank', '--kind', kind, '--overlap', '0'], env)
  assert.equal((await sallyport(['tenant', 'list', ...store], env)).code, 1)
  assert.equal((await rotate('secret')).code, 0)
  assert.equal((await sallyport(['tenant', 'list', ...store], env)).code, 1)
  assert.equal((await rotate('management')).code, 0)
  assert.equal((await sallyport(['tenant', 'list', ...store], env)).code, 0)
})
