import assert from 'node:assert/strict'
import { createHmac, createSign, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'
import { passChallenge } from '../../test/support/test-challenge.ts'
import { createKeyring } from '../keys/keyring.ts'
import { beginRotation, finishRotation, type RotationPlace, stepRotation } from '../keys/rotate-master-key.ts'
import { decryptPrivateKey } from '../keys/signing-key-pair.ts'

const minute = 60_000
const hour = 60 * minute
let now = Date.UTC(2026, 10, 29, 12)
let app: TestApp
let client: Ceremonies
let clientId: string

before(async () => {
  app = await createTestApp({ clock: () => now })
  client = createCeremonies(app)
  const durations = {
    accessTokenDurationInMinutes: 24 * 60,
    refreshTokenDurationInMinutes: 90 * 24 * 60,
    sessionDurationInMinutes: 90 * 24 * 60,
  }
  const made = await client.send('POST', '/management/app-clients', app.asManagement, { name: 'Bank', ...durations })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  clientId = String(made.body.clientId)
})
after(() => app.close())

const validate = async (accessToken: string) => (await client.send('POST', '/sessions/validate', app.asServer, { accessToken })).status
const rotate = (body: object = {}) => client.send('POST', '/management/signing-keys/rotate', app.asManagement, body)
const kidOf = (token: string) => decodeProtectedHeader(token).kid
const published = async (): Promise<string[]> =>
  (await app.app.inject(`/v1/client/public/${app.tenant.tenantId}/.well-known/jwks`)).json().keys.map(({ kid }: { kid: string }) => kid)

async function open(): Promise<{ accessToken: string; refreshToken: string }> {
  const userId = randomUUID()
  const { idempotencyKey } = await client.track(userId, 'sign-in', {}, 'CHALLENGE_REQUIRED')
  const token = await passChallenge(app, { tenantId: app.tenant.tenantId, userId, action: 'sign-in', idempotencyKey })
  const { status, body } = await client.send('POST', '/sessions', app.asServer, { clientId, token })
  assert.equal(status, 200, JSON.stringify(body))
  return body as { accessToken: string; refreshToken: string }
}

test('TK-08: a new signing key is published before it signs, the old one is accepted through the overlap and refused after it', async () => {
  const first = await open()
  const rotated = await rotate()
  assert.equal(rotated.status, 200, JSON.stringify(rotated.body))
  const { keyId } = rotated.body
  assert.deepEqual(new Set(await published()), new Set([keyId, kidOf(first.accessToken)]))
  assert.equal(kidOf((await open()).accessToken), kidOf(first.accessToken), 'caches may not have the new key yet')
  now += 2 * hour
  const second = await open()
  assert.equal(kidOf(second.accessToken), keyId)
  now += 21 * hour
  const late = await open()
  assert.equal(await validate(first.accessToken), 200)
  now += hour
  assert.deepEqual(await published(), [keyId])
  assert.equal(await validate(first.accessToken), 401)
  assert.equal(await validate(late.accessToken), 200)
})

test('TK-08: without an overlap the old keys end at once with their access tokens, and sessions go on with their next refresh', async () => {
  const { accessToken, refreshToken } = await open()
  const { keyId } = (await rotate({ overlapMinutes: 0 })).body
  assert.deepEqual(await published(), [keyId])
  assert.equal(await validate(accessToken), 401)
  const refreshed = await client.send('POST', '/sessions/refresh', app.asServer, { refreshToken })
  assert.equal(refreshed.status, 200)
  assert.equal(kidOf(String(refreshed.body.accessToken)), keyId)
  const rows = await app.deps.store.db.selectFrom('signing_keys').select('key_id').execute()
  assert.equal(rows.length, 1, 'a private key that has ended is erased')
})

test('TK-08: however often keys are rotated, one signs at every moment, and no key is refused before the next has taken its place', async () => {
  const [start] = await published()
  for (let n = 0; n < 4; n += 1) {
    await rotate({ overlapMinutes: 24 * 60 })
    now += hour
    assert.equal(kidOf((await open()).accessToken), start, 'no new one is published for long enough')
  }
  assert.equal((await published()).length, 2)
  now += hour
  assert.notEqual(kidOf((await open()).accessToken), start)
})

test('TK-08: a key that another process has ended is refused although it is still in memory', async () => {
  const { accessToken } = await open()
  const where = app.deps.store.db
    .updateTable('signing_keys')
    .set({ expires_at: now - 1 })
    .where('key_id', '=', String(kidOf(accessToken)))
  await where.execute()
  assert.equal(await validate(accessToken), 401)
  await app.deps.store.db.updateTable('signing_keys').set({ expires_at: null }).execute()
  assert.equal(await validate(accessToken), 200)
})

test('TK-01 to TK-05: no forged access token is accepted', async () => {
  const { accessToken } = await open()
  const [head = '', body = '', signature = ''] = accessToken.split('.')
  const header = decodeProtectedHeader(accessToken)
  const claims = decodeJwt(accessToken)
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwks = (await app.app.inject(`/v1/client/public/${app.tenant.tenantId}/.well-known/jwks`)).json()
  const rs = (h: object, c: object) => {
    const text = `${encode(h)}.${encode(c)}`
    return `${text}.${createSign('sha256').update(text).sign(rsa.privateKey).toString('base64url')}`
  }
  const hs = (h: object, secret: string) => {
    const text = `${encode(h)}.${body}`
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
  }
  const forged: Record<string, string> = {
    'no algorithm': `${encode({ ...header, alg: 'none' })}.${body}.`,
    'no algorithm with a signature': `${encode({ ...header, alg: 'None' })}.${body}.${signature}`,
    'an HMAC with the published key': hs({ ...header, alg: 'HS256' }, JSON.stringify(jwks.keys[0])),
    'an HMAC with the modulus': hs({ ...header, alg: 'HS256' }, jwks.keys[0].n),
    'an HMAC with the secret key': hs({ ...header, alg: 'HS256' }, app.tenant.secretKey),
    'another RSA key': rs(header, claims),
    'another RSA key in the header': rs({ ...header, jwk: rsa.publicKey.export({ format: 'jwk' }) }, claims),
    'another RSA key by address': rs({ ...header, jku: 'https://evil.example/jwks' }, claims),
    'a critical member': rs({ ...header, crit: ['exp'] }, claims),
    'another kid': rs({ ...header, kid: '../../dev/null' }, claims),
    'no kid': rs({ alg: header.alg, typ: header.typ }, claims),
    'another type': `${encode({ ...header, typ: 'JWT' })}.${body}.${signature}`,
    'another user': `${head}.${encode({ ...claims, sub: 'root' })}.${signature}`,
    RS512: `${encode({ ...header, alg: 'RS512' })}.${body}.${signature}`,
    PS256: `${encode({ ...header, alg: 'PS256' })}.${body}.${signature}`,
    padding: `${accessToken}==`,
    'a line end': `${accessToken}\n`,
    'unused bits':
      accessToken.slice(0, -1) +
      (accessToken.endsWith('A') ? 'B' : String.fromCharCode(accessToken.charCodeAt(accessToken.length - 1) + 1)),
    'a hundred kilobytes': `${head}.${'A'.repeat(100_000)}.${signature}`,
    nothing: '',
  }
  for (const [name, token] of Object.entries(forged)) assert.equal(await validate(token), 401, name)
  assert.equal(await validate(accessToken), 200)
})

test('a private key is shown nowhere, and is encrypted again when the master key is replaced', async () => {
  const listed = await app.app.inject({ url: '/v1/management/signing-keys', headers: app.asManagement })
  assert.deepEqual(Object.keys(listed.json()[0]).sort(), ['createdAt', 'keyId', 'signsFrom'])
  const { db } = app.deps.store
  assert.doesNotMatch(JSON.stringify(await db.selectFrom('signing_keys').selectAll().execute()), /PRIVATE KEY|"d"/)
  assert.doesNotMatch(app.logged(), /PRIVATE KEY/)

  const newKey = randomBytes(32)
  await beginRotation(app.deps.store, app.cipher.keyring, newKey)
  for (let place: RotationPlace | null = null; ; ) {
    ;({ place } = await stepRotation(app.deps.store, app.cipher.keyring, place))
    if (place === null) break
  }
  await finishRotation(app.deps.store, app.cipher.keyring, newKey)
  for (const row of await db.selectFrom('signing_keys').selectAll().execute()) {
    const opened = decryptPrivateKey(createKeyring(newKey), { tenantId: row.tenant_id, keyId: row.key_id }, row.encrypted_private_key)
    assert.equal(opened.asymmetricKeyType, 'rsa')
  }
})
