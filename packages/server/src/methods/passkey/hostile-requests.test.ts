import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { createSoftwareAuthenticator, type RequestOptions } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'

let app: TestApp
let client: Ceremonies
let token: string
before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
  token = (await client.track('somebody', 'enroll-passkey', { scope: 'add:authenticators' })).token
})
after(() => app.close())

const posts = [
  '/client/challenge',
  '/client/challenge/web',
  '/client/user-authenticators/passkey',
  '/client/user-authenticators/passkey/registration-options',
  '/client/user-authenticators/passkey/registration-options/web',
  '/client/user-authenticators/passkey/authentication-options',
  '/client/user-authenticators/passkey/authentication-options/web',
  '/client/verify/passkey',
]
const members = ['action', 'challengeId', 'registrationCredential', 'authenticationCredential', 'deviceId', 'username', 'conditionalCreate']

test('RE-10: whatever JSON a client sends, no answer is a 5xx, and every refusal says why in three members', async () => {
  const body = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...members), fc.jsonValue()))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posts), fc.boolean(), body, async (path, isKnown, payload) => {
      const headers = { ...(isKnown ? app.withToken(token) : app.asBrowser), 'content-type': 'application/json' }
      const reply = await app.app.inject({ method: 'POST', url: `/v1${path}`, headers, payload: JSON.stringify(payload) })
      assert.ok(reply.statusCode < 500, `${path} ${reply.statusCode} ${reply.body}`)
      const answer = reply.json() as Record<string, unknown>
      assert.equal('error' in answer, reply.statusCode >= 400)
      if (reply.statusCode >= 400) assert.equal(typeof answer.errorCode, 'string')
    }),
    { numRuns: 400 },
  )
})

test('RE-10: a good answer with any one member replaced by any JSON is refused or verified, never a 5xx', async () => {
  const { authenticator } = await client.enrol('jane')
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('id', 'rawId', 'type', 'response', 'clientDataJSON', 'authenticatorData', 'signature', 'userHandle'),
      fc.oneof(fc.jsonValue(), fc.base64String(), fc.constant('\u0000')),
      async (member, value) => {
        const options = await client.authenticationOptions(app.asBrowser)
        const good = authenticator.get(options.body.options as RequestOptions)
        const tampered =
          member in good.response ? { ...good, response: { ...good.response, [member]: value } } : { ...good, [member]: value }
        const reply = await client.send('POST', '/client/verify/passkey', app.asBrowser, { authenticationCredential: tampered })
        assert.ok(reply.status < 500, `${member} ${JSON.stringify(value)} ${JSON.stringify(reply.body)}`)
      },
    ),
    { numRuns: 150 },
  )
})

test('A-17: ids with quotes, NUL, half surrogates and 16 kB are not found or refused', async () => {
  const hostile = ["' OR 1=1--", '\u0000', '\ud800', '../../etc/passwd', 'A'.repeat(16_000), '%00', '💥', '__proto__']
  for (const text of hostile) {
    const query = `credentialIds=${encodeURIComponent(text.toWellFormed())}`
    assert.equal((await client.send('GET', `/client/user-authenticators/passkey?${query}`, app.asBrowser)).status, 404)
    const options = await client.authenticationOptions(app.asBrowser, { challengeId: text })
    assert.equal(options.status, 400)
    const started = await client.send('POST', '/client/challenge', app.asBrowser, { action: text })
    assert.ok(started.status === 400 || text === '__proto__')
  }
})

test('A-24: an oversized body is refused before it is looked at', async () => {
  const stranger = createSoftwareAuthenticator({ origin })
  const reply = await client.send('POST', '/client/verify/passkey', app.asBrowser, {
    authenticationCredential: { ...stranger.get({ challenge: 'x', rpId: 'localhost' }), padding: 'A'.repeat(300_000) },
  })
  assert.equal(reply.status, 413)
})
