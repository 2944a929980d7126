import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { decodeJwt } from 'jose'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'
import { passChallenge } from '../../test/support/test-challenge.ts'

let app: TestApp
let client: Ceremonies
before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
})
after(() => app.close())

const refused = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body.errorCode]
const refresh = (refreshToken: unknown) => client.send('POST', '/sessions/refresh', app.asServer, { refreshToken })

/** A session of a user who has passed the challenge of a sign-in, without a ceremony. */
async function open(userId: string, clientId: unknown): Promise<{ accessToken: string; refreshToken: string }> {
  const { idempotencyKey } = await client.track(userId, 'sign-in', {}, 'CHALLENGE_REQUIRED')
  const token = await passChallenge(app, { tenantId: app.tenant.tenantId, userId, action: 'sign-in', idempotencyKey })
  const { status, body } = await client.send('POST', '/sessions', app.asServer, { clientId, token })
  assert.equal(status, 200, JSON.stringify(body))
  return body as { accessToken: string; refreshToken: string }
}

test('TK-09: an access token says what its client wants of the custom data of the user, as it is at each refresh, and nothing in place of its own claims', async () => {
  const custom = {
    role: 'teller',
    limit: 500,
    isStaff: true,
    teams: ['a', 'b'],
    secret: 'x',
    home: { city: 'Bern' },
    long: 'x'.repeat(300),
    sub: 'root',
  }
  const wanted = ['role', 'limit', 'isStaff', 'teams', 'home', 'long', 'missing', 'constructor'].map((name) => ({ name, attribute: name }))
  const customClaims = [...wanted, { name: 'other', attribute: 'sub' }]
  const made = await client.send('POST', '/management/app-clients', app.asManagement, { name: 'Claims', customClaims })
  assert.deepEqual([made.status, made.body.customClaims], [200, customClaims])
  const userId = randomUUID()
  await client.send('PATCH', `/users/${userId}`, app.asServer, { custom })
  const { accessToken, refreshToken } = await open(userId, made.body.clientId)
  const { role, limit, isStaff, teams, other, sub, ...rest } = decodeJwt(accessToken)
  assert.deepEqual([role, limit, isStaff, teams, other, sub], ['teller', 500, true, ['a', 'b'], 'root', userId])
  assert.deepEqual(
    Object.keys(rest).filter((name) => name in custom || name === 'missing' || name === 'constructor'),
    [],
  )
  assert.equal((await client.send('POST', '/sessions/validate', app.asServer, { accessToken })).status, 200)
  await client.send('PATCH', `/users/${userId}`, app.asServer, { custom: { ...custom, role: 'nobody' } })
  const next = (await refresh(refreshToken)).body
  assert.equal(decodeJwt(String(next.accessToken)).role, 'nobody')
  const cleared = await client.send('PATCH', `/management/app-clients/${made.body.clientId}`, app.asManagement, { customClaims: null })
  assert.equal(cleared.body.customClaims, undefined)
  assert.equal(decodeJwt(String((await refresh(next.refreshToken)).body.accessToken)).role, undefined)
})

test('a claim that tokens give a meaning, one that occurs twice and one of nothing are refused', async () => {
  const attribute = 'role'
  for (const customClaims of [
    ...['iss', 'sub', 'aud', 'exp', 'scope', 'acr', 'amr', 'client_id', 'sid', '__proto__', '', 'a b', '1a'].map((name) => [
      { name, attribute },
    ]),
    [
      { name: 'role', attribute },
      { name: 'role', attribute: 'other' },
    ],
    [{ name: 'role', attribute: '' }],
    [{ name: 'role' }],
    [{ name: 'role', value: 'admin' }],
    { role: 'admin' },
    Array.from({ length: 11 }, (_, n) => ({ name: `n${n}`, attribute })),
  ]) {
    const made = await client.send('POST', '/management/app-clients', app.asManagement, { name: 'Claims', customClaims })
    assert.deepEqual(refused(made), [400, 'invalid_request'], JSON.stringify(customClaims))
  }
})
