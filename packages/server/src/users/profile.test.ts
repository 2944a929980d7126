import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'

const day = 86_400_000
let now = Date.UTC(2026, 10, 2, 9, 30)

const server = await createTestApp({ clock: () => now })
test.after(() => server.close())
const { app, asManagement, withToken } = server
const client = createCeremonies(server)

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'
const home = { ipAddress: '185.18.69.201', deviceId: 'laptop', userAgent: firefox }

async function call(method: 'GET' | 'DELETE', path: string, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1/management${path}`, headers })
  return { status: reply.statusCode, body: reply.json() }
}

/** A user who has passed a challenge at home, and was seen elsewhere. */
async function settle(userId: string) {
  const { authenticator } = await client.enrol(userId)
  const { token } = await client.track(userId, 'transfer', home, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(token, authenticator)).status, 200)
  now += 7_200_000
  await client.track(userId, 'transfer', { ...home, ipAddress: '203.0.113.9' })
  return { authenticator, token: withToken(token) }
}

test('what is usual for a user is shown with its reasons, and fades', async () => {
  await settle('anna')
  now += 3 * day
  const { status, body } = await call('GET', '/users/anna/profile')
  assert.equal(status, 200)
  assert.deepEqual(
    body.addresses.map(({ address, standing }: Record<string, unknown>) => [address, standing]),
    [
      ['203.0.113.9', 'seen'],
      ['185.18.69.201', 'trusted'],
    ],
  )
  const [, trusted] = body.addresses
  assert.match(trusted.sentence, /^Trusted: .* a phishing-resistant challenge was passed from it 3 days ago\./)
  assert.equal(trusted.lastPhishingResistantAt, '2026-11-02T09:30:00.000Z')
  assert.match(body.sentence, /^Usual for this user: 2 addresses \(1 trusted\), 1 device \(1 proven\) and 1 country\./)
  assert.deepEqual(
    body.devices.map(({ deviceId, standing, browser, os }: Record<string, unknown>) => [deviceId, standing, browser, os]),
    [['laptop', 'proven', 'Firefox', 'Linux']],
  )
  assert.equal(trusted.now.asn, body.asns[0].asn)
  assert.equal(trusted.now.asnName, body.asns[0].name)
  assert.deepEqual(body.countries, [{ countryCode: trusted.now.countryCode, timesSeen: 1, lastSeenOn: '2026-11-02' }])
  assert.equal(body.hours.counts.length, 24)
  assert.equal(body.hours.counts[11], 1)
  assert.equal(body.restsOn.challengesPassed, 1)
  assert.ok(body.restsOn.actions >= 2)
  now += 200 * day
  const later = (await call('GET', '/users/anna/profile')).body
  assert.deepEqual([later.addresses, later.devices.length], [[], 1])
  assert.equal(later.devices[0].standing, 'seen')
})

test('TN-01: nothing is usual for a user of another tenant, nor for one who is not known', async () => {
  const other = await server.addTenant()
  const { body } = await call('GET', '/users/anna/profile', other.asManagement)
  assert.deepEqual([body.addresses, body.devices, body.sentence], [[], [], 'Nothing is known yet about what is usual for this user.'])
  assert.deepEqual((await call('GET', '/users/nobody/profile')).body.restsOn, { actions: 0, challengesPassed: 0 })
})
