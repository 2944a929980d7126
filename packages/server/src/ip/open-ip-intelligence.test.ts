import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type IpFacts, NOT_APPLICABLE, UNAVAILABLE } from '@sallyport/engine'
import { createMmdb } from '../../test/support/test-mmdb.ts'
import { findFeed } from './feeds.ts'
import type { ExplainedIpIntelligence } from './ip-intelligence.ts'
import { openIpIntelligence } from './open-ip-intelligence.ts'
import { parseFeed } from './parse-feed.ts'
import { SPECIAL_PURPOSE_RANGES } from './special-purpose.ts'
import { type OfferedFeed, readFeedDirectory, updateFeeds } from './update-feeds.ts'

const root = mkdtempSync(join(tmpdir(), 'sallyport-ip-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const newDataDir = () => join(root, `${++count}`)
const day = 86_400_000
const now = Date.UTC(2026, 10, 24)
/** The day of the snapshot, so that its lists are fresh. */
const dayOfLists = Date.UTC(2026, 7, 22)
const bare = await openIpIntelligence({ dataDir: newDataDir(), clock: () => now })
const withoutLists = await openIpIntelligence({ dataDir: newDataDir(), clock: () => now, withoutLists: true })

/** A release that ships no lists, so that a test sees only its own. */
const noSnapshot = join(root, 'no-snapshot')
mkdirSync(join(noSnapshot, 'snapshot'), { recursive: true })
writeFileSync(join(noSnapshot, 'snapshot', 'manifest.json'), '{"format":1,"lists":[]}')

/** Real addresses in well-known networks. */
const labelled: [who: string, address: string, expected: Partial<IpFacts>][] = [
  ['home broadband, US', '73.162.40.17', { isAnonymous: false, isHosting: false, asnType: 'isp', countryCode: 'US' }],
  ['home broadband, DE, IPv6', '2003:c5:8f00::1', { isAnonymous: false, asnType: 'isp', countryCode: 'DE' }],
  ['mobile carrier, US', '172.58.10.20', { isAnonymous: false, asnType: 'mobile', countryCode: 'US' }],
  ['Tor exit', '185.220.101.34', { isAnonymous: true, isTor: true, isHosting: true, countryCode: 'DE' }],
  ['commercial VPN', '185.156.46.10', { isAnonymous: true, isVpn: true, isHosting: true }],
  ['public cloud', '52.95.110.1', { isAnonymous: true, isHosting: true, asnType: 'hosting' }],
  ['mapped spelling of a Tor exit', '::ffff:185.220.101.34', { address: '185.220.101.34', version: 4, isTor: true }],
]

for (const [who, address, expected] of labelled) {
  test(`with shipped data alone ${address} is told as ${who}`, () => {
    const facts: Partial<IpFacts> = bare.lookUp(address)
    for (const [fact, value] of Object.entries(expected)) assert.deepEqual(facts[fact as keyof IpFacts], value, fact)
  })
}

test('IP-05: without any list an ordinary address is neither anonymous nor an exit, and one in a hosting network stays in doubt', () => {
  const home = withoutLists.lookUp('73.162.40.17')
  for (const fact of ['isTor', 'isVpn', 'isProxy', 'isRelay', 'isCrawler', 'isAnonymous'] as const) assert.equal(home[fact], false, fact)
  for (const fact of ['cityName', 'latitude', 'timeZone'] as const) assert.equal(home[fact], UNAVAILABLE, fact)
  assert.equal(home.anonymityConfidence, 0.65)
  const server = withoutLists.lookUp('5.9.0.1')
  for (const fact of ['isTor', 'isVpn', 'isProxy', 'isRelay', 'isCrawler'] as const) assert.equal(server[fact], UNAVAILABLE, fact)
  assert.equal(server.isAnonymous, true)
  const absent = withoutLists.dataSets().filter(({ state }) => state === 'absent')
  assert.deepEqual(absent.flatMap(({ facts }) => facts).sort(), [
    ...['accuracyKm', 'cityName', 'isCrawler', 'isProxy', 'isRelay', 'isTor', 'isVpn', 'latitude', 'longitude', 'timeZone'],
  ])
})

test('IP-05: with the shipped lists alone every kind but proxies has a list, and a public list never has to be fetched first', () => {
  const states = bare.dataSets().filter(({ name, state }) => name !== 'city' && state === 'absent')
  assert.deepEqual(
    states.map(({ name }) => name),
    ['proxy'],
  )
  const tor = bare.dataSets().find(({ name }) => name === 'tor-exits')
  assert.deepEqual([tor?.origin, tor?.state, tor?.ageDays, tor?.licence], ['shipped', 'stale', 94, 'MIT'])
})

test('IP-03: a special-purpose address has facts of form only, and no place', () => {
  const addresses = SPECIAL_PURPOSE_RANGES.map(([cidr]) => cidr.slice(0, cidr.indexOf('/')))
  for (const address of [...addresses, '::1', '::ffff:10.0.0.1', '64:ff9b::c0a8:1', '2002:a01:203::1', '2001::1', 'fe80::1%eth0']) {
    const { address: text, version, network, isPrivate, ...rest } = bare.lookUp(address)
    assert.ok(text && version && network)
    assert.equal(isPrivate, true, address)
    for (const [fact, value] of Object.entries(rest)) assert.equal(value, NOT_APPLICABLE, `${address} ${fact}`)
  }
})

test('A5: a tunnelled or translated address has the facts of the IPv4 address inside, and is private only if that is', () => {
  const open = bare.lookUp('185.220.101.1')
  assert.equal(open.isPrivate, false)
  for (const text of ['2002:b9dc:6501::1', '2001:0:1:2:3:4:4623:9afe', '64:ff9b::b9dc:6501', '64:ff9b:1::b9dc:6501', '::b9dc:6501']) {
    assert.deepEqual(bare.lookUp(text), open, text)
  }
  for (const text of ['2002:a01:203::1', '2001:0:1:2:3:4:f5fe:fdfc', '64:ff9b:1::a01:203']) {
    assert.deepEqual(bare.lookUp(text), bare.lookUp('10.1.2.3'), text)
  }
})

test('A5: of a translated address whose prefix only its operator knows every fact is unavailable, and it is not private', () => {
  const { address, version, network, isPrivate, ...rest } = bare.lookUp('64:ff9b:1:b9dc:65:100::')
  assert.deepEqual([address, version, network, isPrivate], ['64:ff9b:1:b9dc:65:100::', 6, '64:ff9b:1::/48', false])
  for (const [fact, value] of Object.entries(rest)) assert.equal(value, UNAVAILABLE, fact)
})

test('the network of an address is its /24 or /48, in canonical form', () => {
  const networks = ['8.8.4.4', '2a02:8106:1:2::3', '2a02:8106:0:2::3', '2a02:0:5::', '2a02::1'].map(
    (address) => bare.lookUp(address).network,
  )
  assert.deepEqual(networks, ['8.8.4.0/24', '2a02:8106:1::/48', '2a02:8106::/48', '2a02:0:5::/48', '2a02::/48'])
  assert.equal(bare.lookUp('127.0.0.1').network, '127.0.0.0/24')
  assert.equal(bare.lookUp('::1').network, '::/48')
})

test('an address that nobody announces is unavailable, not harmless', () => {
  const facts = bare.lookUp('1.2.3.4')
  assert.equal(facts.asn, UNAVAILABLE)
  assert.equal(facts.isHosting, UNAVAILABLE)
  assert.equal(facts.isAnonymous, UNAVAILABLE)
})

test('a relay, a gateway and a satellite are told apart, and none is anonymous', () => {
  const relay = bare.lookUp('104.28.28.1')
  assert.deepEqual([relay.isRelay, relay.isVpn, relay.isHosting, relay.isAnonymous], [true, false, false, false])
  const gateway = bare.lookUp('165.225.80.10')
  assert.deepEqual(
    [gateway.isGateway, gateway.isVpn, gateway.isHosting, gateway.isAnonymous, gateway.asnType],
    [true, false, false, false, 'business'],
  )
  const satellite = bare.lookUp('98.97.32.1')
  assert.deepEqual([satellite.isAnonymous, satellite.isGateway, satellite.asnType], [false, false, 'isp'])
  assert.ok(bare.evidence('98.97.32.1').some(({ fact }) => fact === 'isSatellite'))
  assert.ok(bare.evidence('8.8.8.8').some(({ fact }) => fact === 'isResolver'))
})

test('B4: an address of a relay or a gateway is no exit of Tor, however old the lists are', () => {
  for (const address of ['104.28.28.1', '165.225.80.10']) {
    const { isTor, isProxy, isCrawler } = bare.lookUp(address)
    assert.deepEqual([isTor, isProxy, isCrawler], [false, false, false], address)
  }
})

test('text that is no address is refused', () => {
  for (const text of ['', 'localhost', '1.2.3', '010.0.0.1']) assert.throws(() => bare.lookUp(text), RangeError)
})

test('a country under comprehensive sanctions is marked, another is not', () => {
  assert.equal(bare.lookUp('175.45.176.1').countryCodeInOfacList, true)
  assert.equal(bare.lookUp('73.162.40.17').countryCodeInOfacList, false)
})

test('a fresh list is believed in both directions, for the version of the protocol it holds', async () => {
  const ip = await withLists({
    'tor-a': '73.162.40.17\n',
    'vpn-a': '73.162.41.0/24\n2601:1::/32\n',
    'proxy-a': 'http://73.162.42.1:80\n',
  })
  assert.equal(ip.lookUp('73.162.40.17').isTor, true)
  assert.equal(ip.lookUp('73.162.40.17').anonymityConfidence, 0.99)
  assert.equal(ip.lookUp('73.162.40.18').isTor, false)
  assert.equal(ip.lookUp('5.9.0.1').isTor, false)
  assert.equal(ip.lookUp('2a01:4f8::1').isTor, UNAVAILABLE)
  assert.equal(ip.lookUp('2601:2::1').isTor, false)
  assert.equal(ip.lookUp('73.162.41.5').isVpn, true)
  assert.equal(ip.lookUp('2601:1::1').isVpn, true)
  assert.equal(ip.lookUp('2601:2::1').isVpn, false)
  assert.equal(ip.lookUp('73.162.42.1').isProxy, true)
  for (const address of ['73.162.40.17', '73.162.41.5', '2601:1::1', '73.162.42.1']) assert.equal(ip.lookUp(address).isAnonymous, true)
  const home = ip.lookUp('73.162.43.1')
  assert.equal(home.isAnonymous, false)
  assert.equal(home.anonymityConfidence, 0.95)
})

test('a list of one provider does not say that an address is no VPN', async () => {
  const ip = await withLists({ 'protonvpn-exit': Array.from({ length: 100 }, (_, at) => `73.162.40.${at}\n`).join('') })
  assert.equal(ip.lookUp('73.162.40.7').isVpn, true)
  assert.equal(ip.lookUp('5.9.0.1').isVpn, UNAVAILABLE)
})

test('a relay is told apart from a VPN, and is anonymous only for a tenant that says so', async () => {
  const relay = '104.28.30.0/24\n2606:54c0::/32\n'
  const ip = await withLists({ 'relay-a': relay, 'vpn-a': relay, 'hosting-a': relay })
  for (const address of ['104.28.30.9', '2606:54c0::1']) {
    const facts = ip.lookUp(address)
    assert.deepEqual([facts.isRelay, facts.isVpn, facts.isHosting, facts.isAnonymous], [true, false, false, false])
    assert.equal(ip.lookUp(address, { treatRelayAsAnonymous: true }).isAnonymous, true)
  }
  assert.equal(ip.lookUp('73.162.40.17', { treatRelayAsAnonymous: true }).isAnonymous, false)
})

test('a Tor exit on a relay list is anonymous all the same', async () => {
  const ip = await withLists({ 'relay-a': '104.28.30.0/24\n', 'tor-a': '104.28.30.9\n' })
  assert.equal(ip.lookUp('104.28.30.9').isAnonymous, true)
})

test('a list of hosting networks that names a carrier is not believed in that', async () => {
  const ip = await withLists({ 'hosting-asn-a': 'AS21928 # a carrier\nAS31242\nAS64500\nAS6128\n', 'hosting-a': '172.58.10.0/24\n' })
  assert.equal(ip.lookUp('172.58.10.20').isHosting, false)
  assert.equal(ip.lookUp('172.58.10.20').isAnonymous, false)
  assert.match(
    ip
      .evidence('172.58.10.20')
      .map(({ note }) => note)
      .join(),
    /not believed/,
  )
})

test('security: a stale Tor list is used for what it contains, and no longer for what it does not, except where people live', async () => {
  const ip = await withLists({ 'tor-a': '73.162.40.17\n', 'vpn-a': '73.162.41.1\n' }, now - 31 * day)
  assert.equal(ip.lookUp('73.162.40.17').isTor, true)
  assert.equal(ip.lookUp('5.9.0.1').isTor, UNAVAILABLE)
  assert.equal(ip.lookUp('5.9.0.1').isVpn, false)
  const home = ip.lookUp('73.162.43.1')
  assert.deepEqual([home.isTor, home.isVpn, home.isAnonymous], [false, false, false])
  const tor = ip.dataSets().find(({ name }) => name === 'tor-a')
  assert.deepEqual([tor?.state, tor?.ageDays, tor?.staleAfterDays], ['stale', 31, 30])
})

test('the confidence falls with the age of the lists, in what they contain and in what they do not', async () => {
  const dataDir = install({ 'tor-a': '73.162.40.17\n', 'vpn-a': '73.162.41.1\n', 'proxy-a': '73.162.42.1\n' })
  let time = now
  const ip = await openIpIntelligence({ dataDir, clock: () => time, listsPackage: noSnapshot })
  const confidence = async (days: number) => {
    time = now + days * day
    await ip.refresh()
    return ['73.162.40.17', '73.162.43.1', '5.9.0.1'].map((address) => ip.lookUp(address).anonymityConfidence)
  }
  assert.deepEqual(await confidence(0), [0.99, 0.95, 0.8])
  assert.deepEqual(await confidence(30), [0.84, 0.85, 0.8])
  assert.deepEqual(await confidence(120), [0.71, 0.73, 0.8])
  assert.deepEqual(await confidence(2000), [0.69, 0.65, 0.8])
})

test('a list grows stale while the server runs', async () => {
  let time = now
  const ip = await withLists({ 'tor-a': '73.162.40.17\n' }, now, () => time)
  assert.equal(ip.lookUp('5.9.0.1').isTor, false)
  time += 31 * day
  await ip.refresh()
  assert.equal(ip.lookUp('5.9.0.1').isTor, UNAVAILABLE)
})

test('lists can be taken for older than they are, to see what age does', async () => {
  const ip = await openIpIntelligence({ dataDir: newDataDir(), clock: () => dayOfLists, listsAgeDays: 90 })
  assert.equal(ip.dataSets().find(({ name }) => name === 'tor-exits')?.ageDays, 90)
  const fresh = await openIpIntelligence({ dataDir: newDataDir(), clock: () => dayOfLists })
  const unlisted = '5.9.0.1'
  assert.deepEqual([fresh.lookUp(unlisted).isTor, ip.lookUp(unlisted).isTor], [false, UNAVAILABLE])
})

const damages: [what: string, damage: (ipDirectory: string, file: string) => void][] = [
  ['deleted', (directory, file) => unlinkSync(join(directory, file))],
  ['cut short', (directory, file) => truncateSync(join(directory, file), 5)],
  ['emptied', (directory, file) => truncateSync(join(directory, file), 0)],
  ['replaced by a web page', (directory, file) => writeFileSync(join(directory, file), '<html></html>')],
]

for (const [what, damage] of damages) {
  test(`RE-06: an installed list that was ${what} makes its facts unavailable, and nobody passes for that`, async () => {
    const dataDir = install({ 'tor-a': '73.162.40.17\n', 'vpn-a': '73.162.41.1\n' })
    const directory = join(dataDir, 'ip')
    const ip = await openIpIntelligence({ dataDir, clock: () => now })
    assert.equal(ip.lookUp('73.162.43.1').isAnonymous, false)
    const file = readdirSync(directory).find((name) => name.startsWith('tor-a.')) ?? ''
    damage(directory, file)
    await ip.refresh()
    assert.equal(ip.lookUp('73.162.43.1').isTor, UNAVAILABLE)
    assert.equal(ip.lookUp('73.162.43.1').isAnonymous, UNAVAILABLE)
    assert.equal(ip.lookUp('73.162.41.1').isAnonymous, true)
    const broken = ip.dataSets().find(({ name }) => name === 'tor-a')
    assert.equal(broken?.state, 'broken')
    assert.ok(broken?.problem)
  })
}

test('RE-06: a manifest that cannot be read makes everything lists know unavailable', async () => {
  const dataDir = install({ 'tor-a': '73.162.40.17\n' })
  writeFileSync(join(dataDir, 'ip', 'manifest.json'), '{')
  const ip = await openIpIntelligence({ dataDir, clock: () => now })
  assert.equal(ip.lookUp('73.162.43.1').isAnonymous, UNAVAILABLE)
  assert.equal(ip.lookUp('185.220.101.34').isAnonymous, true)
  assert.ok(ip.dataSets().some(({ state, problem }) => state === 'broken' && problem !== undefined))
})

test('RE-06: a damaged pack of the lists is made again', async () => {
  const dataDir = install({ 'tor-a': '73.162.40.17\n' })
  truncateSync(join(dataDir, 'ip', 'lists.pack'), 100)
  const ip = await openIpIntelligence({ dataDir, clock: () => now })
  assert.equal(ip.lookUp('73.162.40.17').isTor, true)
})

test('RE-06: without the country or the network data the rest goes on, and what they would have said is unavailable', async () => {
  const dataDir = install({ 'tor-a': '73.162.40.17\n' })
  const ip = await openIpIntelligence({
    dataDir,
    clock: () => now,
    asnPackage: join(root, 'none'),
    countryPackage: join(root, 'none'),
    listsPackage: noSnapshot,
  })
  const home = ip.lookUp('73.162.43.1')
  for (const fact of ['asn', 'asnName', 'asnType', 'isHosting', 'isAnonymous', 'countryCode', 'countryCodeInOfacList'] as const) {
    assert.equal(home[fact], UNAVAILABLE, fact)
  }
  assert.equal(home.isTor, false)
  assert.equal(ip.lookUp('73.162.40.17').isAnonymous, true)
  const broken = ip.dataSets().filter(({ state }) => state === 'broken')
  assert.deepEqual(
    broken.map(({ name }) => name),
    ['country', 'asn'],
  )
})

test('RE-06: data packages whose files were cut short are not taken for whole', async () => {
  const folder = join(root, 'cut')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"version":"2.3.2026061719"}')
  writeFileSync(join(folder, 'asn-ipv4-num.csv'), '16777216,16777471,13335,Cloudflare\n')
  writeFileSync(join(folder, 'asn-ipv6-num.csv'), '42540488161975842760550356425300246528,42540488241204005274814694018844196863,7,x\n')
  const ip = await openIpIntelligence({ dataDir: newDataDir(), clock: () => now, asnPackage: folder })
  assert.match(ip.dataSets().find(({ name }) => name === 'asn')?.problem ?? '', /not complete/)
})

test('lists put into the directory by hand are used, dated by the file', async () => {
  const dataDir = newDataDir()
  const directory = join(dataDir, 'ip')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'vpn-office.txt'), '73.162.41.0/24\n')
  utimesSync(join(directory, 'vpn-office.txt'), new Date(now - 3 * day), new Date(now - 3 * day))
  const ip = await openIpIntelligence({ dataDir, clock: () => now })
  assert.equal(ip.lookUp('73.162.41.1').isVpn, true)
  assert.equal(ip.dataSets().find(({ name }) => name === 'vpn-office')?.ageDays, 3)
})

test('RE-12: lists are swapped all at once under look-ups, and the version says so', async () => {
  const dataDir = install({ 'tor-a': '73.162.40.1\n', 'vpn-a': '73.162.40.2\n' })
  const ip = await openIpIntelligence({ dataDir, clock: () => now })
  const before = ip.dataVersion
  for (let round = 1; round <= 20; round += 1) {
    // The two addresses swap lists in every round: a mixture of old and new lists would show one of them in both, or in neither.
    const [tor, vpn] = round % 2 === 0 ? ['73.162.40.1', '73.162.40.2'] : ['73.162.40.2', '73.162.40.1']
    updateLists(dataDir, { 'tor-a': `${tor}\n`, 'vpn-a': `${vpn}\n` })
    const swap = ip.refresh()
    const seen: string[] = []
    let isDone = false
    const done = swap.then(() => {
      isDone = true
    })
    while (!isDone) {
      const facts = ip.lookUp('73.162.40.1')
      seen.push(`${facts.isTor} ${facts.isVpn}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await done
    assert.ok(seen.every((state) => state === 'true false' || state === 'false true'))
    assert.equal(ip.lookUp(tor ?? '').isTor, true)
    assert.equal(ip.lookUp(vpn ?? '').isVpn, true)
  }
  updateLists(dataDir, { 'tor-a': '73.162.40.77\n' })
  await ip.refresh()
  assert.notEqual(ip.dataVersion, before)
  assert.ok(ip.dataVersion.length <= 30)
})

test('a city file in the data directory gives places', async () => {
  const dataDir = newDataDir()
  mkdirSync(join(dataDir, 'ip'), { recursive: true })
  writeFileSync(
    join(dataDir, 'ip', 'city.mmdb'),
    createMmdb(6, { city: 'Wellington', latitude: -41.29, timezone: 'Pacific/Auckland' }, now - day),
  )
  const ip = await openIpIntelligence({ dataDir, clock: () => now })
  const facts = ip.lookUp('73.162.43.1')
  assert.deepEqual(
    [facts.cityName, facts.latitude, facts.longitude, facts.timeZone],
    ['Wellington', -41.29, UNAVAILABLE, 'Pacific/Auckland'],
  )
  assert.equal(ip.lookUp('10.0.0.1').cityName, NOT_APPLICABLE)
  assert.equal(ip.dataSets().find(({ name }) => name === 'city')?.ageDays, 1)
})

test('IP-04: evidence names the data set and its day for each kind', async () => {
  const ip = await withLists({ 'tor-a': '185.220.101.34\n' }, now - 2 * day)
  assert.deepEqual(
    ip.evidence('185.220.101.34').map(({ fact, dataSet, dataDate }) => `${fact} ${dataSet} ${dataDate}`),
    [
      'countryCode country 2026-06-01',
      'place places 2026-11-29',
      'timeZone places 2026-11-29',
      'asn asn 2026-06-17',
      'asnType networks 2026-11-24',
      'isTor networks 2026-11-24',
      'isHosting networks 2026-11-24',
      'isTor tor-a 2026-11-22',
    ],
  )
  assert.deepEqual(
    ip.evidence('10.1.2.3').map(({ note }) => note),
    ['private use (RFC 1918)'],
  )
})

test('a list of the release gives way to a newer one of its name, stands in for a broken one and says so', async () => {
  const dataDir = newDataDir()
  const exits = Array.from({ length: 300 }, (_, at) => `73.162.${40 + (at >> 8)}.${at & 255}\n`).join('')
  const open = () => openIpIntelligence({ dataDir, clock: () => now })
  const state = (ip: ExplainedIpIntelligence) => {
    const { origin, state, problem } = ip.dataSets().find(({ name }) => name === 'tor-exits') ?? assert.fail()
    return [ip.lookUp('73.162.40.17').isTor, ip.lookUp('185.220.101.34').anonymityConfidence, origin, state, problem]
  }
  updateLists(dataDir, { 'tor-exits': exits }, now - day)
  assert.deepEqual(state(await open()), [true, 0.9, 'installed', 'current', undefined])
  const file = readdirSync(join(dataDir, 'ip')).find((name) => name.startsWith('tor-exits.')) ?? ''
  truncateSync(join(dataDir, 'ip', file), 5)
  const problem = 'the installed file was changed; the list that came with the release is used instead'
  assert.deepEqual(state(await open()), [false, 0.9, 'shipped', 'broken', problem])
  rmSync(join(dataDir, 'ip'), { recursive: true })
  updateLists(dataDir, { 'tor-exits': exits }, dayOfLists - day)
  assert.deepEqual(state(await open()), [false, 0.9, 'shipped', 'stale', undefined])
})

test('a damaged file of the snapshot is a lost list, and a snapshot without a manifest is the loss of all', async () => {
  const listsPackage = join(root, 'damaged')
  mkdirSync(join(listsPackage, 'snapshot'), { recursive: true })
  const list = { name: 'tor-exits', date: '2026-08-22', file: 'tor-exits.txt.br', sha256: '0' }
  writeFileSync(join(listsPackage, 'snapshot', 'manifest.json'), JSON.stringify({ format: 1, lists: [list] }))
  writeFileSync(join(listsPackage, 'snapshot', 'tor-exits.txt.br'), 'x')
  const damaged = await openIpIntelligence({ dataDir: newDataDir(), clock: () => now, listsPackage })
  assert.deepEqual([damaged.lookUp('73.162.43.1').isTor, damaged.lookUp('73.162.43.1').isAnonymous], [UNAVAILABLE, UNAVAILABLE])
  assert.equal(damaged.dataSets().find(({ name }) => name === 'tor-exits')?.state, 'broken')
  const lost = await openIpIntelligence({ dataDir: newDataDir(), clock: () => now, listsPackage: join(root, 'nowhere') })
  assert.equal(lost.lookUp('73.162.43.1').isVpn, UNAVAILABLE)
  assert.equal(lost.dataSets().find(({ name }) => name === 'lists')?.state, 'broken')
})

/** Real lists in the published formats. Set TEST_IPDATA to a folder with them. */
const realLists = process.env.TEST_IPDATA
test('IP-04: with real lists every kind is told from the others', {
  skip: realLists !== undefined && existsSync(realLists) ? false : 'TEST_IPDATA is not set',
}, async () => {
  const dataDir = newDataDir()
  const offers = readFeedDirectory(realLists ?? '', now, now).filter((offer): offer is OfferedFeed => 'feed' in offer)
  for (const update of updateFeeds(join(dataDir, 'ip'), offers, { now }))
    assert.equal(update.result, 'installed', `${update.name}: ${update.reason ?? ''}`)
  const ip = await openIpIntelligence({ dataDir, clock: () => now })
  const share = (names: RegExp, holds: (facts: IpFacts) => boolean) => {
    const facts = offers
      .filter(({ feed }) => names.test(feed.name) && feed.lists === 'addresses')
      .flatMap(({ feed, text }) => parseFeed(feed, text).ranges)
      .map(({ version, first }) => ip.lookUp({ version, words: first, text: version === 4 ? '192.0.2.1' : '2001:db8::1' }))
    assert.ok(facts.length > 0)
    return facts.filter(holds).length / facts.length
  }
  assert.ok(share(/^tor/, ({ isTor }) => isTor === true) >= 0.95)
  assert.ok(share(/vpn/, ({ isVpn, isRelay }) => isVpn === true || isRelay === true) >= 0.9)
  assert.ok(share(/apple-proxy/, ({ isRelay, isAnonymous }) => isRelay === true && isAnonymous === false) >= 0.98)
  assert.ok(share(/datacenter|amazon|oracle|digitalocean/, ({ isHosting, isRelay }) => isHosting === true || isRelay === true) >= 0.95)
})

function install(lists: Readonly<Record<string, string>>, dataDate = now): string {
  const dataDir = newDataDir()
  updateLists(dataDir, lists, dataDate)
  return dataDir
}

function updateLists(dataDir: string, lists: Readonly<Record<string, string>>, dataDate = now): void {
  const offers = Object.entries(lists).map(([name, text]) => {
    const feed = findFeed(name)
    assert.ok(feed, name)
    return { feed: { ...feed, minimumEntries: 1 }, text, dataDate, origin: 'test' }
  })
  for (const { reason } of updateFeeds(join(dataDir, 'ip'), offers, { now })) assert.equal(reason, undefined)
}

async function withLists(lists: Readonly<Record<string, string>>, dataDate = now, clock = () => now): Promise<ExplainedIpIntelligence> {
  return openIpIntelligence({ dataDir: install(lists, dataDate), clock, listsPackage: noSnapshot })
}
