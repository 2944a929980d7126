import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { createMmdb } from '../../test/support/test-mmdb.ts'
import { afterTry, saveFeedStates } from '../ip/feed-state.ts'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-ip-routes-'))
mkdirSync(join(folder, 'ip'))
writeFileSync(join(folder, 'ip', 'vpn-office.txt'), '73.162.41.0/24\n')
writeFileSync(
  join(folder, 'ip', 'city.mmdb'),
  createMmdb(6, { city: 'Wellington', latitude: -41.29, longitude: 174.78 }, Date.UTC(2026, 9, 1)),
)
const ip = await openIpIntelligence({ dataDir: folder, clock: Date.now })
const server = await createTestApp({ ip })
test.after(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})
const { app, asManagement } = server
const client = createCeremonies(server)

async function get(path: string, headers = asManagement) {
  const reply = await app.inject({ url: `/v1/management${path}`, headers })
  return { status: reply.statusCode, body: reply.json() }
}

async function addList(name: string, valueListItems: string[], headers = asManagement) {
  const payload = { name, itemType: 'string', valueListItems }
  const reply = await app.inject({ method: 'POST', url: '/v1/management/value-lists', headers, payload })
  assert.equal(reply.statusCode, 200, reply.body)
}

test('an address is shown with its facts, why others are missing, and the evidence with its age and publisher', async () => {
  const { status, body } = await get('/ip/185.220.101.34')
  assert.equal(status, 200)
  assert.deepEqual([body.address, body.version, body.isAnonymous, body.countryCode, body.asn], ['185.220.101.34', 4, true, 'DE', 60729])
  assert.deepEqual([body.cityName, body.timeZone, body.missing.timeZone], ['Wellington', 'Europe/Berlin', undefined])
  assert.match(
    body.sentence,
    /^A Tor exit, on the list tor-exits of 22 August 2026, in the network of .+ \(AS60729\), Wellington, Germany\.$/,
  )
  const of = (fact: string) => body.evidence.find((one: { fact: string }) => one.fact === fact)
  assert.equal(of('countryCode').state, 'current')
  assert.deepEqual(of('countryCode').attribution, { text: 'IP Geolocation by DB-IP', url: 'https://db-ip.com' })
  assert.deepEqual([of('cityName').dataSet, of('cityName').dataDate, of('timeZone').dataSet], ['city', '2026-10-01', 'places'])
  assert.equal((await get('/ip/8.8.8.8')).body.missing.timeZone, 'unavailable', 'a country of several time zones')
  assert.ok(of('asn').ageDays >= 0 && /^\d{4}-\d\d-\d\d$/.test(of('asn').dataDate))
  assert.ok(!JSON.stringify(body).includes(folder))
  assert.equal(of('cityName').source, 'a file of the operator')
  const vpn = (await get('/ip/73.162.41.9')).body
  assert.deepEqual([vpn.isVpn, vpn.evidence.at(-1).dataSet, vpn.evidence.at(-1).fact], [true, 'vpn-office', 'isVpn'])
  assert.equal(vpn.evidence.at(-1).attribution, undefined)
})

test('an address is read in every form that a track accepts, and nothing else is', async () => {
  for (const [given, address] of [
    ['%5B2003:c5::1%5D:443', '2003:c5::1'],
    ['::ffff:8.8.8.8', '8.8.8.8'],
    ['10.0.0.1', '10.0.0.1'],
  ] as const)
    assert.equal((await get(`/ip/${given}`)).body.address, address, given)
  const { isPrivate, missing, countryCode } = (await get('/ip/10.0.0.1')).body
  assert.deepEqual([isPrivate, missing.countryCode, countryCode], [true, 'not_applicable', null])
  for (const given of ['010.0.0.1', '8.8.8.0%2F24', 'example.com', '1', '%00']) assert.equal((await get(`/ip/${given}`)).status, 400, given)
})

test('TN-01: the lists that contain an address, and how it behaved, are those of the tenant', async () => {
  const other = await server.addTenant()
  await addList('Partners', ['185.18.69.0/24'])
  await addList('Blocked', ['185.18.69.201', '2003:c5:0::1'])
  await addList('Names', ['anna'])
  await addList('Theirs', ['185.18.69.201'], other.asManagement)
  for (const userId of ['anna', 'bert']) await client.track(userId, 'transfer', { ipAddress: '185.18.69.201' })
  await client.track('anna', 'transfer', { ipAddress: '185.18.69.201' }, 'CHALLENGE_FAILED')
  const { lists, here } = (await get('/ip/185.18.69.201')).body
  assert.deepEqual(
    lists.map(({ alias }: { alias: string }) => alias),
    ['blocked', 'partners'],
  )
  assert.deepEqual([here.usersLast24h, here.failedChallengesLast24h, here.reputation > 0], [2, 1, true])
  assert.deepEqual((await get('/ip/2003:c5::1')).body.lists, [{ alias: 'blocked' }])
  const theirs = (await get('/ip/185.18.69.201', other.asManagement)).body
  assert.deepEqual(
    [theirs.lists, theirs.here],
    [[{ alias: 'theirs' }], { reputation: 0, usersLast24h: 0, failedChallengesLast24h: 0, network: { reputation: 0, usersWithWrongs: 0 } }],
  )
})

test('TN-01, B12: the reputation of a network is that of its users in the tenant, each counted once', async () => {
  const other = await server.addTenant()
  for (const host of [1, 2, 3, 4]) await client.track('zoe', 'transfer', { ipAddress: `185.18.70.${host}` }, 'CHALLENGE_FAILED')
  await client.track('yan', 'transfer', { ipAddress: '185.18.70.9' }, 'CHALLENGE_FAILED')
  await client.track('zoe', 'transfer', { ipAddress: '185.18.71.1' }, 'CHALLENGE_FAILED')
  for (const host of [1, 2]) await client.track('zoe', 'transfer', { ipAddress: `2003:c6:1:${host}::1` }, 'CHALLENGE_FAILED')
  await server.deps.store.foldReadSide()
  const networkOf = async (address: string, headers = asManagement) => (await get(`/ip/${address}`, headers)).body.here.network
  assert.deepEqual(await networkOf('185.18.70.200'), { reputation: 40, usersWithWrongs: 2 })
  assert.deepEqual(await networkOf('185.18.71.200'), { reputation: 25, usersWithWrongs: 1 })
  assert.deepEqual(await networkOf('2003:c6:1:77::5'), { reputation: 25, usersWithWrongs: 1 })
  assert.deepEqual(await networkOf('185.18.70.200', other.asManagement), { reputation: 0, usersWithWrongs: 0 })
  assert.equal(await networkOf('10.0.0.1'), undefined)
})

test('the data sets are listed with what became of the tries to refresh them', async () => {
  const at = Date.UTC(2026, 10, 24, 12)
  const states = new Map([
    ['vpn-office', afterTry(undefined, { result: 'refused', problem: 'vpn-office: answered with status 503' }, at, 0.5)],
    ['tor-exits', afterTry(undefined, { result: 'not_fetched', problem: 'tor-exits: not fetched: no network' }, at, 0.5)],
  ])
  mkdirSync(join(server.deps.config.dataDir, 'ip'), { recursive: true })
  saveFeedStates(join(server.deps.config.dataDir, 'ip'), states)
  const { dataSets, updates } = (await get('/ip-sources')).body
  const office = dataSets.find((one: { name: string }) => one.name === 'vpn-office')
  assert.deepEqual(
    [office.kind, office.update],
    [
      'vpn',
      {
        result: 'refused',
        lastTry: '2026-11-24T12:00:00.000Z',
        nextTry: '2026-11-24T12:30:00.000Z',
        problem: 'vpn-office: answered with status 503',
      },
    ],
  )
  assert.deepEqual(
    [updates.isOn, updates.feeds.map(({ name, kind }: { name: string; kind: string }) => `${kind} ${name}`)],
    [false, ['tor tor-exits', 'vpn vpn-office']],
  )
  const ready = (await app.inject({ url: '/readyz' })).json()
  const shown = ready.dataSets.find((one: { name: string }) => one.name === 'vpn-office')
  assert.deepEqual(
    [ready.ipUpdates, shown.kind, shown.entries, shown.lastTry, shown.problem],
    ['off', 'vpn', 1, '2026-11-24T12:00:00.000Z', 'vpn-office: answered with status 503'],
  )
  const metrics = (await app.inject({ url: '/metrics' })).body
  assert.match(metrics, /sallyport_ip_feed_failures\{data_set="tor-exits",kind="tor"\} 1/)
  assert.match(metrics, /sallyport_ip_data_set_entries\{data_set="vpn-office",kind="vpn",licence="of your own"\} 1/)
})

test('the data sets are listed with age, state, licence, publisher and remedy, and no path of the server', async () => {
  const { status, body } = await get('/ip-sources')
  assert.equal(status, 200)
  const named = (name: string) => body.dataSets.find((one: { name: string }) => one.name === name)
  assert.deepEqual(named('country').attribution, { text: 'IP Geolocation by DB-IP', url: 'https://db-ip.com' })
  assert.deepEqual([named('country').licence, named('country').state, named('country').remedy], ['CC-BY-4.0', 'current', undefined])
  assert.ok(named('country').entries > 100_000 && named('country').ageDays >= 0)
  assert.deepEqual([named('vpn-office').facts, named('vpn-office').entries, named('vpn-office').state], [['isVpn'], 1, 'current'])
  assert.deepEqual([named('proxy').state, named('proxy').remedy, named('proxy').dataDate], ['absent', 'sallyport ip update', undefined])
  assert.deepEqual(
    [named('city').source, named('city').attribution, named('city').entries],
    ['a file of the operator', undefined, undefined],
  )
  assert.match(body.sentence, /^\d+ of \d+ data sets are current; (?:stale: .*)?absent: .*proxy/)
  assert.ok(!JSON.stringify(body).includes(folder))
})
