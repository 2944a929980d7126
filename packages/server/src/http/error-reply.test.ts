import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreClosedError, StoreUnavailableError, UnstorableTextError } from '../storage/store-errors.ts'
import { toErrorReply } from './error-reply.ts'

const cause = new Error('no space left on /var/lib')

test('a refusal of the store becomes the wire code that says what to do', () => {
  const replies = [
    new StoreUnavailableError(cause),
    new StoreClosedError('the server takes changes again in a few seconds', { retryAfterSeconds: 2 }),
    new StoreClosedError('everything was moved to another server'),
    new UnstorableTextError(cause),
  ].map((error) => toErrorReply(error, 'r'))
  assert.deepEqual(
    replies.map(({ status, body, retryAfterSeconds, isFault }) => [
      status,
      body.errorCode,
      body.errorDescription,
      retryAfterSeconds,
      isFault,
    ]),
    [
      [503, 'unavailable', 'the store is not available, try again later', 1, true],
      [503, 'unavailable', 'the server takes changes again in a few seconds', 2, false],
      [503, 'unavailable', 'everything was moved to another server', undefined, false],
      [400, 'invalid_request', 'the request contains characters that cannot be stored', undefined, false],
    ],
  )
})

test('an error that is no refusal says nothing of itself', () => {
  const { status, body, isFault } = toErrorReply(cause, 'r')
  assert.deepEqual([status, body.errorDescription, isFault], [500, 'the server could not answer this request', true])
})
