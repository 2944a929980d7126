import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import type { EventPage, EventQuery } from '../storage/searching-store.ts'

const start = Date.UTC(2026, 10, 24, 12)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, addTenant, close } = server
after(close)

await configureAction(server, 'pay', {
  defaultOutcome: 'ALLOW',
  rules: [{ name: '@SUM(1+1)', outcome: 'BLOCK', conditions: { '>': [{ var: 'custom.amount' }, 2000] } }],
})
await configureAction(server, 'rest', { defaultOutcome: 'ALLOW' })
for (let n = 0; n < 450; n++) {
  now += 1000
  const userId = n === 449 ? encodeURIComponent('=cmd|x') : `user-${n % 3}`
  const payload = { idempotencyKey: `k${n}`, custom: { amount: n === 449 ? 5000 : 1 } }
  const { statusCode } = await app.inject({ method: 'POST', url: `/v1/users/${userId}/actions/pay`, headers: asServer, payload })
  assert.equal(statusCode, 200)
}
await deps.store.foldReadSide()

const get = (path: string, headers = asManagement) => app.inject({ method: 'GET', url: `/v1/management${path}`, headers })
const lines = (body: string) => body.split('\n').filter((line) => line !== '')

test('an export has every event that a search finds, as the search has it, the oldest first', async () => {
  const reply = await get('/events/export?format=jsonl&userId=user-1')
  assert.equal(reply.statusCode, 200)
  assert.equal(reply.headers['content-type'], 'application/x-ndjson')
  assert.equal(reply.headers['content-disposition'], 'attachment; filename="events.jsonl"')
  const { events } = (await get('/events?userId=user-1&order=oldest&limit=200')).json<{ events: object[] }>()
  assert.deepEqual(
    lines(reply.body).map((line) => JSON.parse(line)),
    events,
  )
  const all = lines((await get('/events/export?format=jsonl')).body).map((line) => JSON.parse(line).idempotencyKey)
  assert.deepEqual(
    all,
    Array.from({ length: 450 }, (_, n) => `k${n}`),
  )
})

test('AD-05: no text in an exported table is a formula', async () => {
  const reply = await get('/events/export?format=csv&order=newest')
  assert.equal(reply.headers['content-type'], 'text/csv; charset=utf-8')
  const [header = '', first = '', ...rest] = reply.body.trimEnd().split('\r\n')
  assert.match(header, /^time,userId,action,/)
  assert.equal(rest.length, 449)
  assert.match(first, /,"'=cmd\|x","pay",/)
  assert.match(first, /,"'@SUM\(1\+1\)",/)
})

test('an export without events is an empty file or a table without rows', async () => {
  assert.equal((await get('/events/export?format=jsonl&action=rest')).body, '')
  assert.equal(lines((await get('/events/export?action=rest&format=csv')).body).length, 1)
})

test('a wrong query is refused with everything that is wrong with it', async () => {
  const reply = await get('/events/export?action=nothing&format=xml&colour=red')
  assert.equal(reply.statusCode, 400)
  assert.match(reply.json<{ errorDescription: string }>().errorDescription, /`?format`?.*there is no action `nothing`/)
})

test('TN-01: an export has nothing of another tenant', async () => {
  const other = await addTenant()
  assert.equal((await get('/events/export?format=jsonl', other.asManagement)).body, '')
})

test('an export reads no further than its client, stops when the client goes, and is broken off when it cannot go on', async (t) => {
  const { searchEvents } = deps.store
  t.after(() => {
    deps.store.searchEvents = searchEvents
  })
  const { events } = await searchEvents(server.tenant.tenantId, { filter: {}, order: 'newest', limit: 200 })
  let pages = 0
  let failAt = Number.POSITIVE_INFINITY
  deps.store.searchEvents = async (_tenantId: string, _query: EventQuery): Promise<EventPage> => {
    pages += 1
    if (pages === failAt) throw new Error('the disk is gone')
    return { events, next: String(pages) }
  }
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const open = async () => {
    const abort = new AbortController()
    const reply = await fetch(`${address}/v1/management/events/export?format=jsonl`, { headers: asManagement, signal: abort.signal })
    assert.equal(reply.status, 200)
    return { abort, reader: (reply.body ?? assert.fail()).getReader() }
  }
  const settled = async () => {
    for (let before = -1; before !== pages; ) {
      before = pages
      await delay(200)
    }
    return pages
  }
  const first = await open()
  await first.reader.read()
  const waiting = await settled()
  assert.ok(waiting < 400, `${waiting} pages were read for a client that reads nothing`)
  first.abort.abort()
  await delay(50)
  assert.ok((await settled()) <= waiting + 2)

  const many = await Promise.all([open(), open(), open()])
  const refused = await get('/events/export?format=jsonl')
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '5'])
  for (const { abort } of many) abort.abort()
  await settled()

  failAt = pages + 1
  assert.equal((await get('/events/export?format=csv')).json<{ errorCode: string }>().errorCode, 'internal_error', 'nothing was sent yet')
  failAt = pages + 3
  const broken = await open()
  await assert.rejects(async () => {
    while (!(await broken.reader.read()).done);
  })
  assert.match(server.logged(), /an export of events failed/)
})
