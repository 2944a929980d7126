import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { loadConfig, startServer } from '../app/start-server.ts'
import { migrations } from '../storage/migrations/migrations.ts'
import { readSchemaVersion } from '../storage/read-schema-version.ts'
import { databasePathIn } from '../storage/sqlite/data-directory.ts'
import { migrateSqlite } from '../storage/sqlite/migrate-sqlite.ts'

const directory = mkdtempSync(join(tmpdir(), 'sallyport-audit-cli-'))
after(() => rmSync(directory, { recursive: true }))
const dataDir = join(directory, 'data')
const sallyport = (...args: string[]) => runSallyport(args, { env: { SALLYPORT_DATA_DIR: dataDir } })

test('D5, LG-02: the audit log is listed, verified and checkpointed beside a running server, and offline from a copy without the master key', async () => {
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent', 'bootstrap-tenant-id': 'bank' }, {}))
  const asManagement = `Basic ${Buffer.from(`${server.created?.managementKey}:`).toString('base64')}`
  const patch = async (name: string) => {
    const init = {
      method: 'PATCH',
      headers: { authorization: asManagement, 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    }
    assert.equal((await fetch(`${server.url}/v1/management/tenant`, init)).status, 200)
  }
  for (const name of ['A', 'B\u009b2J\u202e', 'C', 'D']) await patch(name)
  await fetch(`${server.url}/v1/management/tenant`, { headers: { authorization: `Basic ${Buffer.from('wrong:').toString('base64')}` } })

  const listed = await sallyport('audit', 'list', '--tenant', 'bank', '--event', 'tenant', '--limit', '2', '--json')
  const entries = listed.out.trim().split('\n')
  assert.deepEqual(
    entries.map((line) => JSON.parse(line).details.after),
    [{ name: 'D' }, { name: 'C' }],
    listed.err,
  )
  const plain = await sallyport('audit', 'list', '--tenant', 'bank')
  assert.match(plain.out, /B\\u\{9b\}2J\\u\{202e\}/, 'LG-02: control characters are shown, not sent to the terminal')
  const ofServer = await sallyport('audit', 'list')
  assert.match(ofServer.out, /api_key\.refused {2}system unknown key from (::1|127\.0\.0\.1).*"api":"management_key"/)
  const unknown = await sallyport('audit', 'list', '--tenant', 'nobody')
  assert.deepEqual([unknown.code, unknown.err], [1, 'sallyport: there is no tenant `nobody`\n'])

  const whole = await sallyport('audit', 'verify')
  assert.deepEqual([whole.code, whole.err], [0, ''])
  assert.match(
    whole.out,
    /the server: the chain is whole; 1 entries up to number 1\ntenant bank: the chain is whole; 5 entries up to number 5\n/,
  )
  const file = join(directory, 'checkpoint.json')
  const written = await sallyport('audit', 'checkpoint', file)
  assert.deepEqual([written.code, written.out], [0, `Wrote the ends of 2 chain(s) to ${file}.\n`])
  await patch('E')
  assert.equal((await sallyport('audit', 'verify', '--checkpoint', file)).code, 0)
  await server.close()

  const backup = join(directory, 'backup')
  assert.equal((await sallyport('backup', backup)).code, 0)
  const copy = join(directory, 'copy')
  const restored = await sallyport('restore', backup, '--data-dir', copy)
  assert.equal(restored.code, 0, restored.err)
  const offline = await sallyport('audit', 'verify', '--data-dir', copy, '--checkpoint', file, '--json')
  assert.deepEqual([offline.code, offline.err], [0, ''])
  assert.deepEqual(
    offline.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).entries),
    [2, 6],
  )

  const tampered = (statement: string) => {
    const database = new DatabaseSync(databasePathIn(copy))
    database.exec(statement)
    database.close()
    return sallyport('audit', 'verify', '--data-dir', copy, '--tenant', 'bank', '--checkpoint', file)
  }
  const changed = await tampered(`UPDATE audit_log SET details = '{"after":{"name":"X"}}' WHERE tenant_id = 'bank' AND sequence = 3`)
  assert.equal(changed.code, 1)
  assert.match(changed.out, /tenant bank: THE CHAIN IS BROKEN.*\n {2}entry 3 \(tenant\.updated, .*\) was changed/)
  const cut = await tampered("DELETE FROM audit_log WHERE tenant_id = 'bank' AND sequence > 2")
  assert.match(cut.out, /entries 3 to 6 are missing/)
  const moved = await tampered(
    "UPDATE audit_chains SET sequence = 2, hash = (SELECT previous_hash FROM audit_log WHERE sequence = 1) WHERE tenant_id = 'bank'",
  )
  assert.match(moved.out, /the checkpoint of .* knows entries up to 5, the chain ends with 2/)
  const gone = await tampered("DELETE FROM audit_log WHERE tenant_id = 'bank'; DELETE FROM audit_chains; DELETE FROM tenants")
  assert.equal(gone.code, 1)
})

test('D5: backup, restore and compact leave an entry in the chain of the server, beside a running server too', async () => {
  const [data, copy, file, second] = ['whole', 'other', 'first.db', 'second.db'].map((name) => join(directory, name))
  const at = (place = '') => ['--data-dir', place]
  const entries = async (place = '') => {
    const { out, err } = await sallyport('audit', 'list', '--event', 'store', '--json', ...at(place))
    const lines = out.split('\n').filter((line) => line !== '')
    assert.equal(err, '')
    return lines.map((line) => JSON.parse(line)).map(({ event, actor, details }) => [event, actor.name, details])
  }
  const server = await startServer(loadConfig({ 'data-dir': data, port: '0', 'log-level': 'silent' }, {}))
  const beside = await sallyport('backup', file ?? '', ...at(data))
  assert.deepEqual([beside.code, beside.out.includes('not on the audit log')], [0, false], beside.out)
  const backedUp = ['store.backed_up', 'command line', { file }]
  assert.deepEqual(await entries(data), [backedUp])
  await server.close()
  assert.equal((await sallyport('backup', second ?? '', ...at(data))).code, 0)
  assert.equal((await sallyport('restore', second ?? '', ...at(copy))).code, 0)
  assert.deepEqual(await entries(copy), [['store.restored', 'command line', { file: second }], backedUp])
  assert.equal((await sallyport('compact', ...at(copy))).code, 0)
  const [[event, , details] = []] = await entries(copy)
  assert.deepEqual([event, Object.keys(details)], ['store.compacted', ['bytesBefore', 'bytesAfter']])
  assert.equal((await sallyport('audit', 'verify', ...at(copy))).code, 0)
})

test('D5: a store of an earlier release is copied without being migrated, and the command says that it left no entry', async () => {
  const [old, file] = [join(directory, 'old'), join(directory, 'old.db')]
  mkdirSync(old)
  const database = new DatabaseSync(databasePathIn(old))
  migrateSqlite(database, 0, migrations.slice(0, -1))
  database.close()
  const { code, out } = await sallyport('backup', file, '--data-dir', old)
  assert.equal(code, 0)
  assert.match(out, /This is not on the audit log: the store has the schema of another release/)
  assert.equal(await readSchemaVersion({ dataDir: old }), migrations.length - 1)
})

test('D5: a file that is no checkpoint is refused in one line', async () => {
  const { code, err } = await sallyport('audit', 'verify', '--checkpoint', join(directory, 'nothing'))
  assert.equal(code, 1)
  assert.match(err, /^sallyport: .*nothing is not a checkpoint: make one with `sallyport audit checkpoint`\n$/)
})
