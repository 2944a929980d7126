import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { spokenWord } from '../../test/methods/spoken-word/spoken-word.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'
import { userActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { methods } from '../methods/methods.ts'
import { takeGuess } from '../tries/take-guess.ts'
import { noteCompletion, takeSend } from '../tries/take-send.ts'
import { chanceOf, triesInADay } from './chance-of-a-guess.ts'
import { previewLimits } from './preview-limits.ts'

const minute = 60_000
let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
before(async () => {
  app = await createTestApp({ clock: () => now, methods: [...methods, spokenWord] })
  client = createCeremonies(app)
  await client.send('POST', '/management/authenticator-configurations/spoken-word', app.asManagement, {})
})
after(() => app.close())

const manage = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) =>
  client.send(method, `/management${path}`, app.asManagement, body)
const tenantOf = async () => (await app.deps.tenants.find(app.tenant.tenantId)) ?? assert.fail()

async function guess(userId: string, times: number): Promise<void> {
  const given = { method: 'IPROOV', userId, userAuthenticatorId: 'a1', use: 'authentication', ipAddress: undefined } as const
  for (let n = 0; n < times; n += 1) {
    await takeGuess(app.deps, await tenantOf(), given)
    now += 60 * minute
  }
}

test('what is throttled is listed, and support unlocks it', async () => {
  await guess('ann', 20)
  await guess('bob', 4)
  const { body } = await manage('GET', '/limits/throttled')
  const locked = { userId: 'ann', verificationMethod: 'IPROOV', userAuthenticatorId: 'a1', wrongAnswers: 20, isLocked: true }
  assert.deepEqual(body, { authenticators: [locked], prefixes: [] })
  assert.deepEqual((await manage('GET', '/limits/throttled?userId=ann')).body, body)
  assert.deepEqual((await manage('GET', '/limits/throttled?userId=bob')).body, { authenticators: [], prefixes: [] })
  await assert.rejects(guess('ann', 1), { code: 'too_many_requests' })
  assert.deepEqual((await manage('POST', '/users/ann/unlock', { verificationMethod: 'SMS' })).body, { unlocked: 0 })
  assert.deepEqual((await manage('POST', '/users/ann/unlock', { verificationMethod: 'IPROOV' })).body, { unlocked: 1 })
  await guess('ann', 1)
  const rows = await app.deps.store.db.selectFrom('audit_log').select('event').where('user_id', '=', 'ann').orderBy('at').execute()
  assert.deepEqual(
    rows.map(({ event }) => event),
    ['authenticator.locked', 'authenticator.unlocked'],
  )
})

test('a stop of a country is listed, and released', async () => {
  const send = async (n: number) => {
    const to = { phoneNumber: `+685 7${10 + n}${1000 + n}` }
    return takeSend(app.deps, await tenantOf(), { method: 'SMS', userId: `user-${n}`, to, ipAddress: undefined })
  }
  for (let n = 0; n < 20; n += 1) await send(n)
  now += 4 * minute
  assert.equal((await send(30)).isAllowed, false)
  const { prefixes } = (await manage('GET', '/limits/throttled')).body as { prefixes: object[] }
  assert.deepEqual(prefixes, [{ scope: 'country', prefix: 'WS', stoppedUntil: new Date(now + 60 * minute).toISOString() }])
  const release = JSON.parse(blockOf('release'))
  assert.deepEqual((await manage('POST', '/limits/release', release)).body, { isReleased: true })
  assert.deepEqual((await manage('POST', '/limits/release', release)).body, { isReleased: false })
  assert.equal((await send(31)).isAllowed, true)
  assert.match(await app.deps.metrics.render(), /sallyport_sends_stopped_total\{scope="country"\} 1/)
})

test('limits are set for a method, cleared with null, and refused where they are too loose or mean nothing', async () => {
  const path = '/authenticator-configurations/spoken-word'
  const limit = { rateLimit: 3, windowInMinutes: 60 }
  assert.deepEqual((await manage('PATCH', path, { submissionRateLimitConfiguration: limit })).body.submissionRateLimitConfiguration, limit)
  const loose = await manage('PATCH', path, { submissionRateLimitConfiguration: { rateLimit: 50, windowInMinutes: 60 } })
  assert.deepEqual([loose.status, /at most 20 can be set/.test(String(loose.body.errorDescription))], [400, true])
  assert.equal((await manage('PATCH', path, { submissionRateLimitConfiguration: null })).body.submissionRateLimitConfiguration, undefined)
  for (const [name, value] of [
    ['sendingRateLimitConfiguration', limit],
    ['sendingRateLimitConfigurations', [limit]],
    ['prefixRateLimitConfigurations', [{ ...limit, blockSize: 'country' }]],
  ] as const) {
    assert.equal((await manage('PATCH', path, { [name]: value })).status, 400, `${name}: it sends nothing`)
    assert.equal((await manage('PATCH', '/authenticator-configurations/passkey', { [name]: value })).status, 400)
  }
  assert.equal((await manage('PATCH', '/authenticator-configurations/passkey', { rateLimitConfiguration: limit })).status, 400)
})

test('the preview of limits of a method over HTTP changes nothing', async () => {
  const path = '/authenticator-configurations/spoken-word'
  const before = (await manage('GET', path)).body
  const { status, body } = await manage('POST', `${path}/limits/preview`, { verificationCodeLength: 4 })
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual((body as { guessing: { oneUser: object } }).guessing.oneUser, { triesPerDay: 20, chancePerDay: 0.002 })
  assert.deepEqual((await manage('GET', path)).body, before)
  assert.equal(
    (await manage('POST', `${path}/limits/preview`, { submissionRateLimitConfiguration: { rateLimit: 21, windowInMinutes: 1 } })).status,
    400,
  )
})

test('the preview counts what may go to the countries that are allowed, by the limits that are proposed for them', async () => {
  await manage('POST', '/authenticator-configurations/sms', { smsCountryCodes: ['NZ', 'WS'] })
  const most = async (proposed: object) => {
    const { body } = await manage('POST', '/authenticator-configurations/sms/limits/preview', proposed)
    return (body as { sending: { mostPerDay: number } }).sending.mostPerDay
  }
  assert.equal(await most({}), 2 * 300 * 24)
  const country = { blockSize: 'country', rateLimit: 10, windowInMinutes: 60 }
  assert.equal(await most({ prefixRateLimitConfigurations: [country] }), 2 * 10 * 24)
  assert.equal(await most({ prefixRateLimitConfigurations: [{ ...country, countryCodes: ['WS'] }] }), 10 * 24 + 300 * 24)
  assert.equal(await most({ countries: 1 }), 300 * 24)
})

test('the tries in a day are those that the delays and the window leave', () => {
  assert.equal(triesInADay({ limit: 10, windowMs: 5 * minute }), 20)
  assert.equal(triesInADay({ limit: 3, windowMs: 24 * 60 * minute }), 3)
  assert.equal(triesInADay({ limit: 1, windowMs: 120 * minute }), 12)
  assert.ok(Math.abs(chanceOf(20, 1, 1e6) - 2e-5) < 1e-9)
  assert.ok(chanceOf(20, 10, 2 ** 64) > 0)
})

const guide = readFileSync(new URL('../../../../docs/limits.md', import.meta.url), 'utf8')
const blockOf = (kind: string) => new RegExp(`\`\`\`json ${kind}\n(.*?)\n\`\`\``, 's').exec(guide)?.[1] ?? assert.fail(kind)

test('the guide to limits shows a preview as it is', async () => {
  const other = await app.addTenant()
  const tenant = (await app.deps.tenants.find(other.tenantId)) ?? assert.fail()
  const { tenantId } = tenant
  const { db } = app.deps.store
  const answer = (event: string) =>
    app.deps.store.transaction({ tenantId }, (tx) =>
      insertAuditEntry(tx.db, randomUUID(), {
        tenantId,
        at: now,
        actor: userActor('ann', '192.0.2.1'),
        event,
        userId: 'ann',
        details: { verificationMethod: 'SMS' },
      }),
    )
  for (const event of ['challenge.refused', 'challenge.refused', 'challenge.refused', 'challenge.passed']) {
    await answer(event)
    now += minute
  }
  for (let n = 0; n < 5; n += 1) {
    await takeSend(app.deps, tenant, { method: 'SMS', userId: 'bob', to: { phoneNumber: '+64 21 555 1234' }, ipAddress: undefined })
    now += minute
  }
  await noteCompletion(db, { tenantId, userId: 'bob', method: 'SMS' }, now)
  const preview = await previewLimits(app.deps, tenant, { name: 'SMS', isGuessable: true }, JSON.parse(blockOf('request')))
  assert.deepEqual(JSON.parse(JSON.stringify(preview)), JSON.parse(blockOf('reply')))
})
