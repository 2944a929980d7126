import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const server = await createTestApp()
const { app, asServer, asManagement, addTenant, close } = server
after(close)

type Body = Record<string, unknown>

async function list(query: Record<string, string>, headers = asManagement) {
  const reply = await app.inject({ url: `/v1/management/users?${new URLSearchParams(query).toString()}`, headers })
  return { status: reply.statusCode, body: reply.json<{ users: Body[]; cursor?: string } & Body>() }
}

/** All pages. */
async function ids(query: Record<string, string>): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const { status, body } = await list({ ...query, ...(cursor !== undefined && { cursor }) })
    assert.equal(status, 200, JSON.stringify(body))
    found.push(...body.users.map(({ userId }) => String(userId)))
    cursor = body.cursor
  } while (cursor !== undefined)
  return found
}

for (let n = 0; n < 12; n++) {
  const payload = {
    email: n % 3 === 0 ? 'shared@example.com' : `ann${n}@example.com`,
    username: n === 5 ? 'user-1x' : `name-${n % 2}`,
    phoneNumber: n === 7 ? '+6421123' : undefined,
  }
  const reply = await app.inject({ method: 'PATCH', url: `/v1/users/user-${n}`, headers: asServer, payload })
  assert.equal(reply.statusCode, 200, reply.body)
}
const all = Array.from({ length: 12 }, (_, n) => `user-${n}`).sort()

test('the users of a tenant are listed by id, a page at a time', async () => {
  for (const limit of ['1', '5', '12', '200']) assert.deepEqual(await ids({ limit }), all)
  const { body } = await list({ limit: '1' })
  assert.deepEqual(
    { ...body.users[0], createdAt: undefined },
    {
      userId: 'user-0',
      email: 'shared@example.com',
      emailVerified: false,
      phoneNumberVerified: false,
      username: 'name-0',
      isEnrolled: false,
      enrolledVerificationMethods: [],
      createdAt: undefined,
    },
  )
})

test('a text finds the users it is the beginning of something of, each once, over any number of pages', async () => {
  for (const limit of ['1', '2', '3', '50']) {
    assert.deepEqual(await ids({ limit, text: 'user-1' }), ['user-1', 'user-10', 'user-11', 'user-5'])
    assert.deepEqual(await ids({ limit, text: 'shared@' }), ['user-0', 'user-3', 'user-6', 'user-9'])
    assert.deepEqual((await ids({ limit, text: 'name-' })).length, 11)
    assert.deepEqual(await ids({ limit, text: '+6421' }), ['user-7'])
    assert.deepEqual(await ids({ limit, text: 'nobody' }), [])
    assert.deepEqual(await ids({ limit, text: '%' }), [])
  }
})

test('a cursor that is none is refused, and so is anything else that means nothing', async () => {
  const forged = Buffer.from(JSON.stringify(['email', 'a\u0000', 'b'])).toString('base64url')
  for (const query of [{ cursor: 'x' }, { cursor: forged }, { cursor: '' }, { text: '' }, { limit: '201' }, { email: 'a' }])
    assert.equal((await list(query as never)).status, 400, JSON.stringify(query))
})

test('TN-01: nobody of another tenant is listed', async () => {
  const other = await addTenant()
  assert.deepEqual((await list({}, other.asManagement)).body.users, [])
  assert.deepEqual((await list({ text: 'user' }, other.asManagement)).body.users, [])
  assert.equal((await list({}, asServer)).status, 401)
})
