import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'

const minute = 60_000
let now = Date.UTC(2026, 10, 30, 12)
let app: TestApp
let client: Ceremonies

before(async () => {
  app = await createTestApp({ clock: () => now })
  client = createCeremonies(app)
})
after(() => app.close())

const choose = (tokenAlgorithm: string | null) => client.send('PATCH', '/management/tenant', app.asManagement, { tokenAlgorithm })
const algorithmOf = (token: string) => decodeProtectedHeader(token).alg
const jwks = async () => (await app.app.inject(`/v1/client/public/${app.tenant.tenantId}/.well-known/jwks`)).json()
const reads = async (token: string) => (await client.send('GET', '/client/user-authenticators', app.withToken(token))).status

test('TK-08: a tenant turns to RS256 and back, and no token in use is refused meanwhile', async () => {
  const { authenticator } = await client.enrol('ann')
  const old = await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.equal(algorithmOf(old.token), 'HS256')
  assert.deepEqual(await jwks(), { keys: [] })

  const chosen = await choose('RS256')
  assert.deepEqual([chosen.status, chosen.body.tokenAlgorithm], [200, 'RS256'], JSON.stringify(chosen.body))
  assert.equal(chosen.body.tokenAlgorithmChangedAt, undefined, 'a matter of the server')
  assert.equal((await choose('RS256')).status, 200, 'once more is no change')
  assert.equal((await jwks()).keys.length, 1)
  now += 2_000
  const passedOld = await client.signIn(old.token, authenticator)
  assert.equal(passedOld.status, 200, JSON.stringify(passedOld.body))
  assert.equal(algorithmOf(String(passedOld.body.accessToken)), 'RS256')
  assert.equal((await client.validate(String(passedOld.body.accessToken))).isValid, true)

  const tracked = await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
  const { payload } = await jwtVerify(tracked.token, createLocalJWKSet(await jwks()), { currentDate: new Date(now), algorithms: ['RS256'] })
  assert.equal(payload.sub, 'ann')
  const passed = await client.signIn(tracked.token, authenticator)
  const result = String(passed.body.accessToken)
  const found = await client.send('GET', `/users?token=${tracked.token}`, app.asServer)
  assert.deepEqual(
    (found.body.users as { userId: string }[]).map(({ userId }) => userId),
    ['ann'],
  )

  now += 10 * minute
  const late = await client.track('ann', 'transfer')
  assert.equal((await choose('HS256')).status, 200)
  now += 2_000
  assert.equal(await reads(late.token), 200, 'one lifetime of the tokens')
  assert.equal(await reads(result), 401, 'expired')
  assert.equal(algorithmOf((await client.track('ann', 'transfer')).token), 'HS256')
  assert.equal((await choose(null)).body.tokenAlgorithm, undefined)
})

test('TK-10: a token of RS256 ends with the key that signed it, and not with a secret key', async () => {
  await choose('RS256')
  now += 2_000
  const { token } = await client.track('ben', 'transfer')
  assert.equal(await reads(token), 200)
  const other = await app.addTenant()
  const elsewhere = await client.send('POST', '/validate', other.asServer, { token })
  assert.deepEqual([elsewhere.body.isValid, elsewhere.body.reason], [false, 'other_tenant'])
  const rotated = await client.send('POST', '/management/signing-keys/rotate', app.asManagement, { overlapMinutes: 0 })
  assert.equal(rotated.status, 200)
  assert.equal(await reads(token), 401)
  assert.equal(await reads((await client.track('ben', 'transfer')).token), 200)
})

test('an algorithm that nobody offers is refused', async () => {
  for (const name of ['none', 'HS512', 'ES256', 'rs256', '']) assert.equal((await choose(name)).status, 400, name)
})
