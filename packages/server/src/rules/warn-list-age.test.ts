import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { findFeed } from '../ip/feeds.ts'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { updateFeeds } from '../ip/update-feeds.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-list-age-'))
const servers: TestApp[] = []
after(async () => {
  for (const server of servers) await server.close()
  rmSync(dataDir, { recursive: true })
})

/** Comcast, Deutsche Telekom, T-Mobile US, Spark New Zealand, NTT OCN, Vivo Brazil, MTN South Africa. */
const homes = ['73.162.40.7', '2003:c5:8f00::1', '172.58.10.20', '122.56.20.8', '153.156.30.4', '177.32.10.6', '105.224.10.5']

/** 90 days after the snapshot: its list of exits is stale. */
const now = Date.UTC(2026, 10, 20)

test('B4: "Tor → block" on a fresh offline start lets every home pass, blocks the shipped exits, and says how old the list is', async () => {
  const server = await start(join(dataDir, 'fresh'))
  assert.deepEqual(await saveRule(server, 'ip.isTor'), [
    'the rule *ip.isTor* rests on the IP list `tor-exits`, which is 90 days old (2026-08-22) and came with the release; `sallyport ip update` fetches newer ones',
  ])
  for (const home of homes) assert.equal(await track(server, home), 'ALLOW', home)
  for (const exit of ['185.220.101.34', '192.42.116.16', '2a0b:f4c2::10']) assert.equal(await track(server, exit), 'BLOCK', exit)
})

test('B4: so do rules on VPNs and on public proxies, of which the release has no list', async () => {
  const server = await start(join(dataDir, 'fresh'))
  const [vpn = '', ...others] = await saveRule(server, 'ip.isVpn')
  assert.match(vpn, /^the rule \*ip\.isVpn\* rests on \d IP lists; the oldest, `[a-z0-9-]+`, is 90 days old \(2026-08-22\) and came with/)
  assert.deepEqual(others, [])
  assert.deepEqual(await saveRule(server, 'ip.isProxy'), [])
  for (const home of homes) assert.equal(await track(server, home), 'ALLOW', home)
  assert.equal(await track(server, '185.156.46.10'), 'BLOCK')
})

test('B4: with lists that were fetched "Tor → block" follows them, and a rule on them warns of nothing', async () => {
  const feed = findFeed('tor-exits') ?? assert.fail()
  const text = Array.from({ length: 300 }, (_, at) => `198.98.${48 + (at >> 8)}.${at & 255}\n`).join('')
  updateFeeds(join(dataDir, 'fetched', 'ip'), [{ feed, text, dataDate: now - 86_400_000, origin: 'test' }], { now })
  const server = await start(join(dataDir, 'fetched'))
  assert.deepEqual(await saveRule(server, 'ip.isTor'), [])
  for (const home of homes) assert.equal(await track(server, home), 'ALLOW', home)
  assert.equal(await track(server, '198.98.48.7'), 'BLOCK')
})

async function start(folder: string): Promise<TestApp> {
  const ip = await openIpIntelligence({ dataDir: folder, clock: () => now })
  const server = await createTestApp({ ip })
  servers.push(server)
  const payload = { actionCode: 'login', defaultUserActionResult: 'ALLOW' }
  await server.app.inject({ method: 'POST', url: '/v1/management/action-configurations', headers: server.asManagement, payload })
  return server
}

async function saveRule({ app, asManagement }: TestApp, signal: string): Promise<string[]> {
  const payload = { name: signal, isActive: true, type: 'BLOCK', conditions: { '==': [{ var: signal }, true] } }
  const url = '/v1/management/action-configurations/login/rules'
  const reply = await app.inject({ method: 'POST', url, headers: asManagement, payload })
  assert.equal(reply.statusCode, 200, reply.body)
  return (reply.json().warnings ?? []).map(({ message }: { message: string }) => message)
}

async function track({ app, asServer }: TestApp, ipAddress: string): Promise<string> {
  const reply = await app.inject({ method: 'POST', url: '/v1/users/ada/actions/login', headers: asServer, payload: { ipAddress } })
  assert.equal(reply.statusCode, 200, reply.body)
  return reply.json().state
}
