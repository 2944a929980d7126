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
  assert.deepEqual([body.hours.counts[9], body.hours.counts[11]], [1, 0], 'what was only seen teaches no hour')
  assert.equal(body.restsOn.challengesPassed, 1)
  assert.ok(body.restsOn.actions >= 2)
  now += 200 * day
  const later = (await call('GET', '/users/anna/profile')).body
  assert.deepEqual([later.addresses, later.devices.length], [[], 1])
  assert.equal(later.devices[0].standing, 'known', 'the proof of a challenge has faded, and the device is remembered for a year')
})

test('TN-01: nothing is usual for a user of another tenant, nor for one who is not known', async () => {
  const other = await server.addTenant()
  const { body } = await call('GET', '/users/anna/profile', other.asManagement)
  assert.deepEqual([body.addresses, body.devices, body.sentence], [[], [], 'Nothing is known yet about what is usual for this user.'])
  assert.deepEqual((await call('GET', '/users/nobody/profile')).body.restsOn, { actions: 0, challengesPassed: 0 })
})

test('what was learned about a user is forgotten, on record with the reason, and learned again from what comes', async () => {
  await settle('bert')
  const reset = (userId: string, reason: string, headers = asManagement) =>
    call('DELETE', `/users/${userId}/profile?reason=${encodeURIComponent(reason)}`, headers)
  const { status, body } = await reset('bert', 'the laptop was sold, ask bert@bank.example')
  assert.equal(status, 200)
  const counts = { addresses: 2, networks: 1, asns: 1, countries: 1, places: 0, devices: 1, browsers: 1, systems: 1 }
  assert.deepEqual(body.forgotten, { ...counts, actions: 2, challengesPassed: 1 })
  assert.match(body.sentence, /^Forgotten: 2 addresses, 1 device and 1 country, .* The user is a stranger again\.$/)
  const after = (await call('GET', '/users/bert/profile')).body
  assert.deepEqual([after.addresses, after.devices, after.countries, after.restsOn], [[], [], [], { actions: 0, challengesPassed: 0 }])
  assert.match(after.sentence, /^Nothing is known yet .* The last action was tracked just now\.$/)

  const entries = (await call('GET', '/audit?event=user.profile_forgotten')).body.entries
  assert.equal(entries.length, 1)
  assert.deepEqual([entries[0].userId, entries[0].details.addresses], ['bert', 2])
  assert.match(entries[0].details.reason, /^the laptop was sold, ask \[/)

  const again = await reset('bert', 'again')
  assert.deepEqual([again.body.sentence, again.body.forgotten.addresses], ['Nothing had been learned about this user.', 0])
  assert.equal((await call('GET', '/audit?event=user.profile_forgotten')).body.entries.length, 1)

  const { idempotencyKey } = await client.track('bert', 'transfer', home)
  const receipt = (await call('GET', `/events/bert/transfer/${idempotencyKey}`)).body
  const value = (name: string) => receipt.signals.find((signal: { name: string }) => signal.name === name)?.value
  assert.deepEqual([value('ip.isTrusted'), value('device.isNew'), value('ip.timesSeen'), value('user.hasPasskey')], [false, true, 0, true])
  assert.ok(value('velocity.actions24h') >= 3)
  assert.deepEqual(
    (await call('GET', '/users/bert/profile')).body.addresses.map(({ standing }: { standing: string }) => standing),
    ['seen'],
  )
})

test('a dispute of what came before the user was forgotten leaves the addresses and devices that came after', async () => {
  await settle('cleo')
  const { idempotencyKey } = await client.track('cleo', 'transfer', home)
  assert.equal((await call('DELETE', '/users/cleo/profile?reason=test')).status, 200)
  await client.track('cleo', 'transfer', { ...home, deviceId: 'tablet', ipAddress: '185.18.69.202' })
  const disputed = await app.inject({
    method: 'POST',
    url: `/v1/management/events/cleo/transfer/${idempotencyKey}/dispute`,
    headers: asManagement,
    payload: { reason: 'was not me' },
  })
  assert.equal(disputed.statusCode, 200, disputed.body)
  const { addresses, devices, restsOn } = (await call('GET', '/users/cleo/profile')).body
  assert.deepEqual([addresses[0].address, devices[0].deviceId, addresses.length, devices.length], ['185.18.69.202', 'tablet', 1, 1])
  assert.equal(restsOn.challengesPassed, 0)
})

test('forgetting needs a reason, and makes nothing of a user who is not known', async () => {
  for (const query of ['', '?reason=', '?reason=%20', '?reason=x&dryRun=true'])
    assert.equal((await call('DELETE', `/users/anna/profile${query}`)).status, 400, query)
  const { status, body } = await call('DELETE', '/users/nobody/profile?reason=test')
  assert.deepEqual([status, body.sentence], [200, 'Nothing had been learned about this user.'])
  assert.deepEqual((await call('GET', '/users?text=nobody')).body.users, [])
})

test('TN-01: nobody forgets a user of another tenant', async () => {
  await settle('dora')
  const other = await server.addTenant()
  assert.equal((await call('DELETE', '/users/dora/profile?reason=test', other.asManagement)).body.forgotten.addresses, 0)
  assert.equal((await call('GET', '/users/dora/profile')).body.addresses.length, 2)
})
