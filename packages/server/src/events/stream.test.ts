import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { systemActor } from '../audit/actor.ts'
import { rotateKey } from '../tenants/rotate-key.ts'

const server = await createTestApp()
const { app, deps, cipher, asServer, asManagement, addTenant, close } = server
const url = await app.listen({ port: 0, host: '127.0.0.1' })
after(close)

await configureAction(server, 'pay', { defaultOutcome: 'REVIEW' })
await configureAction(server, 'login', { defaultOutcome: 'ALLOW' })

interface Message {
  event: string
  id?: string
  data: Record<string, unknown>
}

/** Reads a stream until it is closed. */
async function follow(query = '', headers: Record<string, string> = asManagement) {
  const abort = new AbortController()
  const response = await fetch(`${url}/v1/management/events/stream${query}`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  })
  const messages: Message[] = []
  let text = ''
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const fields = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        )
        if (fields.data !== undefined) messages.push({ event: String(fields.event), id: fields.id, data: JSON.parse(fields.data) })
        text = text.slice(end + 2)
      }
    }
  })().catch(() => {})
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    messages,
    ended: reading,
    close: () => abort.abort(),
    seen: () => messages.map(({ event, data }) => `${event} ${String(data.idempotencyKey)} ${String(data.state)}`),
    async until(count: number): Promise<void> {
      const endsAt = performance.now() + 60_000
      while (messages.length < count) {
        assert.ok(performance.now() < endsAt, `${messages.length} of ${count} messages: ${JSON.stringify(messages)}`)
        await delay(20)
      }
    },
  }
}

async function send(method: string, path: string, body: object, headers = asServer): Promise<void> {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  assert.equal(response.status, 200, await response.text())
}
const track = (userId: string, action: string, idempotencyKey: string, more: object = {}) =>
  send('POST', `/users/${userId}/actions/${action}`, { idempotencyKey, ...more })
const review = (userId: string, key: string) =>
  send('POST', `/management/events/${userId}/pay/${key}/review`, { state: 'REVIEW_SUCCEEDED', reason: 'fine' }, asManagement)

test('a stream tells each new event and each change of one once, whatever was there before is left out', async () => {
  await track('ann', 'pay', 'old')
  await deps.store.foldReadSide()
  const tail = await follow()
  assert.deepEqual([tail.status, tail.type], [200, 'text/event-stream'])
  await delay(700)
  await track('ann', 'pay', 'k1')
  await track('ben', 'login', 'k2')
  await tail.until(2)
  await review('ann', 'k1')
  await review('ann', 'old')
  await send('POST', '/users/ben/actions/login/k2/dispute', {})
  await tail.until(5)
  await delay(1200)
  assert.deepEqual(tail.seen(), [
    'tracked k1 REVIEW_REQUIRED',
    'tracked k2 ALLOW',
    'changed k1 REVIEW_SUCCEEDED',
    'changed old REVIEW_SUCCEEDED',
    'changed k2 ALLOW',
  ])
  assert.ok(tail.messages[4]?.data.disputedAt)
  assert.match(String(tail.messages[0]?.data.sentence), /^Sent to review by default/)
  tail.close()
})

test('a stream is narrowed as a search is, and changes with it', async () => {
  const tail = await follow('?action=pay&userId=cat&state=REVIEW_REQUIRED,REVIEW_SUCCEEDED')
  await delay(700)
  await track('cat', 'login', 'c0')
  await track('cat', 'pay', 'c1')
  await track('dan', 'pay', 'c2')
  await tail.until(1)
  await review('cat', 'c1')
  await review('dan', 'c2')
  await tail.until(2)
  await delay(700)
  assert.deepEqual(tail.seen(), ['tracked c1 REVIEW_REQUIRED', 'changed c1 REVIEW_SUCCEEDED'])
  tail.close()
})

test('a stream goes on after the last event that was read: nothing is missing and nothing comes twice', async () => {
  const first = await follow('?userId=eve')
  await delay(700)
  await track('eve', 'pay', 'e1')
  await first.until(1)
  first.close()
  await first.ended
  await track('eve', 'pay', 'e2')
  await track('eve', 'pay', 'e3')
  await review('eve', 'e1')
  await review('eve', 'e3')
  await deps.store.foldReadSide()
  const id = String(first.messages[0]?.id)
  const second = await follow('?userId=eve', { ...asManagement, 'last-event-id': id })
  await second.until(3)
  await delay(1200)
  assert.deepEqual(second.seen(), ['tracked e2 REVIEW_REQUIRED', 'tracked e3 REVIEW_SUCCEEDED', 'changed e1 REVIEW_SUCCEEDED'])
  second.close()
  const last = String(second.messages.at(-1)?.id)
  const third = await follow('?userId=eve', { ...asManagement, 'last-event-id': last })
  await delay(1200)
  assert.deepEqual(third.seen(), [])
  third.close()
})

test('many events that come at once are each told once, and none before one that was answered before it was tracked', async () => {
  const tail = await follow('?userId=fay')
  await delay(700)
  const names = Array.from({ length: 300 }, (_, n) => `f${String(n).padStart(3, '0')}`)
  const batchOf = (name: string) => Math.floor(names.indexOf(name) / 50)
  for (let n = 0; n < names.length; n += 50) await Promise.all(names.slice(n, n + 50).map((name) => track('fay', 'login', name)))
  await tail.until(300)
  await delay(700)
  const told = tail.messages.map(({ data }) => String(data.idempotencyKey))
  assert.deepEqual(told.toSorted(), names)
  assert.deepEqual(told.map(batchOf), told.map(batchOf).toSorted())
  // Events that PostgreSQL commits at the same moment become visible in an order of their own.
  if (process.env.SALLYPORT_TEST_STORE !== 'postgres') {
    const times = tail.messages.map(({ data }) => String(data.createdAt))
    assert.deepEqual(times, times.toSorted())
  }
  tail.close()
})

test('a stream that cannot be is refused: no such parameter, no such action, no such place, no stream asked for', async () => {
  const refused = async (query: string, headers: Record<string, string>, expected: RegExp) => {
    const response = await fetch(`${url}/v1/management/events/stream${query}`, { headers: { ...asManagement, ...headers } })
    assert.equal(response.status, 400)
    assert.match(await response.text(), expected)
  }
  const accept = 'text/event-stream'
  await refused('?from=-1h', { accept }, /unknown field `from`/)
  await refused('?action=pai', { accept }, /did you mean `pay`/)
  await refused('', { accept, 'last-event-id': 'x' }, /`Last-Event-ID` is not an id/)
  await refused('', { accept, 'last-event-id': '1000-1' }, /older than a day/)
  await refused('', { accept: 'application/json' }, /Accept: text\/event-stream/)
})

test('a stream ends when its key is no longer in force, and says so', async () => {
  const other = await addTenant()
  const tail = await follow('', other.asManagement)
  assert.equal(tail.status, 200)
  const rotated = await rotateKey({ ...deps, cipher }, { tenantId: other.tenantId, kind: 'management', overlapMs: 0 }, systemActor('test'))
  assert.ok(rotated)
  deps.tenants.invalidate(other.tenantId)
  await tail.until(1)
  await tail.ended
  assert.deepEqual([tail.messages[0]?.event, tail.messages[0]?.data.errorCode], ['end', 'unauthorized'])
})

test('one tenant opens ten streams and no more; a closed one makes room', async () => {
  const other = await addTenant()
  const open = await Promise.all(Array.from({ length: 10 }, () => follow('', other.asManagement)))
  assert.deepEqual(new Set(open.map(({ status }) => status)), new Set([200]))
  assert.equal((await follow('', other.asManagement)).status, 429)
  const own = await follow()
  assert.equal(own.status, 200, 'another tenant has its own')
  own.close()
  open.pop()?.close()
  const endsAt = performance.now() + 60_000
  let again = await follow('', other.asManagement)
  while (again.status !== 200 && performance.now() < endsAt) {
    await delay(50)
    again = await follow('', other.asManagement)
  }
  assert.equal(again.status, 200)
  for (const tail of [...open, again]) tail.close()
})

test('a server that stops ends its streams at once, and says so', async () => {
  const made = await createTestApp()
  const address = await made.app.listen({ port: 0, host: '127.0.0.1' })
  const response = await fetch(`${address}/v1/management/events/stream`, {
    headers: { accept: 'text/event-stream', ...made.asManagement },
  })
  const reading = response.text()
  const startedAt = performance.now()
  await made.close()
  assert.match(await reading, /event: end\ndata: \{"error":"unavailable"/)
  assert.ok(performance.now() - startedAt < 9000)
})
