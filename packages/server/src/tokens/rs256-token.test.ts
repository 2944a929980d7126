import assert from 'node:assert/strict'
import { createHmac, createPublicKey, pbkdf2, sign } from 'node:crypto'
import { before, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { Tenant, TenantSettings, TenantSigningKey } from '../configuration/tenant.ts'
import { createSigningKeyPair, type SigningKeyPair } from '../keys/signing-key-pair.ts'
import { accessTokenIssuer, issueAccessToken, verifyAccessToken } from './access-token.ts'
import { type IssueTokenInput, issueToken, verifyToken } from './challenge-token.ts'

const issuer = 'https://auth.example.com'
const at = Date.UTC(2026, 10, 30, 12)
const minute = 60_000
const secret = { keyId: '0123456789abcdef', key: 'a secret API key of this tenant' }
const input: IssueTokenInput = {
  ...{ kind: 'challenge', userId: 'ann', actionCode: 'transfer', idempotencyKey: 'k1', scope: 'read:authenticators', jti: 'jti-1', at },
  basis: { createdAt: at - 5, state: 'CHALLENGE_REQUIRED', isEnrolled: true },
}

let own: SigningKeyPair
let foreign: SigningKeyPair
before(async () => {
  ;[own, foreign] = await Promise.all([createSigningKeyPair(), createSigningKeyPair()])
})

function keyOf(pair: SigningKeyPair, times: Partial<Pick<TenantSigningKey, 'signsFrom' | 'expiresAt'>> = {}): TenantSigningKey {
  return { keyId: pair.keyId, publicKey: pair.publicKey, signsFrom: 0, expiresAt: null, privateKey: () => pair.privateKey, ...times }
}

function tenantWith(settings: Partial<TenantSettings>, signingKeys: readonly TenantSigningKey[] = [keyOf(own)]): Tenant {
  return {
    ...{ tenantId: 't1', name: 't1', configVersion: 1, secretKeys: [secret], signingKeys, keyNames: new Map(), keyRoles: new Map() },
    ...{ actions: new Map(), lists: new Map(), dataPoints: new Map(), features: [], authenticatorConfigurations: [] },
    settings: { tokenDurationInMinutes: 10, treatRelayAsAnonymous: false, ...settings },
  }
}

const rs256 = (changedAt = at - 60 * minute): Tenant => tenantWith({ tokenAlgorithm: 'RS256', tokenAlgorithmChangedAt: changedAt })

function answerTo(text: string, tenant: Tenant, when = at): string {
  const verified = verifyToken(tenant, text, { issuer, kinds: ['challenge', 'result'], at: when })
  return verified.verified ? verified.claims.algorithm : verified.reason
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const headerOf = (text: string) => JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString())

test('a tenant that chose RS256 gets tokens that anybody can verify with its public keys', async () => {
  const token = await issueToken(rs256(), issuer, input)
  assert.deepEqual(headerOf(token), { alg: 'RS256', typ: 'sallyport-challenge+jwt', kid: own.keyId })
  assert.equal(answerTo(token, rs256()), 'RS256')
  const keys = createLocalJWKSet({ keys: [{ ...own.publicKey, kid: own.keyId, alg: 'RS256', use: 'sig' }] })
  const { payload } = await jwtVerify(token, keys, { currentDate: new Date(at), audience: `${issuer}/t1`, algorithms: ['RS256'] })
  assert.equal(payload.sub, 'ann')
})

test('TK-01: the key fixes the algorithm, so neither a public key is a secret nor a secret a public key', async () => {
  const token = await issueToken(rs256(), issuer, input)
  const [, payload = ''] = token.split('.')
  const pem = createPublicKey({ key: own.publicKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
  const hmac = (text: string, key: string) => `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
  const rsa = (text: string, key = own) => `${text}.${sign('sha256', Buffer.from(text), key.privateKey).toString('base64url')}`
  const typ = 'sallyport-challenge+jwt'
  const forged: [name: string, text: string][] = [
    ...[pem, ` ${pem}`, `\n${pem}`, pem.trim(), JSON.stringify(own.publicKey), own.publicKey.n].map((key): [string, string] => [
      `the public key as a secret: ${key.slice(0, 20)}`,
      hmac(`${encode({ alg: 'HS256', typ, kid: own.keyId })}.${payload}`, key),
    ]),
    ['a MAC under the RSA algorithm', hmac(`${encode({ alg: 'RS256', typ, kid: own.keyId })}.${payload}`, pem)],
    [
      'a MAC of the API key under the id of the signing key',
      hmac(`${encode({ alg: 'HS256', typ, kid: own.keyId })}.${payload}`, secret.key),
    ],
    ['an RSA signature under the id of the API key', rsa(`${encode({ alg: 'RS256', typ, kid: secret.keyId })}.${payload}`)],
    ['an RSA signature that calls itself a MAC', rsa(`${encode({ alg: 'HS256', typ, kid: own.keyId })}.${payload}`)],
    ['the key of somebody else', rsa(`${encode({ alg: 'RS256', typ, kid: own.keyId })}.${payload}`, foreign)],
    ['the key of somebody else under its own id', rsa(`${encode({ alg: 'RS256', typ, kid: foreign.keyId })}.${payload}`, foreign)],
    ['another padding', `${encode({ alg: 'PS256', typ, kid: own.keyId })}.${payload}.${token.split('.')[2]}`],
    ['no signature', `${encode({ alg: 'none', typ, kid: own.keyId })}.${payload}.`],
  ]
  for (const tenant of [rs256(), rs256(at - minute), tenantWith({}), tenantWith({ tokenAlgorithmChangedAt: at - minute })]) {
    for (const [name, text] of forged) {
      assert.match(answerTo(text, tenant), /malformed|unknown_key|bad_signature/, name)
      const access = verifyAccessToken(tenant, text, { issuer: accessTokenIssuer(issuer, 't1'), at })
      assert.equal(access.verified, false, name)
    }
  }
})

test('TK-03: a token of an action is no access token, and an access token none of an action, though one key signs both', async () => {
  const audience = accessTokenIssuer(issuer, 't1')
  const times = { issuedAt: at, expiresAt: at + minute, authenticatedAt: at }
  const access = await issueAccessToken(keyOf(own), audience, { userId: 'ann', clientId: 'c1', sessionId: 's1', tokenId: 'i1', ...times })
  assert.equal(answerTo(access, rs256()), 'wrong_kind')
  for (const kind of ['challenge', 'result'] as const) {
    const token = await issueToken(rs256(), issuer, { ...input, kind })
    const read = verifyAccessToken(rs256(), token, { issuer: audience, at })
    assert.deepEqual(read, { verified: false, reason: 'wrong_kind' })
  }
})

test('TK-06: a token of RS256 has one spelling', async () => {
  const token = await issueToken(rs256(), issuer, input)
  for (const text of [`${token}=`, `${token}\n`, ` ${token}`, `${token}.`, token.replace('.', '..'), `${token}A`, token.slice(0, -1)]) {
    assert.equal(answerTo(text, rs256()), 'malformed', JSON.stringify(text.slice(-4)))
  }
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (const other of alphabet) {
    if (!token.endsWith(other)) assert.notEqual(answerTo(token.slice(0, -1) + other, rs256()), 'RS256', 'unused bits')
  }
})

test('TK-08: after the algorithm changed, tokens of the one before are accepted for one lifetime and then refused', async () => {
  const changedAt = at
  for (const [before, after] of [
    [tenantWith({}), rs256(changedAt)],
    [rs256(), tenantWith({ tokenAlgorithm: 'HS256', tokenAlgorithmChangedAt: changedAt })],
  ] as const) {
    const old = await issueToken(before, issuer, input)
    const soon = await issueToken(after, issuer, { ...input, at: changedAt + 1_999 })
    assert.equal(headerOf(soon).alg, headerOf(old).alg, 'other processes have not heard of it')
    const next = await issueToken(after, issuer, { ...input, at: changedAt + 2_000 })
    assert.notEqual(headerOf(next).alg, headerOf(old).alg)
    assert.equal(answerTo(old, after, changedAt + 10 * minute - 1), headerOf(old).alg)
    assert.equal(answerTo(soon, after, changedAt + 10 * minute), headerOf(old).alg)
    // One that says it lasts longer, as its key could have signed.
    const long = await issueToken({ ...before, settings: { ...before.settings, tokenDurationInMinutes: 60 } }, issuer, input)
    assert.equal(answerTo(long, after, changedAt + 12 * minute), 'unknown_key')
    assert.equal(answerTo(next, after, changedAt + 10 * minute), headerOf(next).alg)
  }
})

test('TK-01: a tenant that never chose RS256 accepts no token of it, though it has a signing key for sessions', async () => {
  const token = await issueToken(rs256(), issuer, input)
  assert.equal(answerTo(token, tenantWith({})), 'unknown_key')
})

test('TK-08: tokens are signed by the newest key that is published long enough, and refused once their key has ended', async () => {
  const settings = { tokenAlgorithm: 'RS256' as const }
  const rotating = tenantWith(settings, [keyOf(foreign, { signsFrom: at + 60 * minute }), keyOf(own, { expiresAt: at + 90 * minute })])
  const token = await issueToken(rotating, issuer, input)
  assert.equal(headerOf(token).kid, own.keyId)
  const later = await issueToken(rotating, issuer, { ...input, at: at + 60 * minute })
  assert.equal(headerOf(later).kid, foreign.keyId)
  const late = await issueToken(tenantWith(settings, [keyOf(own)]), issuer, { ...input, at: at + 85 * minute })
  assert.equal(answerTo(late, rotating, at + 89 * minute), 'RS256')
  assert.equal(answerTo(late, rotating, at + 90 * minute), 'unknown_key')
})

test('signing leaves the thread to the decisions of others', async () => {
  const tenant = rs256()
  await issueToken(tenant, issuer, input)
  // Whatever signs on a thread of the pool comes after these, however busy the machine is.
  const waiting = Array.from({ length: 16 }, () => promisify(pbkdf2)('password', 'salt', 50_000, 32, 'sha256'))
  const signed = issueToken(tenant, issuer, input).then(() => 'the signature')
  const first = await Promise.race([signed, setImmediate('a turn of the others')])
  assert.equal(first, 'a turn of the others')
  await Promise.all([...waiting, signed])
})
