import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const start = Date.UTC(2026, 10, 24, 12)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, addTenant, close } = server
after(close)
await configureAction(server, 'pay', {
  defaultOutcome: 'ALLOW',
  rules: [{ ruleId: 'large', name: 'Large', outcome: 'REVIEW', conditions: { '>': [{ var: 'custom.amount' }, 100] } }],
})

type Body = Record<string, unknown>
interface Page {
  reviews: (Body & { userId: string; claim?: Body })[]
  cursor?: string
}

async function call(method: 'GET' | 'POST' | 'PATCH', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
async function list(query = '', headers = asManagement): Promise<Page> {
  await deps.store.foldReadSide()
  const { status, body } = await call('GET', `/management/reviews${query}`, undefined, headers)
  assert.equal(status, 200, JSON.stringify(body))
  return body as unknown as Page
}
const users = ({ reviews }: Page) => reviews.map(({ userId }) => userId)

for (let n = 0; n < 7; n++) {
  now = start + n * 60_000
  await call('POST', `/users/user-${n}/actions/pay`, { idempotencyKey: 'k', ipAddress: '118.92.10.1', custom: { amount: 200 + n } })
  await call('POST', `/users/user-${n}/actions/pay`, { idempotencyKey: 'small', custom: { amount: 5 } })
}

test('what waits for a review is listed oldest first or newest first, each with its reason', async () => {
  const { reviews, cursor } = await list()
  assert.equal(cursor, undefined)
  assert.deepEqual(
    users({ reviews }),
    [0, 1, 2, 3, 4, 5, 6].map((n) => `user-${n}`),
  )
  const [first] = reviews
  assert.deepEqual(
    [first?.action, first?.idempotencyKey, first?.createdAt, first?.state, first?.ipAddress, first?.sentence],
    [
      'pay',
      'k',
      new Date(start).toISOString(),
      'REVIEW_REQUIRED',
      '118.92.10.1',
      'Sent to review by *Large*: the amount was 200, limit 100.',
    ],
  )
  assert.deepEqual(users(await list('?order=newest')).slice(0, 2), ['user-6', 'user-5'])
})

test('pages go on where the page before ended, also when what was on it is settled meanwhile', async () => {
  for (const order of ['oldest', 'newest']) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list(`?order=${order}&limit=3${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
      seen.push(...users(page))
      if (seen.length === 3 && order === 'newest')
        await call('POST', '/management/events/user-5/pay/k/review', { state: 'REVIEW_SUCCEEDED', reason: 'fine' }, asManagement)
      cursor = page.cursor
    } while (cursor !== undefined)
    assert.deepEqual(
      seen,
      (order === 'oldest' ? [0, 1, 2, 3, 4, 5, 6] : [6, 5, 4, 3, 2, 1, 0]).map((n) => `user-${n}`),
    )
  }
  assert.deepEqual(users(await list('?limit=3&order=newest')), ['user-6', 'user-4', 'user-3'])
})

test('the list says who has claimed an action, until the claim ends', async () => {
  now = start + 3_600_000
  const claimed = await call('POST', '/management/events/user-2/pay/k/claim', {}, asManagement)
  const claims = ({ reviews }: Page) => reviews.flatMap(({ userId, claim }) => (claim === undefined ? [] : [[userId, claim]]))
  assert.deepEqual(claims(await list()), [['user-2', claimed.body]])
  now += 600_000
  assert.deepEqual(claims(await list()), [])
})

test('the list is of one tenant, and refuses what it does not know', async () => {
  const other = await addTenant()
  assert.deepEqual(await list('', other.asManagement), { reviews: [] })
  const { cursor } = await list('?limit=1')
  const refused = async (query: string, headers = asManagement) =>
    (await call('GET', `/management/reviews${query}`, undefined, headers)).status
  assert.equal(await refused(`?cursor=${cursor}`, other.asManagement), 400, 'a cursor of another tenant')
  assert.equal(await refused(`?order=newest&cursor=${cursor}`), 400, 'a cursor of the other order')
  for (const query of ['?cursor=garbage', '?order=random', '?limit=0', '?limit=101', '?state=ALLOW'])
    assert.equal(await refused(query), 400, query)
  assert.equal(await refused('', asServer), 401)
})
