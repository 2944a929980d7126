import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const { app, deps, tenant, asServer, asManagement, close } = await createTestApp()
after(close)
const json = { 'content-type': 'application/json' }

const accounts = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `DE${String(from + n).padStart(20, '0')}`)

async function put(query: string, body: object) {
  const url = `/v1/management/rules${query}`
  const reply = await app.inject({ method: 'PUT', url, headers: { ...asManagement, ...json }, payload: JSON.stringify(body) })
  return { status: reply.statusCode, body: reply.json() }
}

async function entriesOf(alias: string): Promise<unknown[]> {
  const reply = await app.inject({ method: 'GET', url: `/v1/management/value-lists/${alias}`, headers: asManagement })
  return reply.json().valueListItems
}

async function track(account: string) {
  const payload = JSON.stringify({ custom: { account } })
  const reply = await app.inject({ method: 'POST', url: '/v1/users/ann/actions/pay', headers: { ...asServer, ...json }, payload })
  return reply.json().state
}

async function turnsDuring<T>(work: () => Promise<T>): Promise<{ turns: number; result: T }> {
  let turns = 0
  let isDone = false
  const counting = (async () => {
    for (; !isDone; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  })()
  const result = await work()
  isDone = true
  await counting
  return { turns, result }
}

const size = 60_000
/** A slice has 2 000 entries. */
const slices = size / 2_000
const document = (valueListItems: unknown[], more: object = {}) => ({
  dataPoints: [{ name: 'account', dataType: 'text', modelType: 'action' }],
  lists: [{ name: 'Mules', alias: 'mules', itemType: 'string', valueListItems, ...more }],
  actions: [
    {
      actionCode: 'pay',
      defaultUserActionResult: 'ALLOW',
      rules: [{ name: 'Mule', type: 'BLOCK', conditions: { in: [{ var: 'custom.account' }, { var: 'lists.mules' }] } }],
    },
  ],
})
const storedSets = async () =>
  Number(
    (
      await deps.store.db
        .selectFrom('value_list_entries')
        .where('tenant_id', '=', tenant.tenantId)
        .select(({ fn }) => fn.countAll().as('rows'))
        .executeTakeFirst()
    )?.rows,
  )

test('B6: a long list in a rules document is parsed, checked and stored in slices, and a dry run stores nothing', async () => {
  const items = accounts(size)
  const dry = await turnsDuring(() => put('?dryRun=true', document(items)))
  assert.equal(dry.result.status, 200, JSON.stringify(dry.result.body))
  assert.equal(dry.result.body.changes[1].sentence, `New list *mules* with ${size} entries.`)
  assert.ok(dry.turns >= 2 * slices, `${dry.turns} turns`)
  assert.equal(await storedSets(), 0)
  const saved = await turnsDuring(() => put('', document(items)))
  assert.equal(saved.result.status, 200, JSON.stringify(saved.result.body))
  assert.ok(saved.turns >= 4 * slices, `${saved.turns} turns: checked, stored, and compared with the rules in slices`)
  assert.deepEqual(await entriesOf('mules'), items)
  assert.deepEqual([await track(items[7] ?? ''), await track('X')], ['BLOCK', 'ALLOW'])
})

test('B6: a document with the same long list changes nothing, and a changed one counts what differs', async () => {
  const before = await storedSets()
  const same = await put('', document(accounts(size)))
  assert.deepEqual([same.status, same.body.changes], [200, []])
  assert.equal(await storedSets(), before)
  const changed = await put('', document([...accounts(size - 1, 1), 'X', 'Y']))
  assert.deepEqual(
    changed.body.changes.map(({ sentence }: { sentence: string }) => sentence),
    ['List *mules*: 2 entries more; 1 entry less.'],
  )
  assert.deepEqual([await track('X'), await track(accounts(1)[0] ?? '')], ['BLOCK', 'ALLOW'])
})

test('B6: a track beside a document with a long list is answered before the document is saved', async () => {
  const order: string[] = []
  const saving = put('', document(accounts(size, size))).then(({ status }) => order.push(`rules ${status}`))
  const tracking = track('X').then(() => order.push('track'))
  await Promise.all([saving, tracking])
  assert.deepEqual(order, ['track', 'rules 200'])
})

test('B6: two documents that change one long list at once both succeed, one after the other', async () => {
  const replies = await Promise.all([put('', document(accounts(size, 7))), put('', document(accounts(size, 9)))])
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200],
  )
  const entries = (await entriesOf('mules')).sort()
  assert.ok([7, 9].some((from) => JSON.stringify(accounts(size, from)) === JSON.stringify(entries)))
})

test('B6: wrong, repeated and idle entries deep in a long list of a document are refused, and nothing is stored', async () => {
  const wrong = await put('', document([...accounts(size), 7]))
  assert.deepEqual([wrong.status, wrong.body.errorCode], [400, 'invalid_request'])
  assert.match(wrong.body.errorDescription, new RegExp(`valueListItems\\.${size}\` is not a string`))
  const { lists } = document(['a', 7])
  const both = await put('', { ...document([]), lists: [...lists, { name: 'More', itemType: 'string', valueListItems: [8] }] })
  assert.match(
    both.body.errorDescription,
    /`lists\.0\.valueListItems\.1` is not a string.*; .*`lists\.1\.valueListItems\.0` is not a string/,
  )
  const nested = await put('', document([...accounts(size), { a: 1 }]))
  assert.equal(nested.status, 400)
  const countries = {
    lists: [{ name: 'Countries', alias: 'countries', itemType: 'string', valueListItems: ['NZ', ...accounts(size)] }],
    actions: [
      {
        actionCode: 'travel',
        defaultUserActionResult: 'ALLOW',
        rules: [{ name: 'R', type: 'BLOCK', conditions: { in: [{ var: 'ip.countryCode' }, { var: 'lists.countries' }] } }],
      },
    ],
  }
  const idle = await put('', countries)
  assert.equal(idle.status, 400, JSON.stringify(idle.body).slice(0, 500))
  assert.match(idle.body.errorDescription, /`valueListItems` of `countries`/)
  const found = await app.inject({ method: 'GET', url: '/v1/management/value-lists/countries', headers: asManagement })
  assert.equal(found.statusCode, 404)
})
