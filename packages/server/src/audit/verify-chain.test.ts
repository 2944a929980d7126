import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { openTestStore } from '../../test/support/open-test-store.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import type { AuditLogTable } from '../storage/schema.ts'
import type { Store } from '../storage/store.ts'
import { systemActor, userActor } from './actor.ts'
import { canonicalJson } from './canonical-json.ts'
import { entryHash, personalDigest } from './chain-hash.ts'
import { eraseAuditEntries } from './erase-audit-entries.ts'
import { insertAuditEntry } from './insert-audit-entry.ts'
import { readChain } from './read-chain.ts'
import type { ChainCheckpoint } from './verify-chain.ts'

const tenantId = 'one'

async function setUp(t: TestContext, entries = 6) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-audit-'))
  const opened = await openTestStore({ dataDir, clock: () => 1_000 })
  t.after(async () => {
    await opened.remove()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const { store } = opened
  await store.db
    .insertInto('tenants')
    .values({ tenant_id: tenantId, name: 'One', settings: '{}', config_version: 1, created_at: 1 })
    .execute()
  for (let n = 1; n <= entries; n++) await put(store, n)
  return store
}

function put(store: Store, n: number): Promise<void> {
  const actor = n % 2 === 0 ? systemActor('test') : userActor(`user-${n}`, '192.0.2.1')
  const entry = { tenantId, at: n * 1000, actor, event: `event.${n}`, userId: `user-${n}`, details: { n, nested: { b: 1, a: 'ü' } } }
  return store.transaction({ tenantId, userId: `user-${n}` }, ({ db }) => insertAuditEntry(db, randomUUID(), entry))
}

const verify = (store: Store, checkpoint?: ChainCheckpoint) => verifyAudit(store, tenantId, checkpoint)

async function checkpointOf(store: Store): Promise<ChainCheckpoint> {
  const { sequence, hash, entries } = await verify(store)
  return { tenantId, at: '2026-01-01T00:00:00.000Z', sequence, hash, entries }
}

async function found(store: Store, checkpoint?: ChainCheckpoint): Promise<[kind: string, sequence: number | undefined][]> {
  return (await verify(store, checkpoint)).findings.map(({ kind, sequence }) => [kind, sequence])
}

const rowOf = async ({ db }: Store, sequence: number): Promise<AuditLogTable> =>
  db.selectFrom('audit_log').selectAll().where('sequence', '=', sequence).executeTakeFirstOrThrow()
const change = ({ db }: Store, sequence: number, to: Partial<AuditLogTable>) =>
  db.updateTable('audit_log').set(to).where('tenant_id', '=', tenantId).where('sequence', '=', sequence).execute()

test('D5: a chain that nobody touched is whole, and every entry carries the hash of the one before', async (t) => {
  const store = await setUp(t)
  const { findings, entries, sequence } = await verify(store)
  assert.deepEqual([findings, entries, sequence], [[], 6, 6])
  const hashes = (await readChain(store.db, tenantId, 0, 6)).map((row) => row.previous_hash)
  assert.equal(new Set(hashes).size, 6)
})

const changes: Record<string, Partial<AuditLogTable>> = {
  event: { event: 'event.other' },
  time: { at: 1 },
  'kind of the actor': { actor: 'management_key' },
  actor: { actor_id: 'somebody' },
  'name of the actor': { actor_name: 'Somebody' },
  key: { actor_key_id: '0123456789abcdef' },
  user: { user_id: 'user-9' },
  address: { ip_address: '198.51.100.1' },
  details: { details: '{"n":7}' },
  'details that are not JSON': { details: '{' },
  digest: { personal_digest: '0'.repeat(64) },
  salt: { salt: 'AAAAAAAAAAAAAAAAAAAAAA' },
}
for (const [name, to] of Object.entries(changes)) {
  for (const sequence of [1, 3, 6]) {
    test(`D5: a changed ${name} of entry ${sequence} is found, and said where`, async (t) => {
      const store = await setUp(t)
      await change(store, sequence, to)
      const findings = await found(store)
      assert.ok(findings.length > 0)
      for (const finding of findings) assert.deepEqual(finding, ['changed', sequence])
    })
  }
}

test('D5: a changed hash is found where it is, also in the end that is kept of the chain', async (t) => {
  const store = await setUp(t)
  await change(store, 3, { previous_hash: 'f'.repeat(64) })
  assert.deepEqual(await found(store), [
    ['changed', 2],
    ['changed', 3],
  ])
  const other = await setUp(t)
  await other.db
    .updateTable('audit_chains')
    .set({ hash: 'f'.repeat(64) })
    .execute()
  assert.deepEqual(await found(other), [['changed', 6]])
})

for (const [gone, expected] of [
  [[1], [['missing', 1]]],
  [[3], [['missing', 3]]],
  [[3, 4], [['missing', 3]]],
  [[6], [['missing', 6]]],
  [
    [2, 5],
    [
      ['missing', 2],
      ['missing', 5],
    ],
  ],
] as const) {
  test(`D5: missing entries ${gone.join(' and ')} are found`, async (t) => {
    const store = await setUp(t)
    await store.db.deleteFrom('audit_log').where('sequence', 'in', gone).execute()
    assert.deepEqual(await found(store), expected)
  })
}

test('D5: an inserted entry is found, with the number of another, with one of its own, or without', async (t) => {
  for (const [sequence, kind] of [
    [3, 'inserted'],
    [7, 'inserted'],
    [null, 'unchained'],
  ] as const) {
    const store = await setUp(t)
    await store.db
      .insertInto('audit_log')
      .values({ ...(await rowOf(store, 3)), audit_id: 'ffffffff-ffff-7fff-bfff-ffffffffffff', sequence })
      .execute()
    const [[first] = []] = await found(store)
    assert.equal(first, kind, String(sequence))
  }
})

test('D5: two entries that changed places are found', async (t) => {
  const store = await setUp(t)
  await change(store, 3, { sequence: 99 })
  await change(store, 4, { sequence: 3 })
  await change(store, 99, { sequence: 4 })
  assert.ok((await found(store)).length > 0)
})

test('D5: a chain that lost its ends is not a new one', async (t) => {
  const store = await setUp(t)
  await store.db.deleteFrom('audit_chains').execute()
  assert.equal((await found(store)).length, 6)
  await put(store, 7)
  assert.ok((await found(store)).some(([kind]) => kind === 'inserted'))
})

test('D5: with a checkpoint, an end that was cut off and a chain that was written again are found', async (t) => {
  const store = await setUp(t)
  const checkpoint = await checkpointOf(store)
  await put(store, 7)
  assert.deepEqual(await found(store, checkpoint), [], 'what came since is no finding')
  const all = await readChain(store.db, tenantId, 0, 10)
  const [before] = all.slice(4)
  await store.db.deleteFrom('audit_log').where('sequence', '>', 4).execute()
  await store.db
    .updateTable('audit_chains')
    .set({ sequence: 4, hash: before?.previous_hash ?? '' })
    .execute()
  assert.deepEqual(await found(store), [], 'without a checkpoint nobody can tell')
  assert.deepEqual(await found(store, checkpoint), [['missing', 5]])
  for (let n = 5; n <= 8; n++) await put(store, n + 100)
  assert.deepEqual(await found(store), [])
  assert.deepEqual(await found(store, checkpoint), [['rewritten', 6]])
})

test('D5: what retention erased breaks nothing, and the chain goes on from what is kept of it', async (t) => {
  const store = await setUp(t)
  const early = await checkpointOf(store)
  const erase = (before: number) => eraseAuditEntries(store, before, new AbortController().signal)
  assert.equal(await erase(3500), 3)
  const report = await verify(store, early)
  assert.deepEqual([report.findings, report.entries, report.sequence], [[], 3, 6])
  await store.db.deleteFrom('audit_log').where('sequence', '=', 4).execute()
  assert.deepEqual(await found(store), [['missing', 4]])
  assert.equal(await erase(100_000), 2)
  await put(store, 7)
  assert.deepEqual(await found(store, early), [], 'all were erased, and it goes on')
  assert.equal(await erase(100_000), 1)
  assert.deepEqual(await found(store, early), [], 'a checkpoint older than what is kept says nothing')
})

test('D5: entries of one tenant say nothing of another, and many at once make one chain', async (t) => {
  const store = await setUp(t, 0)
  await store.db.insertInto('tenants').values({ tenant_id: 'two', name: 'Two', settings: '{}', config_version: 1, created_at: 1 }).execute()
  await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      await put(store, n + 1)
      const entry = { tenantId: 'two', at: n, actor: systemActor('test'), event: 'x' }
      await store.transaction({ tenantId: 'two' }, ({ db }) => insertAuditEntry(db, randomUUID(), entry))
    }),
  )
  const report = await verify(store)
  assert.deepEqual([report.findings, report.entries, report.sequence], [[], 60, 60])
})

test('D5: an entry whose change is undone leaves no gap', async (t) => {
  const store = await setUp(t)
  const undone = store.transaction({ tenantId }, async ({ db }) => {
    await insertAuditEntry(db, randomUUID(), { tenantId, at: 1, actor: systemActor('test'), event: 'undone' })
    throw new Error('undo')
  })
  await assert.rejects(undone, /undo/)
  await put(store, 7)
  const report = await verify(store)
  assert.deepEqual([report.findings, report.sequence], [[], 7])
})

test('D5: entries of a release without a chain are counted when it begins, and stay apart from it', async (t) => {
  const store = await setUp(t, 0)
  const old = { tenant_id: tenantId, actor: 'system', actor_id: null, actor_name: null, actor_key_id: null, event: 'old', user_id: null }
  const noChain = { sequence: null, previous_hash: null, personal_digest: null, salt: null }
  const putOld = (audit_id: string, at: number) =>
    store.db
      .insertInto('audit_log')
      .values({ ...old, ...noChain, audit_id, at, ip_address: null, details: '{}' })
      .execute()
  for (const n of [1, 2, 3]) await putOld(`a${n}`, n)
  assert.deepEqual((await verify(store)).unchained, 3)
  await put(store, 5)
  const [first] = await readChain(store.db, tenantId, 0, 10)
  assert.deepEqual([first?.event, first?.details], ['audit.chain_began', '{"unchained":3}'])
  const report = await verify(store)
  assert.deepEqual([report.findings, report.unchained, report.sequence], [[], 3, 2])
  await putOld('a4', 4)
  const more = [['unchained', undefined]]
  assert.deepEqual(await found(store), more, 'one more than there were')
  await store.db.updateTable('audit_chains').set({ unchained: 4 }).execute()
  assert.deepEqual(await found(store), more, 'their number is in the chain')
})

test('D5: an entry that is marked as erased must be empty', async (t) => {
  const store = await setUp(t)
  for (const left of [{ details: '{"n":3}' }, { user_id: 'user-3' }, { ip_address: '192.0.2.1' }, { actor_id: 'user-3' }]) {
    await change(store, 3, { user_id: null, ip_address: null, details: '{}', actor_id: null, salt: null, ...left })
    const [first] = await found(store)
    assert.deepEqual(first, ['changed', 3], JSON.stringify(left))
  }
})

test('D5: hashes stay as docs/audit.md describes them: chains of earlier releases go on', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const row = { tenant_id: 'one', audit_id: 'a', at: 5, actor_key_id: null, event: 'x', user_id: 'u', ip_address: null }
  const chained = { ...row, sequence: 2, previous_hash: 'ff', personal_digest: 'dd' }
  const user = { actor: 'user', actor_id: 'u', actor_name: null }
  const system = { actor: 'system', actor_id: null, actor_name: 'test' }
  assert.equal(
    personalDigest({ ...row, ...user }, { b: 1, a: [2] }, 'salt'),
    sha256('{"actorId":"u","actorName":null,"details":{"a":[2],"b":1},"ipAddress":null,"salt":"salt","userId":"u"}'),
  )
  assert.equal(personalDigest({ ...row, ...system }, {}, 's'), sha256('{"details":{},"ipAddress":null,"salt":"s","userId":"u"}'))
  const rest = '"auditId":"a","event":"x","personalDigest":"dd","previousHash":"ff","sequence":2,"tenantId":"one"}'
  assert.equal(entryHash({ ...chained, ...user }), sha256(`{"actor":"user","actorKeyId":null,"at":5,${rest}`))
  assert.equal(
    entryHash({ ...chained, ...system }),
    sha256(`{"actor":"system","actorId":null,"actorKeyId":null,"actorName":"test","at":5,${rest}`),
  )
})

test('D5: canonical JSON does not depend on the order of members, and reads back as the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        assert.equal(canonicalJson(Object.fromEntries(Object.entries(value).reverse())), text)
      }
    }),
  )
  assert.equal(canonicalJson({ b: [1, undefined, { d: undefined, c: 'ü"' }], a: null }), '{"a":null,"b":[1,null,{"c":"ü\\""}]}')
})
