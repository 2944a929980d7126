import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, origin } from '../../test/support/test-ceremony.ts'

// Cost is counted in calls of the store, which take most of the time. No test reads a clock: on a busy machine it says nothing.

let app: TestApp
let client: Ceremonies
let users = 0
let calls = 0
const newUser = () => `user-${++users}`

before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
  const { store } = app.deps
  count(store.db.getExecutor(), 'executeQuery')
  for (const method of ['transaction', 'findInstance', 'decide', 'loadSnapshot', 'listInstances'] as const) count(store, method)
})
after(() => app.close())

function count<Name extends string>(owner: { [name in Name]: unknown }, name: Name): void {
  const method = (owner[name] as (...given: unknown[]) => unknown).bind(owner)
  const counted = (...given: unknown[]) => {
    calls += 1
    return method(...given)
  }
  Object.defineProperty(owner, name, { value: counted, configurable: true })
}

/** The calls of the store that `work` makes, after it has been made once: what is loaded and purged the first time is not its cost. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  await work()
  calls = 0
  await work()
  return calls
}

async function assertSameCost(works: Record<string, () => Promise<unknown>>): Promise<number> {
  const costs = new Map<string, number>()
  for (const [name, work] of Object.entries(works)) costs.set(name, await costOf(work))
  const [first = -1] = costs.values()
  for (const [name, cost] of costs) assert.equal(cost, first, `${name}: ${JSON.stringify([...costs])}`)
  return first
}

test('LG-05, A-18: options for a browser cost the same for a user who is unknown, has no authenticator, or has one', async () => {
  const enrolled = newUser()
  await client.enrol(enrolled)
  const bare = newUser()
  await client.track(bare, 'transfer')
  const ask = (name: string) => () => client.authenticationOptions(app.asBrowser, { username: name, userId: name })
  await assertSameCost({ unknown: ask('nobody'), bare: ask(bare), enrolled: ask(enrolled) })
})

test('LG-05: an answer costs the same, whatever is wrong with it', async () => {
  const { authenticator } = await client.enrol(newUser())
  const answer = (tamper: object) => async () => {
    const options = await client.authenticationOptions(app.asBrowser)
    const { status } = await client.verify(app.asBrowser, options, authenticator, tamper)
    assert.equal(status, 400)
  }
  const cost = await assertSameCost({
    'first byte of the signature': answer({
      signature: (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.readUInt8(0) ^ 1]), bytes.subarray(1)]),
    }),
    'last byte of the signature': answer({
      signature: (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.readUInt8(bytes.length - 1) ^ 1])]),
    }),
    'another key': answer({ signedBy: createSoftwareAuthenticator({ origin }).privateKey }),
    'user handle': answer({ userHandle: 'AAAA' }),
    'relying party': answer({ rpId: 'evil.example' }),
    verification: answer({ flags: (flags: number) => flags & ~0x04 }),
  })
  assert.ok(cost > 0, 'something was counted')
})

test('LG-05: a key that is unknown, of another API, or wrong in its first or last character costs the same and is answered alike', async () => {
  const { secretKey, managementKey } = app.tenant
  const other = (text: string) => (text === 'A' ? 'B' : 'A')
  const keys = {
    unknown: 'nothing',
    management: managementKey,
    first: `sallyport_sk_${other(secretKey.charAt(13))}${secretKey.slice(14)}`,
    last: `${secretKey.slice(0, -1)}${other(secretKey.slice(-1))}`,
  }
  const replies = new Set<string>()
  const ask = (key: string) => async () => {
    const headers = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }
    const { requestId: _, ...body } = (await client.send('GET', '/users/ann', headers)).body
    replies.add(JSON.stringify(body))
  }
  // The first wrong key of a minute is written into the audit log, whichever it is.
  for (const key of Object.values(keys)) await ask(key)()
  await assertSameCost(Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, ask(key)])))
  assert.equal(replies.size, 1)
})

test('LG-05: a forged token costs the same wherever its signature is wrong', async () => {
  const { token } = await client.track(newUser(), 'transfer')
  const [header = '', payload = '', signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const ask = (index: number) => async () => {
    const forged = Buffer.from(bytes)
    forged.writeUInt8(forged.readUInt8(index) ^ 1, index)
    const { status } = await client.send(
      'GET',
      '/client/user-authenticators',
      app.withToken(`${header}.${payload}.${forged.toString('base64url')}`),
    )
    assert.equal(status, 401)
  }
  await assertSameCost({ first: ask(0), middle: ask(16), last: ask(31) })
})

test('LG-05: whatever checks a code of authentication compares it in constant time', () => {
  const source = join(import.meta.dirname, '..')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file))
  const authenticating = files.filter((file) => /createHmac\(|getAuthTag\(/.test(readFileSync(join(source, file), 'utf8')))
  assert.ok(authenticating.length >= 3)
  for (const file of authenticating) {
    const text = readFileSync(join(source, file), 'utf8')
    // Decryption checks its tag itself, and a webhook is only signed here.
    assert.ok(/timingSafeEqual\(|setAuthTag\(/.test(text) || /\/sign-\w+\.ts$|webhooks\//.test(file), `${file} signs; what checks it?`)
  }
})
