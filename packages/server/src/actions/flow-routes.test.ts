import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'

let app: TestApp
before(async () => {
  app = await createTestApp()
})
after(() => app.close())

async function call(method: 'POST' | 'PUT', url: string, headers: Record<string, string>, payload: object = {}) {
  const reply = await app.app.inject({ method, url: `/v1${url}`, headers, payload })
  return [reply.statusCode, reply.json().errorCode, reply.json().errorDescription] as const
}

test('every call of a flow is refused with what to call instead', async () => {
  const byToken = { 'x-authsignal-challenge-token': 'a token' }
  const wanted = { actionCode: 'sign-in', user: { email: 'ann@example.com' } }
  for (const [method, path, headers, payload] of [
    ['POST', '/flows', app.asServer, wanted],
    ['POST', '/flows/verify', app.asServer, { actionCode: 'sign-in', challengeToken: 'a token' }],
    ...['email-otp', 'sms', 'whatsapp'].flatMap((name) => [
      ['POST', `/client/flows/challenge/${name}`, byToken, { email: 'ann@example.com' }] as const,
      ['POST', `/client/flows/verify/${name}`, byToken, { verificationCode: '123456' }] as const,
    ]),
    ['PUT', '/management/action-configurations/sign-in/flow', app.asManagement, { actionNodes: [], rules: [] }],
    ['PUT', '/management/action_configurations/sign-in/flow', app.asManagement, { actionNodes: [], rules: [] }],
    [
      'POST',
      '/management/action-configurations',
      app.asManagement,
      { actionCode: 'f', defaultUserActionResult: 'ALLOW', actionType: 'FLOW' },
    ],
  ] as const) {
    const [status, code, text] = await call(method, path, headers, payload)
    assert.deepEqual([status, code], [400, 'invalid_request'], path)
    assert.match(text, /flows are not supported by this release/, path)
  }
})

test('a flow is refused to nobody who has no key', async () => {
  assert.equal((await call('POST', '/flows', {}))[0], 401)
  assert.equal((await call('PUT', '/management/action-configurations/sign-in/flow', app.asServer))[0], 401)
})
