import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { turnsDuring } from '../../test/support/turns-during.ts'

const { app, asManagement, close } = await createTestApp()
after(close)
const json = { 'content-type': 'application/json' }

const accounts = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `DE${String(from + n).padStart(20, '0')}`)

function send(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) {
  const payload = body === undefined ? undefined : JSON.stringify(body)
  const headers = { ...asManagement, ...(body === undefined ? {} : json) }
  return app.inject({ method, url: `/v1/management${path}`, headers, payload })
}

const size = 60_000
/** A slice has 2 000 entries. */
const slices = size / 2_000
const items = accounts(size)
await send('POST', '/value-lists', { name: 'Mules', itemType: 'string', valueListItems: items })
await send('POST', '/value-lists', { name: 'Few', itemType: 'number', valueListItems: [1, 2.5] })
await send('POST', '/value-lists', { name: 'None', itemType: 'string', valueListItems: [], isActive: false })

test('B6: all lists are answered in slices, in the format of short ones', async () => {
  const { turns, result } = await turnsDuring(() => send('GET', '/value-lists'))
  assert.ok(turns >= slices, `${turns} turns for ${slices} slices`)
  assert.equal(result.statusCode, 200)
  assert.match(String(result.headers['content-type']), /^application\/json/)
  assert.deepEqual(result.json(), [
    { name: 'Few', alias: 'few', itemType: 'number', valueListItems: [1, 2.5], isActive: true, version: 1 },
    { name: 'Mules', alias: 'mules', itemType: 'string', valueListItems: items, isActive: true, version: 1 },
    { name: 'None', alias: 'none', itemType: 'string', valueListItems: [], isActive: false, version: 1 },
  ])
})

test('B6: one version of a long list is loaded and answered in slices', async () => {
  const replaced = accounts(size, size)
  await send('PATCH', '/value-lists/mules', { valueListItems: replaced })
  const { turns, result } = await turnsDuring(() => send('GET', '/value-lists/mules/versions/2'))
  assert.ok(turns >= 5 * slices, `${turns} turns: entries, added and removed ones are read and written in slices`)
  const { added, removed, valueListItems, createdAt: _, actor: _1, ...rest } = result.json()
  assert.deepEqual([added, removed, valueListItems], [replaced, items, replaced])
  assert.deepEqual(rest, {
    version: 2,
    author: 'management_key',
    event: 'updated',
    name: 'Mules',
    isActive: true,
    itemCount: size,
    addedCount: size,
    removedCount: size,
  })
  const first = (await send('GET', '/value-lists/mules/versions/1')).json()
  assert.deepEqual([first.added, first.removed, first.valueListItems.sort()], [first.valueListItems, [], items])
})
