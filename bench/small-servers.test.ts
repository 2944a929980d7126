import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { openTestPostgres } from '../packages/server/test/support/test-postgres.ts'
import { keys, secretKey } from './bank.ts'
import { basic } from './http-request.ts'
import { type PeerProcess, startPeer } from './peer-process.ts'
import { hasRedis } from './peers/small/redis-process.ts'

// The servers that Sallyport is compared with must do what they claim, or the comparison says nothing.

interface Kind {
  name: string
  skip: string | false
  /** Arguments of a server whose data stay when it ends. */
  args(): Promise<string[]>
}

const postgres = await openTestPostgres()
if (typeof postgres !== 'string') after(() => postgres.close())
const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const kinds: Kind[] = [
  { name: 'Redis', skip: hasRedis() ? false : 'redis-server is not installed', args: async () => ['redis', makeFolder()] },
  { name: 'SQLite', skip: false, args: async () => ['sqlite', makeFolder()] },
  {
    name: 'PostgreSQL',
    skip: typeof postgres === 'string' ? postgres : false,
    args: async () => ['postgres', typeof postgres === 'string' ? '' : await postgres.createDatabase()],
  },
]

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'small-server-test-'))
  folders.push(folder)
  return folder
}

function track(port: number, body: object, authorization: Record<string, string> = basic(secretKey)) {
  return fetch(`http://127.0.0.1:${port}/v1/users/ada/actions/transfer`, {
    method: 'POST',
    headers: { ...authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

const transfer = (idempotencyKey: string, more = {}) => ({
  idempotencyKey,
  ipAddress: '118.1.2.3',
  userAgent: 'Mozilla/5.0 Firefox/142.0',
  deviceId: 'phone',
  custom: { transactionValue: 10, recipient: 'NZ12' },
  ...more,
})

const start = (given: readonly string[]) => startPeer('small-server.ts', given, { ...keys, BENCH_NOW: String(Date.UTC(2026, 4, 5, 12, 3)) })
const profileOf = async (peer: PeerProcess) =>
  (await peer.ask<{ profile: Record<string, unknown> }>({ type: 'profileAfter', userId: 'ada' })).profile

for (const { name, skip, args } of kinds) {
  test(`the small server on ${name} counts exactly, also what is asked at once and what is asked twice`, { skip }, async (t) => {
    const peer = await start(await args())
    t.after(() => peer.stop())
    const ids = Array.from({ length: 100 }, (_, n) => String(n))
    const replies = await Promise.all([...ids, ...ids].map((id) => track(peer.port, transfer(id))))
    assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200])
    const profile = await profileOf(peer)
    assert.equal(profile.actions10m, 101)
    assert.equal(profile.actions1h, 101)
    assert.equal(profile.actions24h, 101)
    assert.equal(profile.devices1h, 1)
    assert.equal(profile.isNewDevice, false)
  })

  test(`the small server on ${name} decides by the rules, and refuses a wrong key and a wrong body`, { skip }, async (t) => {
    const peer = await start(await args())
    t.after(() => peer.stop())
    const small = (await (await track(peer.port, transfer('small'))).json()) as { state: string; ruleIds: string[]; token: string }
    assert.equal(small.state, 'ALLOW')
    assert.equal(small.token.split('.').length, 3)
    const large = (await (
      await track(peer.port, transfer('large', { custom: { transactionValue: 4_950, recipient: 'NZ12' } }))
    ).json()) as typeof small
    assert.equal(large.state, 'CHALLENGE_REQUIRED')
    assert.deepEqual(large.ruleIds, ['1', '11'])
    assert.equal((await track(peer.port, transfer('other'), basic('wrong'))).status, 401)
    assert.equal((await track(peer.port, transfer('other', { custom: 'text' }))).status, 400)
  })

  test(`the small server on ${name} has every answered action on disk when it is killed`, { skip }, async (t) => {
    const given = await args()
    const first = await start(given)
    const ids = Array.from({ length: 40 }, (_, n) => String(n))
    await Promise.all(ids.map((id) => track(first.port, transfer(id))))
    await first.ask({ type: 'killStore' })
    await first.stop('SIGKILL')
    const second = await start(given)
    t.after(() => second.stop())
    assert.equal((await profileOf(second)).actions24h, 41)
  })
}
