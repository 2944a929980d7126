import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'

const app = await createTestApp()
const client = createCeremonies(app)
const other = await app.addTenant()
after(app.close)

type Claims = Record<string, unknown> & { other: Record<string, unknown> }

const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())
const hs = (hash: string, secret: string | Buffer, text: string) => createHmac(hash, secret).update(text).digest('base64url')

/** Every way to make a token that the server did not make, from one that it did. */
function forgeries(token: string, secretKey: string, othersKey: string): [name: string, token: string][] {
  const [head, body, signature] = token.split('.')
  const header = decode(head)
  const claims: Claims = decode(body)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = createPublicKey(rsa.privateKey).export({ type: 'spki', format: 'pem' }) as string
  const jwk = rsa.publicKey.export({ format: 'jwk' })
  const signed = (h: unknown, c: unknown, secret: string | Buffer = secretKey, hash = 'sha256') => {
    const text = `${encode(h)}.${encode(c)}`
    return `${text}.${hs(hash, secret, text)}`
  }
  const asymmetric = (alg: string, key: Parameters<typeof sign>[2]) => {
    const text = `${encode({ ...header, alg })}.${body}`
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
  }
  const withClaims = (changes: object) => signed(header, { ...claims, ...changes })
  const withOther = (changes: object) => signed(header, { ...claims, other: { ...claims.other, ...changes } })
  return [
    ['no algorithm', `${encode({ ...header, alg: 'none' })}.${body}.`],
    ['no algorithm in other letters', `${encode({ ...header, alg: 'nOnE' })}.${body}.${signature}`],
    ['no signature', `${head}.${body}.`],
    ['two parts', `${head}.${body}`],
    ['five parts', `${token}.${body}.${signature}`],
    ['zero signature', `${head}.${body}.${encode('\0'.repeat(32))}`],
    ['another HMAC', signed({ ...header, alg: 'HS512' }, claims, secretKey, 'sha512')],
    ['HS512 named, HS256 made', signed({ ...header, alg: 'HS512' }, claims)],
    ['an RSA signature', asymmetric('RS256', rsa.privateKey)],
    ['an EC signature', asymmetric('ES256', ec.privateKey)],
    ['a psychic signature', `${encode({ ...header, alg: 'ES256' })}.${body}.${Buffer.alloc(64).toString('base64url')}`],
    ['a public key as secret', signed(header, claims, pem)],
    ['the tenant id as secret', signed(header, claims, app.tenant.tenantId)],
    ['an empty secret', signed(header, claims, '')],
    ['the key of another tenant', signed(header, claims, othersKey)],
    ['the key id as secret', signed(header, claims, String(header.kid))],
    ['a key in the header', signed({ ...header, jwk }, claims)],
    ['a key address in the header', signed({ ...header, jku: 'https://evil.example/jwks' }, claims)],
    ['a certificate in the header', signed({ ...header, x5c: ['AAAA'] }, claims)],
    ['a critical header', signed({ ...header, crit: ['exp'] }, claims)],
    ['a key id that is a path', signed({ ...header, kid: '../../dev/null' }, claims, '')],
    ['a key id that is SQL', signed({ ...header, kid: "x' UNION SELECT '' --" }, claims, '')],
    ['a key id that every object has', signed({ ...header, kid: 'constructor' }, claims)],
    ['another type', signed({ ...header, typ: 'JWT' }, claims)],
    ['another tenant', withOther({ tenantId: other.tenantId })],
    ['another user beside the subject', withOther({ userId: 'root' })],
    ['another subject beside the user', withClaims({ sub: 'root' })],
    ['another issuer', withClaims({ iss: 'https://evil.example' })],
    ['another audience', withClaims({ aud: 'x' })],
    ['a list of audiences', withClaims({ aud: [claims.aud, 'x'] })],
    ['another purpose', withClaims({ purpose: claims.purpose === 'result' ? 'challenge' : 'result' })],
    ['no end', withClaims({ exp: undefined })],
    ['an end as text', withClaims({ exp: '9999999999' })],
    ['an end that is no number', withClaims({ exp: null })],
    ['an end in the past', withClaims({ exp: 1, iat: 0, nbf: 0 })],
    ['a beginning in the future', withClaims({ nbf: 9_999_999_999, iat: 9_999_999_999, exp: 9_999_999_999_9 })],
    ['no id', withClaims({ jti: '' })],
    ['scopes as a list', withClaims({ scope: ['add:authenticators'] })],
    ['a changed payload', `${head}.${encode({ ...claims, sub: 'root', other: { ...claims.other, userId: 'root' } })}.${signature}`],
    ['padding', `${token}==`],
    ['a blank', `${head}.${body}. ${signature}`],
    ['a list for a payload', signed(header, [])],
    ['text for a payload', signed(header, '"x"')],
    ['a JWE', `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`],
  ]
}

test('A-14: no forged or confused token opens a route of the client API or is valid', async () => {
  const { authenticator } = await client.enrol('ann')
  const tracked = await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
  const passed = await client.signIn(tracked.token, authenticator)
  const resultToken = String(passed.body.accessToken)
  for (const real of [tracked.token, resultToken]) {
    for (const [name, forged] of forgeries(real, app.tenant.secretKey, other.secretKey)) {
      for (const [method, path] of [
        ['GET', '/client/user-authenticators'],
        ['POST', '/client/user-authenticators/passkey/authentication-options'],
        ['POST', '/client/user-authenticators/passkey/registration-options'],
        ['POST', '/client/challenge'],
      ] as const) {
        const reply = await client.send(method, path, app.withToken(forged), method === 'POST' ? { action: 'transfer' } : undefined)
        assert.equal(reply.status, 401, `${name}: ${path} ${JSON.stringify(reply.body)}`)
      }
      const answer = await client.validate(forged)
      assert.equal(answer.isValid, false, name)
      assert.equal(answer.userId, undefined, name)
      const found = await app.app.inject({ url: `/v1/users?token=${encodeURIComponent(forged)}`, headers: app.asServer })
      assert.ok(found.statusCode >= 400 || found.json().users.length === 0, name)
    }
  }
  assert.equal((await client.validate(resultToken)).isValid, true, 'the real one still is')
})

test('A-14: a token is no API key and an API key no token', async () => {
  const { token } = await client.track('ben', 'transfer')
  const basic = { authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` }
  for (const url of ['/v1/users/ben', '/v1/management/tenant']) {
    for (const headers of [basic, app.withToken(token)]) assert.equal((await app.app.inject({ url, headers })).statusCode, 401)
  }
  for (const key of [app.tenant.secretKey, app.tenant.managementKey]) {
    assert.equal((await app.app.inject({ url: '/v1/client/user-authenticators', headers: app.withToken(key) })).statusCode, 401)
  }
})
