import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventId, readEventId } from '../../url/event-id.ts'
import { withOwnTime } from './page-address.ts'

const now = Date.parse('2026-03-08T12:00:00Z')
const time = (search: string) => new URLSearchParams(withOwnTime(search, now) ?? 'none').get('time')

test('a link with the parameters of the API shows the same time', () => {
  assert.equal(withOwnTime('state=BLOCK&time=-3h', now), undefined)
  assert.equal(withOwnTime('state=BLOCK&from=-3h', now), 'state=BLOCK&time=-3h')
  assert.equal(time('from=-2w&to=now'), '-14d')
  assert.equal(time('from=2026-03-01T00:00:00Z'), '2026-03-01T00:00:00.000Z..2026-03-08T12:00:00.000Z')
  assert.equal(time('from=-2d&to=-1d'), '2026-03-06T12:00:00.000Z..2026-03-07T12:00:00.000Z')
  assert.equal(time('from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z'), '2026-03-01T00:00:00.000Z..2026-03-02T00:00:00.000Z')
  assert.equal(withOwnTime('from=nonsense', now), '')
})

test('an event has one name, whatever stands in its parts', () => {
  const event = { userId: 'a/b%2F\u202e"<', action: 'transfer', idempotencyKey: '../x y' }
  assert.deepEqual(readEventId(eventId(event)), event)
  for (const text of ['', 'a/b', 'a/b/c/d', 'a//c', '%zz/b/c']) assert.equal(readEventId(text), undefined, text)
})
