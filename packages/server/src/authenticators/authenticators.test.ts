import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const { app, deps, tenant, asServer, addTenant, close } = await createTestApp()
after(close)

type Body = Record<string, unknown>

async function call(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

async function list(userId: string, headers = asServer): Promise<Body[]> {
  const reply = await app.inject({ url: `/v1/users/${userId}/authenticators`, headers })
  return reply.json<Body[]>()
}

/** A passkey the user has from elsewhere. */
function passkey(algorithm: 'ES256' | 'EdDSA' | 'RS256' = 'ES256') {
  const { credentialId, coseKey } = createSoftwareAuthenticator({ algorithm })
  return {
    verificationMethod: 'PASSKEY',
    credentialId,
    credentialPublicKey: Buffer.from(encodeCBOR(coseKey)).toString('base64url'),
    name: 'Laptop',
    transports: ['internal'],
  }
}

function enable(verificationMethod: string) {
  deps.tenants.invalidate(tenant.tenantId)
  return deps.store.db
    .insertInto('authenticator_configurations')
    .values({
      tenant_id: tenant.tenantId,
      authenticator_id: verificationMethod,
      verification_method: verificationMethod,
      is_active: 1,
      settings: '{}',
      created_at: Date.now(),
    })
    .execute()
}

test('an imported passkey enrols the user and is shown without its key', async () => {
  const imported = passkey()
  const { status, body } = await call('POST', '/users/ann/authenticators', imported)
  assert.equal(status, 200)
  const authenticator = body.authenticator as Body
  assert.equal(authenticator.userId, 'ann')
  assert.equal(authenticator.verificationMethod, 'PASSKEY')
  assert.ok(!('recoveryCodes' in body))
  assert.ok(!JSON.stringify(body).includes(imported.credentialPublicKey))
  const [listed] = await list('ann')
  assert.equal(listed?.userAuthenticatorId, authenticator.userAuthenticatorId)
  assert.equal(listed?.isDefault, true)
  const credential = listed?.webauthnCredential as Body
  assert.equal(credential.credentialId, imported.credentialId)
  assert.equal(credential.name, 'Laptop')
  assert.equal(typeof credential.deviceId, 'string')
  const user = await call('GET', '/users/ann')
  assert.equal(user.body.isEnrolled, true)
  assert.deepEqual(user.body.enrolledVerificationMethods, ['PASSKEY'])
  assert.equal(user.body.defaultVerificationMethod, 'PASSKEY')
})

test('every offered algorithm can be imported, padded base64url too', async () => {
  for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
    assert.equal((await call('POST', `/users/${algorithm}/authenticators`, passkey(algorithm))).status, 200)
  }
  const padded = passkey()
  assert.equal((await call('POST', '/users/padded/authenticators', { ...padded, credentialId: `${padded.credentialId}=` })).status, 200)
  const [bound] = await list('padded')
  assert.equal((bound?.webauthnCredential as Body | undefined)?.credentialId, padded.credentialId)
})

test('WA-12: a public key that does not import is not bound', async () => {
  const good = passkey()
  const cose = new Map(createSoftwareAuthenticator().coseKey)
  const offCurve = new Map(cose).set(-3, new Uint8Array(32).fill(1))
  const otherAlgorithm = new Map(cose).set(3, -36)
  const encode = (key: Map<number, number | Uint8Array>) => Buffer.from(encodeCBOR(key)).toString('base64url')
  for (const credentialPublicKey of [
    encode(offCurve),
    encode(otherAlgorithm),
    Buffer.from('not a key').toString('base64url'),
    `${good.credentialPublicKey}AAAA`,
    '!!!',
    '',
    undefined,
  ]) {
    const { status, body } = await call('POST', '/users/wa12/authenticators', { ...good, credentialPublicKey })
    assert.equal(status, 400)
    assert.match(String(body.errorDescription), /credentialPublicKey/)
  }
  const tooLong = { ...good, credentialId: Buffer.alloc(1024, 7).toString('base64url') }
  assert.equal((await call('POST', '/users/wa12/authenticators', tooLong)).status, 400)
  assert.deepEqual(await list('wa12'), [])
})

test('WA-14: a credential id is bound once in a tenant, and again after it was removed', async () => {
  const credential = passkey()
  const first = await call('POST', '/users/first/authenticators', credential)
  const second = await call('POST', '/users/second/authenticators', credential)
  assert.equal(second.status, 409)
  assert.equal(second.body.errorCode, 'already_exists')
  const other = await addTenant()
  assert.equal((await call('POST', '/users/first/authenticators', credential, other.asServer)).status, 200)
  const { userAuthenticatorId } = first.body.authenticator as Body
  await call('DELETE', `/users/first/authenticators/${userAuthenticatorId}`)
  assert.equal((await call('POST', '/users/second/authenticators', credential)).status, 200)
})

test('WA-14: of many bindings of one credential at once exactly one holds', async () => {
  const credential = passkey()
  const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => call('POST', `/users/race-${i}/authenticators`, credential)))
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
  assert.equal(replies.filter(({ status }) => status === 409).length, 19)
})

test('a method that is not enabled is refused with the text clients look for', async () => {
  for (const verificationMethod of ['SMS', 'AUTHENTICATOR_APP', 'CONSTRUCTOR', 'toString']) {
    const { status, body } = await call('POST', '/users/ben/authenticators', { verificationMethod, phoneNumber: '+6421000000' })
    assert.equal(status, 400)
    assert.equal(body.errorDescription, `${verificationMethod} is not an enabled verification method`)
  }
  assert.equal((await call('POST', '/users/ben/authenticators', {})).status, 400)
})

test('an enabled method that sends codes is enrolled once, and moves with the verified address', async () => {
  await enable('EMAIL_OTP')
  assert.equal((await call('POST', '/users/cat/authenticators', { verificationMethod: 'EMAIL_OTP' })).status, 400)
  const first = await call('POST', '/users/cat/authenticators', { oobChannel: 'EMAIL_OTP', email: 'cat@example.com', isDefault: true })
  const again = await call('POST', '/users/cat/authenticators', { verificationMethod: 'EMAIL_OTP', email: 'cat2@example.com' })
  const authenticator = again.body.authenticator as Body
  assert.equal(authenticator.userAuthenticatorId, (first.body.authenticator as Body).userAuthenticatorId)
  assert.equal(authenticator.email, 'cat2@example.com')
  assert.equal((await call('GET', '/users/cat')).body.emailVerified, true)
  await call('PATCH', '/users/cat', { email: 'cat3@example.com', emailVerified: true })
  assert.deepEqual(
    (await list('cat')).map(({ email }) => email),
    ['cat3@example.com'],
  )
  await call('PATCH', '/users/cat', { email: 'cat4@example.com' })
  assert.deepEqual(
    (await list('cat')).map(({ email }) => email),
    ['cat3@example.com'],
  )
})

test('EN-07: a removed authenticator no longer counts and stays on record', async () => {
  const { body } = await call('POST', '/users/dan/authenticators', passkey())
  const id = String((body.authenticator as Body).userAuthenticatorId)
  const removed = await call('DELETE', `/users/dan/authenticators/${id}`)
  assert.deepEqual(removed, { status: 200, body: { success: true } })
  assert.deepEqual(await list('dan'), [])
  assert.equal((await call('GET', '/users/dan')).body.isEnrolled, false)
  const row = await deps.store.db.selectFrom('authenticators').selectAll().where('user_authenticator_id', '=', id).executeTakeFirst()
  assert.ok(row?.removed_at)
  const again = await call('DELETE', `/users/dan/authenticators/${id}`)
  assert.equal(again.status, 404)
})

test('EN-06: binding and removing are on the audit log with their source', async () => {
  const { body } = await call('POST', '/users/eve/authenticators', passkey())
  const id = String((body.authenticator as Body).userAuthenticatorId)
  await call('DELETE', `/users/eve/authenticators/${id}`)
  const entries = await deps.store.db.selectFrom('audit_log').selectAll().where('user_id', '=', 'eve').orderBy('at').execute()
  assert.deepEqual(entries.map(({ event }) => event).sort(), ['authenticator.created', 'authenticator.deleted'])
  for (const entry of entries) {
    assert.equal(entry.actor, 'secret_key')
    assert.equal(entry.ip_address, '127.0.0.1')
    assert.equal(JSON.parse(entry.details).userAuthenticatorId, id)
  }
})

test('a batch binds what is good and reports what is not, row by row', async () => {
  const taken = passkey()
  await call('POST', '/users/taken/authenticators', taken)
  const good = Array.from({ length: 20 }, (_, i) => ({ userId: `batch-${i}`, ...passkey() }))
  const twice = passkey()
  const { status, body } = await call('POST', '/users/authenticators', {
    authenticators: [
      ...good,
      { userId: 'late', ...taken },
      { userId: 'odd', ...passkey(), credentialPublicKey: 'AAAA' },
      { userId: 'mail', ...passkey(), verificationMethod: 'EMAIL_OTP' },
      { userId: '', ...passkey() },
      { userId: 'twice-1', ...twice },
      { userId: 'twice-2', ...twice },
    ],
  })
  assert.equal(status, 200)
  assert.equal(body.total, 26)
  assert.equal(body.succeeded, 21)
  assert.equal(body.failed, 5)
  const failures = body.failures as Body[]
  assert.deepEqual(failures.map(({ errorCode }) => errorCode).sort(), [
    'already_exists',
    'already_exists',
    'invalid_credential',
    'invalid_request',
    'invalid_request',
  ])
  assert.equal((await list('batch-7')).length, 1)
})

test('the methods of the tenant are listed', async () => {
  const reply = await app.inject({ url: '/v1/authenticators', headers: asServer })
  const [first] = reply.json<Body[]>()
  assert.equal(first?.verificationMethod, 'PASSKEY')
  assert.equal(first?.isActive, true)
  assert.equal(typeof first?.authenticatorId, 'string')
})

test('TN-01: an authenticator of another tenant or another user is answered like one that is not there', async () => {
  const other = await addTenant()
  const { body } = await call('POST', '/users/fay/authenticators', passkey())
  const id = String((body.authenticator as Body).userAuthenticatorId)
  const missing = await call('DELETE', '/users/fay/authenticators/none')
  const foreign = await call('DELETE', `/users/fay/authenticators/${id}`, undefined, other.asServer)
  const otherUser = await call('DELETE', `/users/gus/authenticators/${id}`)
  for (const refused of [foreign, otherUser]) {
    assert.equal(refused.status, 404)
    assert.equal(refused.body.errorDescription, missing.body.errorDescription)
  }
  assert.deepEqual(await list('fay', other.asServer), [])
  assert.equal((await list('fay')).length, 1)
})
