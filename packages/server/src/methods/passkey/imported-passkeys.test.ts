import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { type AuthenticatorTraits, createSoftwareAuthenticator } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'
import { exportUsers } from '../../user-archive/export-users.ts'
import { importUsers } from '../../user-archive/import-users.ts'

let app: TestApp
let client: Ceremonies
let users = 0
const newUser = () => `user-${++users}`
const newHandle = () => randomBytes(16).toString('base64url')
const code = ({ status, body }: Answer) => [status, body.errorCode]
const refusedCredential = [400, 'invalid_credential']

before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
})
after(() => app.close())

/** A passkey that another system made, with the user handle of that system. */
function elsewhere(traits: AuthenticatorTraits = {}) {
  const authenticator = createSoftwareAuthenticator({ origin, ...traits })
  const userHandle = newHandle()
  const credential = {
    verificationMethod: 'PASSKEY',
    credentialId: authenticator.credentialId,
    credentialPublicKey: Buffer.from(encodeCBOR(authenticator.coseKey)).toString('base64url'),
  }
  return { authenticator, userHandle, credential }
}

const importOne = (userId: string, body: object) => client.send('POST', `/users/${userId}/authenticators`, app.asServer, body)
const importLines = (...lines: object[]) => importUsers(app.deps, app.tenant.tenantId, lines)

async function signInAnonymously(
  { authenticator }: Pick<ReturnType<typeof elsewhere>, 'authenticator'>,
  userHandle: string,
): Promise<Answer> {
  const options = await client.authenticationOptions(app.asBrowser)
  return client.verify(app.asBrowser, options, authenticator, { userHandle })
}

async function answerChallenge(
  userId: string,
  { authenticator }: Pick<ReturnType<typeof elsewhere>, 'authenticator'>,
  userHandle: string | null,
) {
  const { token } = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  return client.signIn(token, authenticator, { userHandle })
}

test('B2: a passkey that was imported without its user handle keeps the one of its first verified answer', async () => {
  for (const first of ['token', 'anonymous'] as const) {
    const userId = newUser()
    const passkey = elsewhere()
    assert.equal((await importOne(userId, passkey.credential)).status, 200)
    const forged = { userHandle: newHandle(), signature: (signature: Buffer) => signature.fill(1, 8, 12) }
    const { token } = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
    assert.deepEqual(
      code(await client.signIn(token, passkey.authenticator, forged)),
      refusedCredential,
      'an answer that fails tells nothing',
    )
    const answer =
      first === 'token' ? await answerChallenge(userId, passkey, passkey.userHandle) : await signInAnonymously(passkey, passkey.userHandle)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    assert.equal(answer.body.userId, userId)
    assert.equal((await signInAnonymously(passkey, passkey.userHandle)).status, 200)
    assert.deepEqual(code(await signInAnonymously(passkey, newHandle())), refusedCredential, 'and no other from then on')
  }
})

test('B2: an answer without a user handle leaves it open', async () => {
  const userId = newUser()
  const passkey = elsewhere()
  await importOne(userId, passkey.credential)
  assert.equal((await answerChallenge(userId, passkey, null)).status, 200)
  assert.equal((await answerChallenge(userId, passkey, passkey.userHandle)).status, 200)
  assert.deepEqual(code(await answerChallenge(userId, passkey, newHandle())), refusedCredential)
})

test('B2: the user handle of another user is never taken over', async () => {
  const victim = await client.enrol(newUser())
  const userId = newUser()
  const passkey = elsewhere()
  await importOne(userId, passkey.credential)
  assert.deepEqual(code(await answerChallenge(userId, passkey, victim.userHandle)), refusedCredential)
  assert.equal((await answerChallenge(userId, passkey, passkey.userHandle)).status, 200)
})

test('B2: an import can give the user handle, one by one and in a batch, beside a passkey that was made here', async () => {
  const userId = newUser()
  const native = await client.enrol(userId)
  const [one, two] = [elsewhere(), elsewhere()]
  assert.equal((await importOne(userId, { ...one.credential, userHandle: one.userHandle })).status, 200)
  const batch = await client.send('POST', '/users/authenticators', app.asServer, {
    authenticators: [{ userId, ...two.credential, userHandle: `${two.userHandle}==` }],
  })
  assert.equal(batch.body.succeeded, 1, JSON.stringify(batch.body))
  for (const passkey of [one, two]) {
    assert.deepEqual(code(await signInAnonymously(passkey, newHandle())), refusedCredential)
    assert.equal((await signInAnonymously(passkey, passkey.userHandle)).status, 200)
  }
  assert.equal((await signInAnonymously(native, native.userHandle)).status, 200)
  for (const userHandle of ['not base64url!', 'A'.repeat(88)]) {
    assert.deepEqual(code(await importOne(newUser(), { ...elsewhere().credential, userHandle })), [400, 'invalid_request'])
  }
})

test('B2: a wrong user handle is corrected by importing the passkey of the same user again', async () => {
  const userId = newUser()
  const passkey = elsewhere()
  const wrong = { ...passkey.credential, userHandle: newHandle() }
  const bound = await importOne(userId, wrong)
  assert.deepEqual(code(await signInAnonymously(passkey, passkey.userHandle)), refusedCredential)
  assert.deepEqual(code(await importOne(userId, passkey.credential)), [409, 'already_exists'], 'nothing to correct')
  assert.deepEqual(
    code(await importOne(newUser(), { ...wrong, userHandle: passkey.userHandle })),
    [409, 'already_exists'],
    'of another user',
  )
  const corrected = await importOne(userId, { ...passkey.credential, userHandle: passkey.userHandle })
  assert.equal(corrected.status, 200)
  assert.deepEqual(corrected.body, bound.body)
  assert.equal((await signInAnonymously(passkey, passkey.userHandle)).status, 200)

  const again = newHandle()
  assert.deepEqual(await importLines({ userId, authenticators: [{ ...passkey.credential, userHandle: again }] }), {
    imported: 1,
    failures: [],
  })
  assert.equal((await signInAnonymously(passkey, again)).status, 200)
})

test('B2: users import takes a user handle for all passkeys of a line, or for each', async () => {
  const userId = newUser()
  const native = await client.enrol(userId)
  const [one, two] = [elsewhere(), elsewhere()]
  const line = { userId, userHandle: one.userHandle, authenticators: [one.credential, { ...two.credential, userHandle: two.userHandle }] }
  assert.deepEqual(await importLines(line), { imported: 1, failures: [] })
  for (const passkey of [one, two, native]) assert.equal((await signInAnonymously(passkey, passkey.userHandle)).status, 200)
  const other = newUser()
  const open = elsewhere()
  assert.deepEqual(await importLines({ userId: other, authenticators: [open.credential] }), { imported: 1, failures: [] })
  assert.equal((await answerChallenge(other, open, open.userHandle)).status, 200)
  const { users: exported } = await exportUsers(app.deps.store.db, app.tenant.tenantId, undefined, 500)
  const elsewhereTenant = await app.addTenant()
  const there = createCeremonies({ ...app, ...elsewhereTenant })
  assert.deepEqual((await importUsers(app.deps, elsewhereTenant.tenantId, JSON.parse(JSON.stringify(exported)))).failures, [])
  const options = await there.authenticationOptions(elsewhereTenant.asBrowser)
  const moved = await there.verify(elsewhereTenant.asBrowser, options, two.authenticator, { userHandle: two.userHandle })
  assert.equal(moved.status, 200, 'an export carries the handle along')
})

test('B3: users import takes a passkey without `backupEligible` for one of which it is not known', async () => {
  for (const traits of [{ backupEligible: true, backupState: true }, { backupEligible: false }]) {
    const userId = newUser()
    const passkey = elsewhere(traits)
    assert.deepEqual(await importLines({ userId, userHandle: passkey.userHandle, authenticators: [passkey.credential] }), {
      imported: 1,
      failures: [],
    })
    assert.deepEqual(code(await signInAnonymously(passkey, newHandle())), refusedCredential, 'the handle is known')
    assert.equal((await signInAnonymously(passkey, passkey.userHandle)).status, 200)
    const changed = { userHandle: passkey.userHandle, flags: (flags: number) => (traits.backupEligible ? flags & ~0x18 : flags | 0x08) }
    const options = await client.authenticationOptions(app.asBrowser)
    assert.deepEqual(code(await client.verify(app.asBrowser, options, passkey.authenticator, changed)), refusedCredential)
  }
})

test('B3: users import takes the API’s name `counter`, and two names with two numbers are refused', async () => {
  const userId = newUser()
  const passkey = elsewhere({ signCount: 7 })
  const refused = await importLines({ userId, authenticators: [{ ...passkey.credential, counter: 7, signCount: 8 }] })
  assert.match(String(refused.failures[0]?.reason), /`signCount` and `counter` differ/)
  assert.equal((await importLines({ userId, authenticators: [{ ...passkey.credential, counter: 8 }] })).imported, 1)
  assert.deepEqual(code(await answerChallenge(userId, passkey, passkey.userHandle)), refusedCredential, 'a counter of 8 is not above 8')
  assert.equal((await answerChallenge(userId, passkey, passkey.userHandle)).status, 200)
})

test('B3: users import names every member it does not know, and imports nothing of that line', async () => {
  const userId = newUser()
  const { credential } = elsewhere()
  const { imported, failures } = await importLines({
    userId,
    mail: 'ann@example.com',
    phone: '1',
    authenticators: [
      { ...credential, backupEligable: true },
      { ...credential, userhandle: 'AAAA' },
    ],
  })
  assert.equal(imported, 0)
  for (const name of ['mail', 'phone', 'authenticators.0.backupEligable', 'authenticators.1.userhandle']) {
    assert.ok(String(failures[0]?.reason).includes(`\`${name}\` is not a member that is known`), name)
  }
})
