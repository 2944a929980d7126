import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'

let app: TestApp
let client: Ceremonies
let users = 0
const newUser = () => `user-${++users}`
const scope = 'add:authenticators'
const code = ({ status, body }: Answer) => [status, body.errorCode]

before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
})
after(() => app.close())

const tokenBindings: unknown[] = [
  { status: 'not-supported' },
  { status: 'notSupported' },
  { status: 'supported' },
  { status: 'present', id: 'AAAA' },
  { status: 'present' },
  {},
  [],
  'text',
  7,
  true,
  null,
]

test('B11: whatever an old browser says of `tokenBinding` is ignored, by both ceremonies', async () => {
  for (const tokenBinding of tokenBindings) {
    const userId = newUser()
    const authenticator = createSoftwareAuthenticator({ origin })
    const { token } = await client.track(userId, 'enrol', { scope })
    const bound = await client.register(token, authenticator, { clientData: { tokenBinding } })
    assert.equal(bound.status, 200, JSON.stringify(tokenBinding))
    const tracked = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
    const passed = await client.signIn(tracked.token, authenticator, { clientData: { tokenBinding } })
    assert.equal(passed.status, 200, JSON.stringify(tokenBinding))
  }
})

test('C13: an origin that is not expected is named, in the answer and in the log, by both ceremonies', async () => {
  const { authenticator } = await client.enrol(newUser())
  for (const elsewhere of ['http://localhost:3151', 'https://evil.example', 'android:apk-key-hash:abc', 'http://127.0.0.1:3000']) {
    const { token } = await client.track(newUser(), 'enrol', { scope })
    const bound = await client.register(token, createSoftwareAuthenticator({ origin: elsewhere }))
    const options = await client.authenticationOptions(app.asBrowser)
    const signedIn = await client.verify(app.asBrowser, options, authenticator, { origin: elsewhere })
    for (const answer of [bound, signedIn]) {
      assert.deepEqual(code(answer), [400, 'origin_not_allowed'])
      assert.ok(String(answer.body.errorDescription).includes(`\`${elsewhere}\``))
    }
    const lines = app.logged().split('\n')
    assert.equal(lines.filter((line) => line.includes('"reason":"origin_not_allowed"') && line.includes(elsewhere)).length, 2)
  }
})

test('C13: an origin that is no text, or much text, is not repeated', async () => {
  const { authenticator } = await client.enrol(newUser())
  for (const strange of [7, null, ['http://localhost:3000'], 'x'.repeat(300), 'http://a\nb', 'http://`<b>é']) {
    const options = await client.authenticationOptions(app.asBrowser)
    const answer = await client.verify(app.asBrowser, options, authenticator, { clientData: { origin: strange } })
    assert.deepEqual(code(answer), [400, 'origin_not_allowed'])
    assert.equal(answer.body.errorDescription, 'the origin is not among the expected origins of the passkey configuration')
  }
})

test('C13: a tenant without a method and a user without an authenticator are told apart', async () => {
  const tracked = await client.track(newUser(), 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.deepEqual(code(await client.authenticationOptions(app.withToken(tracked.token))), [400, 'not_enrolled'])
  const other = await app.addTenant()
  const there = createCeremonies({ ...app, ...other })
  await there.send('DELETE', '/management/authenticator-configurations/passkey', other.asManagement)
  const answer = await there.send('POST', '/users/ann/actions/transfer', other.asServer, {})
  assert.deepEqual(code(answer), [400, 'AUTHENTICATOR_NOT_FOUND'])
})
