import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventsHref } from './events-href.ts'

test('a filter of the API becomes the address of its events, whatever is in it', () => {
  const filter = {
    action: 'a&b=c',
    ruleId: '',
    state: 'CHALLENGE_REQUIRED,CHALLENGE_FAILED',
    from: '2026-03-08T12:00:00.000Z',
    to: undefined,
  }
  const params = new URLSearchParams(eventsHref(filter).slice('/events?'.length))
  assert.deepEqual(Object.fromEntries(params), {
    action: 'a&b=c',
    state: 'CHALLENGE_REQUIRED,CHALLENGE_FAILED',
    from: '2026-03-08T12:00:00.000Z',
  })
  assert.equal(eventsHref({}), '/events')
})
