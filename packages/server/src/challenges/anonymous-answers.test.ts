import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp, type TestAppOptions } from '../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies, origin } from '../../test/support/test-ceremony.ts'

let app: TestApp
let client: Ceremonies
afterEach(() => app.close())

async function open(options: TestAppOptions = {}) {
  app = await createTestApp(options)
  client = createCeremonies(app)
}

const unknown = createSoftwareAuthenticator({ origin })
const refused = (answer: Answer) => [answer.status, answer.body.errorCode]
const challengeRows = async () => (await app.deps.store.db.selectFrom('challenges').select('challenge_id').execute()).length
const auditRows = async () => (await app.deps.store.db.selectFrom('audit_log').select('audit_id').execute()).length
const warnings = (text: string) => app.logged().split(text).length - 1

async function answerWith(authenticator: typeof unknown, tamper: object): Promise<Answer> {
  return client.verify(app.asBrowser, await client.authenticationOptions(app.asBrowser), authenticator, tamper)
}

test('B5: a challenge for an action leaves no row', async () => {
  await open()
  const before = await challengeRows()
  const ids = new Set<unknown>()
  for (let asked = 0; asked < 200; asked += 1) {
    const { status, body } = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'login', idempotencyKey: `k${asked}` })
    assert.equal(status, 200)
    ids.add(body.challengeId)
  }
  assert.equal(ids.size, 200)
  assert.equal(await challengeRows(), before)
})

test('B5: the challenge for an action is of its tenant, expires, and is not forged', async () => {
  let now = 1_750_000_000_000
  await open({ clock: () => now })
  const other = await app.addTenant()
  const { body } = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'login' })
  const challengeId = String(body.challengeId)
  const changed = `${challengeId.slice(0, 60)}${challengeId[60] === 'A' ? 'B' : 'A'}${challengeId.slice(61)}`
  const options = (headers: Record<string, string>, id: string) => client.authenticationOptions(headers, { challengeId: id })
  assert.equal((await options(app.asBrowser, challengeId)).status, 200)
  assert.deepEqual(refused(await options(other.asBrowser, challengeId)), [400, 'invalid_request'])
  assert.deepEqual(refused(await options(app.asBrowser, changed)), [400, 'invalid_request'])
  now += 5 * 60_000
  assert.deepEqual(refused(await options(app.asBrowser, challengeId)), [400, 'invalid_request'])
})

test('B5: a passkey that is not on file costs no row, and after too many the address gets 429 with Retry-After and no log line', async () => {
  await open({ anonymousAnswerLimits: { perAddress: 10, perTenant: 100, windowSeconds: 60 } })
  const before = await challengeRows()
  for (let given = 0; given < 10; given += 1) {
    assert.deepEqual(refused(await answerWith(unknown, { userHandle: 'AAAA' })), [400, 'unknown_credential'])
  }
  const limited = await answerWith(unknown, { userHandle: 'AAAA' })
  assert.deepEqual(refused(limited), [429, 'too_many_requests'])
  assert.ok(Number(limited.headers['retry-after']) >= 1)
  assert.equal(await challengeRows(), before)
  assert.equal(warnings('unknown passkey'), 10)
})

test('B5: wrong answers of a known passkey are put on record up to a number for each tenant', async () => {
  await open({ anonymousAnswerLimits: { perAddress: 50, perTenant: 3, windowSeconds: 60 } })
  const { authenticator } = await client.enrol('ann')
  const [challenges, audited] = [await challengeRows(), await auditRows()]
  for (let given = 0; given < 8; given += 1) {
    assert.equal((await answerWith(authenticator, { origin: 'http://localhost:9999' })).status, 400)
  }
  assert.equal((await challengeRows()) - challenges, 3)
  assert.equal((await auditRows()) - audited, 3)
})

test('B5: sign-ins that succeed do not count, nor does what another tenant or another address is refused', async () => {
  await open({
    anonymousAnswerLimits: { perAddress: 2, perTenant: 100, windowSeconds: 60 },
    config: { trustedProxies: ['127.0.0.1'] },
  })
  const { authenticator } = await client.enrol('ann')
  for (let given = 0; given < 6; given += 1) assert.equal((await answerWith(authenticator, {})).status, 200)
  const from = async (address: string, who: typeof unknown, tamper = {}) => {
    const headers = { ...app.asBrowser, 'x-forwarded-for': address }
    return client.verify(headers, await client.authenticationOptions(headers), who, tamper)
  }
  for (const _ of [1, 2]) assert.equal((await from('203.0.113.7', unknown, { userHandle: 'AAAA' })).status, 400)
  assert.equal((await from('203.0.113.7', authenticator)).status, 429)
  assert.equal((await from('203.0.113.8', authenticator)).status, 200)
  for (const last of ['1', 'ffff:1:2']) assert.equal((await from(`2001:db8:0:7::${last}`, unknown, { userHandle: 'AAAA' })).status, 400)
  assert.equal((await from('2001:db8:0:7::9', authenticator)).status, 429, 'one client has the whole /64')
  assert.equal((await from('2001:db8:0:8::9', authenticator)).status, 200)
})

test('A-05: a forged X-Forwarded-For evades no limit and makes nobody an allowed address', async () => {
  await open({ anonymousAnswerLimits: { perAddress: 3, perTenant: 100, windowSeconds: 60 } })
  const statuses: number[] = []
  for (let given = 0; given < 6; given += 1) {
    const headers = { ...app.asBrowser, 'x-forwarded-for': `198.51.100.${given}`, forwarded: `for=198.51.100.${given}` }
    const options = await client.authenticationOptions(headers)
    statuses.push((await client.verify(headers, options, unknown, { userHandle: 'AAAA' })).status)
  }
  assert.deepEqual(statuses, [400, 400, 400, 429, 429, 429])
  const list = (ipWhitelist: string[]) => client.send('PATCH', '/management/tenant', app.asManagement, { ipWhitelist })
  assert.equal((await list(['198.51.100.0/24'])).status, 400)
  assert.equal((await list(['127.0.0.1'])).status, 200)
  const trusted = { ...app.asServer, 'x-forwarded-for': '203.0.113.7' }
  assert.equal((await client.send('GET', '/users/u', trusted)).status, 200, 'the header of nobody changes nothing')
})

test('B5: whatever is wrong with an answer, it counts', async () => {
  await open({ anonymousAnswerLimits: { perAddress: 3, perTenant: 100, windowSeconds: 60 } })
  const { authenticator } = await client.enrol('ann')
  for (const tamper of [{ origin: 'http://localhost:9999' }, { userHandle: 'AAAA' }, { rpId: 'other.example' }]) {
    assert.equal((await answerWith(authenticator, tamper)).status, 400)
  }
  assert.equal((await answerWith(authenticator, {})).status, 429)
})

test('B5: many wrong answers at once are not judged beyond the limit', async () => {
  await open({ anonymousAnswerLimits: { perAddress: 5, perTenant: 100, windowSeconds: 60 } })
  const replies = await Promise.all(Array.from({ length: 40 }, () => answerWith(unknown, { userHandle: 'AAAA' })))
  assert.equal(replies.filter(({ status }) => status === 400).length, 5)
  assert.equal(replies.filter(({ status }) => status === 429).length, 35)
})
