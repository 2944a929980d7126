import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { jwtVerify } from 'jose'
import type { Tenant, TenantKey } from '../configuration/tenant.ts'
import { createApiKey, hashOfKey, keyIdOf } from '../keys/api-keys.ts'
import { claimedTenantId, type IssueTokenInput, issueToken, type TokenRefusal, verifyToken } from './challenge-token.ts'

const issuer = 'https://auth.example.com'
const at = Date.UTC(2026, 10, 24, 12)
const input: IssueTokenInput = {
  kind: 'challenge',
  userId: 'auth0|abc',
  actionCode: 'transfer',
  idempotencyKey: 'k1',
  scope: 'read:authenticators',
  jti: 'jti-1',
  at,
  basis: { createdAt: at - 5, state: 'CHALLENGE_REQUIRED', isEnrolled: true },
}

function newKey(): TenantKey {
  const key = createApiKey('secret')
  return { keyId: keyIdOf(hashOfKey(key)), key }
}

function tenantWith(tenantId: string, secretKeys: TenantKey[]): Tenant {
  return {
    tenantId,
    name: tenantId,
    settings: { tokenDurationInMinutes: 10, treatRelayAsAnonymous: false },
    configVersion: 1,
    secretKeys,
    signingKeys: [],
    keyNames: new Map(),
    keyRoles: new Map(),
    actions: new Map(),
    lists: new Map(),
    dataPoints: new Map(),
    features: [],
    authenticatorConfigurations: [],
  }
}

const key = newKey()
const tenant = tenantWith('t1', [key])
const token = await issueToken(tenant, issuer, input)

function verify(text: string, options: { at?: number; tenant?: Tenant; kinds?: ('challenge' | 'result')[] } = {}) {
  return verifyToken(options.tenant ?? tenant, text, { issuer, kinds: options.kinds ?? ['challenge'], at: options.at ?? at })
}

function refusal(text: string, options?: Parameters<typeof verify>[1]): TokenRefusal | 'verified' {
  const result = verify(text, options)
  return result.verified ? 'verified' : result.reason
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

const goodHeader = { alg: 'HS256', typ: 'sallyport-challenge+jwt', kid: key.keyId }
const goodPayload: Record<string, unknown> = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

/** A token with a right signature of the tenant's own key, whatever is in it. */
function forge(header: unknown, payload: unknown, secret = key.key): string {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

test('a token that was issued verifies and says what it was issued for', () => {
  assert.deepEqual(verify(token), {
    verified: true,
    claims: {
      kind: 'challenge',
      jti: 'jti-1',
      tenantId: 't1',
      userId: 'auth0|abc',
      actionCode: 'transfer',
      idempotencyKey: 'k1',
      scopes: ['read:authenticators'],
      issuedAt: at,
      expiresAt: at + 600_000,
      keyId: key.keyId,
      algorithm: 'HS256',
      basis: { createdAt: at - 5, state: 'CHALLENGE_REQUIRED', isEnrolled: true },
    },
  })
  assert.equal(claimedTenantId(token), 't1')
})

test('another implementation verifies the token with the secret API key, as old clients do', async () => {
  const { payload } = await jwtVerify(token, Buffer.from(key.key), {
    currentDate: new Date(at),
    issuer: `${issuer}/t1`,
    audience: `${issuer}/t1`,
  })
  assert.equal(payload.sub, 'auth0|abc')
  assert.deepEqual(payload.other, {
    tenantId: 't1',
    publishableKey: 't1',
    userId: 'auth0|abc',
    actionCode: 'transfer',
    idempotencyKey: 'k1',
  })
})

test('TK-01: the token does not choose the algorithm', () => {
  for (const alg of ['none', 'None', 'NONE', '', 'HS384', 'HS512', 'RS256', 'hs256', undefined, null, 0, ['HS256']]) {
    assert.equal(refusal(forge({ ...goodHeader, alg }, goodPayload)), 'malformed', String(alg))
  }
  assert.equal(refusal(`${encode({ alg: 'none' })}.${encode(goodPayload)}.`), 'malformed')
  assert.equal(refusal(`${encode(goodHeader)}.${encode(goodPayload)}.`), 'malformed')
  assert.equal(refusal(`${encode(goodHeader)}.${encode(goodPayload)}`), 'malformed')
})

test('TK-01: a public key is no HMAC secret, and an RSA signature is none of ours', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  for (const secret of [pem, ` ${pem}`, `\n${pem}`, '', key.keyId, tenant.tenantId]) {
    assert.equal(refusal(forge(goodHeader, goodPayload, secret)), 'bad_signature')
  }
  const signed = `${encode({ ...goodHeader, alg: 'RS256' })}.${encode(goodPayload)}`
  assert.equal(refusal(`${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`), 'malformed')
})

test('TK-02: header members that bring a key along are refused', () => {
  const jwk = { kty: 'oct', k: encode('attacker') }
  for (const extra of [
    { jwk },
    { jku: 'https://evil.example/jwks' },
    { x5u: 'https://evil.example' },
    { x5c: ['MII'] },
    { crit: ['exp'] },
    { b64: false },
  ]) {
    assert.equal(refusal(forge({ ...goodHeader, ...extra }, goodPayload, 'attacker')), 'malformed')
    assert.equal(refusal(forge({ ...goodHeader, ...extra }, goodPayload)), 'malformed')
  }
})

test('TK-02: `kid` is looked up among the own keys and nowhere else', () => {
  for (const kid of ['../../etc/passwd', "' OR 1=1--", 'a\u0000b', '', '__proto__', 'constructor', 0, null, { a: 1 }, 'x'.repeat(5000)]) {
    assert.equal(refusal(forge({ ...goodHeader, kid }, goodPayload)), 'unknown_key')
  }
  assert.equal(refusal(forge({ ...goodHeader, kid: 'x'.repeat(100_000) }, goodPayload)), 'malformed')
})

test('TK-03: one kind of token is never accepted as another', async () => {
  const result = await issueToken(tenant, issuer, { ...input, kind: 'result' })
  assert.equal(refusal(token, { kinds: ['result'] }), 'wrong_kind')
  assert.equal(refusal(result, { kinds: ['challenge'] }), 'wrong_kind')
  assert.equal(refusal(token, { kinds: [] }), 'wrong_kind')
  assert.equal(refusal(result, { kinds: ['challenge', 'result'] }), 'verified')
  for (const typ of ['JWT', '', undefined, 'sallyport-session+jwt', 'SALLYPORT-CHALLENGE+JWT']) {
    assert.notEqual(refusal(forge({ ...goodHeader, typ }, goodPayload)), 'verified')
  }
  assert.equal(refusal(forge(goodHeader, { ...goodPayload, purpose: 'result' })), 'bad_claims')
})

test('TK-04: issuer, audience, subject and times are checked, each of them', () => {
  for (const name of ['iss', 'aud', 'sub', 'iat', 'nbf', 'exp', 'jti', 'scope', 'purpose', 'other']) {
    const { [name]: _, ...rest } = goodPayload
    assert.equal(refusal(forge(goodHeader, rest)), 'bad_claims', `without ${name}`)
    for (const value of [null, '', 'x', -1, 1.5, [], {}, true]) {
      if (name === 'scope' && typeof value === 'string') continue
      if (name === 'jti' && value === 'x') continue
      assert.equal(refusal(forge(goodHeader, { ...goodPayload, [name]: value })), 'bad_claims', `${name} = ${JSON.stringify(value)}`)
    }
  }
  assert.equal(verifyToken(tenant, token, { issuer: 'https://other.example.com', kinds: ['challenge'], at }).verified, false)
})

test('TK-04: a token ends when it says, and one from the future is refused beyond a minute', async () => {
  assert.equal(refusal(token, { at: at + 599_999 }), 'verified')
  assert.equal(refusal(token, { at: at + 600_000 }), 'expired')
  assert.equal(refusal(token, { at: at - 60_000 }), 'verified')
  assert.equal(refusal(token, { at: at - 60_001 }), 'bad_claims')
  const short = tenantWith('t1', [key])
  short.settings.tokenDurationInMinutes = 1
  assert.equal(refusal(await issueToken(short, issuer, input), { at: at + 60_000 }), 'expired')
})

test('TK-05: a token of one tenant is nothing to another', () => {
  const other = tenantWith('t2', [newKey()])
  assert.equal(refusal(token, { tenant: other }), 'unknown_key')
  assert.equal(refusal(token, { tenant: tenantWith('t2', [key]) }), 'bad_claims')
  const sameKid = { ...newKey(), keyId: key.keyId }
  assert.equal(refusal(token, { tenant: tenantWith('t1', [sameKid]) }), 'bad_signature')
})

test('TK-06: the text of a token cannot be changed without breaking it', () => {
  for (const text of [
    `${token}\n`,
    `\n${token}`,
    `${token}=`,
    `${token} `,
    ` ${token}`,
    `${token}.`,
    `${token}\u0000`,
    token.replace('.', '..'),
  ]) {
    assert.equal(refusal(text), 'malformed', JSON.stringify(text.slice(-5)))
  }
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = token.at(-1) ?? ''
  for (const other of alphabet) {
    if (other !== last) assert.notEqual(refusal(token.slice(0, -1) + other), 'verified', 'unused bits')
  }
  assert.equal(refusal(token.replaceAll('-', '+').replaceAll('_', '/')), /[-_]/.test(token) ? 'malformed' : 'verified')
})

test('TK-08: during rotation both keys verify, the newest signs, and a retired one is refused', async () => {
  const next = newKey()
  const during = tenantWith('t1', [next, key])
  assert.equal(refusal(token, { tenant: during }), 'verified')
  const fresh = await issueToken(during, issuer, input)
  assert.equal(JSON.parse(Buffer.from(fresh.split('.')[0] ?? '', 'base64url').toString()).kid, next.keyId)
  assert.equal(refusal(token, { tenant: tenantWith('t1', [next]) }), 'unknown_key')
})

test('TK-09: claims hold no personal data and no secret', () => {
  const text = token
    .split('.')
    .slice(0, 2)
    .map((part) => Buffer.from(part, 'base64url').toString())
    .join()
  assert.doesNotMatch(text, /email|phone|username/i)
  assert.ok(!text.includes(key.key))
})

test('TK-11: garbage, deep nesting, duplicates and a megabyte are refused at once', () => {
  const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`
  const duplicate = `{"alg":"none","alg":"HS256","typ":"sallyport-challenge+jwt","kid":"${key.keyId}"}`
  const texts = [
    '',
    '.',
    '..',
    '...',
    'a.b.c',
    'x'.repeat(1_000_000),
    forge(deep, goodPayload),
    forge(goodHeader, deep),
    forge('null', goodPayload),
  ]
  for (const text of texts) assert.notEqual(refusal(text), 'verified')
  assert.equal(refusal(forge(duplicate, { ...goodPayload, exp: '9' })), 'bad_claims')
  const invalidUtf8 = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString('base64url')
  const signed = `${encode(goodHeader)}.${invalidUtf8}`
  assert.equal(refusal(`${signed}.${createHmac('sha256', key.key).update(signed).digest('base64url')}`), 'bad_claims')
  assert.equal(claimedTenantId('x'.repeat(1_000_000)), undefined)
})

test('no text but the token itself verifies, and none throws', () => {
  const part = fc.oneof(fc.constantFrom(...token.split('.')), fc.string(), fc.base64String(), fc.json().map(encode))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      const text = parts.join('.')
      claimedTenantId(text)
      return text === token || !verify(text).verified
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (index, character) => {
      const text = token.slice(0, index) + character + token.slice(index + 1)
      return text === token || !verify(text).verified
    }),
    { numRuns: 2000 },
  )
})
