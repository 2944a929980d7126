import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { forgetListVersions } from './forget-list-versions.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, addTenant, close } = server
after(close)

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, looked into by assertions.
type Body = any

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
const lists = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path = '', payload?: object) =>
  call(method, `/management/value-lists${path}`, payload)

async function track(idempotencyKey: string, payee: string): Promise<string> {
  now += 1000
  const { body } = await call('POST', '/users/jane/actions/pay', { idempotencyKey, custom: { payee } }, asServer)
  return body.state
}
const replay = async (key: string) => (await call('POST', `/management/users/jane/actions/pay/${key}/replay`)).body
const output = async (key: string) => (await call('GET', `/users/jane/actions/pay/${key}`, undefined, asServer)).body.output

before(async () => {
  await call('POST', '/management/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' })
  await lists('POST', '', { name: 'Mules', itemType: 'string', valueListItems: ['m'], isActive: true, message: 'from the police' })
  const conditions = { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] }
  await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [{ name: 'Mule', outcome: 'BLOCK', conditions }] })
})

test('every change of a list is a numbered version: who, when, what and why; any can be read, and put back', async () => {
  const name = 'Blocked countries'
  const created = await lists('POST', '', { name, itemType: 'string', valueListItems: ['KP', 'IR'], isActive: true })
  assert.equal(created.body.version, 1)
  const changed = await lists('PATCH', '/blocked-countries', { valueListItems: ['IR', 'SY', 'CU'], message: 'review of May' })
  assert.equal(changed.body.version, 2)
  const added = await lists('POST', '/blocked-countries/items', { add: ['BY', 'IR'], remove: ['CU', 'XX'] })
  assert.deepEqual(added.body, { alias: 'blocked-countries', version: 3, itemCount: 3 })
  const again = await lists('POST', '/blocked-countries/items', { add: ['BY'], remove: ['CU'] })
  assert.equal(again.body.version, 3, 'twice is once')
  assert.equal((await lists('PATCH', '/blocked-countries', { valueListItems: ['BY', 'SY', 'IR'] })).body.version, 3, 'the order is nothing')
  await lists('PATCH', '/blocked-countries', { isActive: false })

  const { body: versions } = await lists('GET', '/blocked-countries/versions')
  assert.deepEqual(
    versions.map(({ version, event, addedCount, removedCount, itemCount, isActive, message }: Body) => [
      version,
      event,
      addedCount,
      removedCount,
      itemCount,
      isActive,
      message,
    ]),
    [
      [4, 'updated', 0, 0, 3, false, undefined],
      [3, 'updated', 1, 1, 3, true, undefined],
      [2, 'updated', 2, 1, 3, true, 'review of May'],
      [1, 'created', 2, 0, 2, true, undefined],
    ],
  )
  assert.deepEqual([versions[0].author, versions[0].createdAt], ['management_key', new Date(now).toISOString()])
  assert.deepEqual(
    (await lists('GET', '/blocked-countries/versions?limit=1&before=3')).body.map(({ version }: Body) => version),
    [2],
  )
  const read = async (version: number) => {
    const { body } = await lists('GET', `/blocked-countries/versions/${version}`)
    return [body.added, body.removed, body.valueListItems.sort()]
  }
  assert.deepEqual(await read(1), [['IR', 'KP'], [], ['IR', 'KP']])
  assert.deepEqual(await read(2), [['SY', 'CU'], ['KP'], ['CU', 'IR', 'SY']])
  assert.deepEqual(await read(3), [['BY'], ['CU'], ['BY', 'IR', 'SY']])
  const restored = await lists('POST', '/blocked-countries/versions/1/restore')
  assert.deepEqual([restored.body.version, restored.body.valueListItems.sort(), restored.body.isActive], [5, ['IR', 'KP'], false])

  assert.deepEqual((await lists('DELETE', '/blocked-countries')).body, { success: true })
  assert.deepEqual(await read(2), [['SY', 'CU'], ['KP'], ['CU', 'IR', 'SY']], 'also of a list that is gone')
  assert.equal((await lists('POST', '', { name, itemType: 'string', isActive: true })).body.version, 7, 'no number is given twice')
  assert.equal((await lists('GET', '/blocked-countries/versions/99')).status, 404)
  assert.equal((await lists('GET', '/nothing/versions')).status, 404)
  assert.equal((await call('GET', '/management/value-lists/mules/versions', undefined, (await addTenant()).asManagement)).status, 404)
})

test('two people who change the same version of a list do not overwrite each other', async () => {
  const { version } = (await lists('POST', '', { name: 'Both', itemType: 'number', valueListItems: [1], isActive: true })).body
  const answers = await Promise.all([2, 3].map((item) => lists('POST', '/both/items', { add: [item], expectedVersion: version })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
  assert.equal(answers.find(({ status }) => status === 409)?.body.errorCode, 'version_conflict')
  await Promise.all([4, 5, 6, 7].map((item) => lists('POST', '/both/items', { add: [item] })))
  assert.equal((await lists('GET', '/both')).body.valueListItems.length, 6, 'without it, both changes are made')
  assert.match((await lists('POST', '/both/items', { add: ['x'] })).body.errorDescription, /`add.0` is not a number/)
})

test('RU-06: a decision is made and explained again with what was on the list then, whatever became of the list', async () => {
  assert.equal(await track('on', 'm'), 'BLOCK')
  assert.equal(await track('off', 'x'), 'ALLOW')
  await lists('POST', '/mules/items', { add: ['x'], remove: ['m'] })
  assert.deepEqual([await track('later', 'm'), await track('latest', 'x')], ['ALLOW', 'BLOCK'])
  await lists('PATCH', '/mules', { isActive: false })
  assert.equal(await track('inactive', 'x'), 'ALLOW')
  const expected = { on: ['BLOCK', 1], off: ['ALLOW', 1], later: ['ALLOW', 2], latest: ['BLOCK', 2], inactive: ['ALLOW', 3] }
  async function check(contents: string): Promise<void> {
    for (const [key, [outcome, version]] of Object.entries(expected)) {
      const body = await replay(key)
      assert.deepEqual([body.identical, body.recomputed.outcome, body.notes], [true, outcome, []], key)
      assert.equal(JSON.stringify(body.recomputed), JSON.stringify(body.decision))
      assert.deepEqual(body.lists, [{ alias: 'mules', version, contents: key === 'inactive' ? contents : 'rebuilt' }])
      assert.equal((await output(key)).isReproduced, true)
    }
  }
  await check('unchanged')
  await lists('PATCH', '/mules', { isActive: true, valueListItems: ['a', 'b'] })
  await check('rebuilt')
  assert.match((await output('on')).sentence, /^Blocked by \*Mule\*: /)

  // Not even deleting the list and making another of its name.
  await configureAction(server, 'pay', { defaultOutcome: 'REVIEW', rules: [] })
  await lists('DELETE', '/mules')
  await check('rebuilt')
  await lists('POST', '', { name: 'Mules', itemType: 'string', valueListItems: ['m', 'x'], isActive: true })
  await check('rebuilt')
})

test('a decision whose list is no longer on record says so', async () => {
  const conditions = { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] }
  await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [{ name: 'Mule', outcome: 'BLOCK', conditions }] })
  await lists('PATCH', '/mules', { valueListItems: ['m'] })
  assert.equal(await track('old', 'm'), 'BLOCK')
  await lists('PATCH', '/mules', { valueListItems: ['other'] })
  now += 1000
  assert.equal((await replay('old')).identical, true)
  await forgetListVersions(deps, { entriesBefore: now, versionsBefore: undefined })
  await call('PATCH', '/management/tenant', { name: 'what was rebuilt is in memory until something changes' })
  const body = await replay('old')
  assert.deepEqual([body.identical, body.decision.outcome, body.recomputed.outcome], [false, 'BLOCK', 'ALLOW'])
  assert.equal(body.lists[0].contents, 'not_kept')
  assert.match(body.notes[0], /^The list `mules` has changed since, last on 2026-.*, and its contents of that time are no longer stored/)
  assert.equal((await output('old')).isReproduced, false)
  const { body: versions } = await lists('GET', '/mules/versions')
  assert.ok(versions.length > 5, 'who changed it, and when, is still there')
  const gone = (await lists('GET', `/mules/versions/${versions[0].version}`)).body
  assert.deepEqual([gone.added, gone.valueListItems], [undefined, ['other']])
  assert.equal((await lists('POST', `/mules/versions/${versions[1].version}/restore`)).status, 400)

  await forgetListVersions(deps, { entriesBefore: now, versionsBefore: now })
  assert.equal((await lists('GET', '/mules/versions')).body.length, 1, 'the last version stays')
  assert.equal((await replay('old')).lists[0].contents, 'not_kept')
})

test('a long list keeps of a change what changed', async () => {
  const items = Array.from({ length: 20_000 }, (_, index) => `account-${index}`)
  await lists('POST', '', { name: 'Long', itemType: 'string', valueListItems: items, isActive: true })
  await lists('POST', '/long/items', { add: ['one more'], remove: ['account-7'] })
  const rows = await deps.store.db
    .selectFrom('value_list_versions')
    .where('alias', '=', 'long')
    .select(['version', 'added', 'removed'])
    .orderBy('version')
    .execute()
  assert.deepEqual(
    rows.map(({ version, added, removed }) => [version, added, removed]),
    [
      [1, null, null],
      [2, '["one more"]', '["account-7"]'],
    ],
  )
  const { body } = await lists('GET', '/long/versions/1')
  assert.deepEqual(new Set(body.valueListItems), new Set(items))
})
