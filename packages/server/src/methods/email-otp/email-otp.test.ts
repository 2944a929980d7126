import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { otherThan } from '../../../test/contract/code-driver.ts'
import { followSentCodes } from '../../../test/support/sent-codes.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, type Tracked } from '../../../test/support/test-ceremony.ts'
import { openTestSmtp, readMail } from '../../../test/support/test-smtp.ts'
import type { Attempt } from '../../delivery/send-failure.ts'

const sent = followSentCodes()
let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
const minute = 60_000
const wrong = { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' }

before(async () => {
  app = sent.follow(await createTestApp({ clock: () => now }))
  client = createCeremonies(app)
  await client.send('PATCH', '/management/tenant', app.asManagement, { name: 'Acme', tokenDurationInMinutes: 30 })
  await client.send('POST', '/management/authenticator-configurations/email-otp', app.asManagement, {})
  await client.send('POST', '/management/custom-data-points', app.asManagement, {
    name: 'amount',
    dataType: 'number',
    modelType: 'action',
  })
})
after(() => app.close())

/** A user whose address the application vouches for. */
async function enrol(userId: string, email = `${userId}@example.com`): Promise<void> {
  const attributes = { verificationMethod: 'EMAIL_OTP', email }
  assert.equal((await client.send('POST', `/users/${userId}/authenticators`, app.asServer, attributes)).status, 200)
  // What was sent before does not count any longer.
  now += 10 * minute
}
const challenged = (userId: string, attributes: object = {}, action = 'transfer') =>
  client.track(userId, action, attributes, 'CHALLENGE_REQUIRED')
const ask = ({ token }: Pick<Tracked, 'token'>) => client.send('POST', '/client/challenge/email-otp', app.withToken(token))
const say = async ({ token }: Pick<Tracked, 'token'>, verificationCode: unknown) =>
  client.send('POST', '/client/verify/email-otp', app.withToken(token), { verificationCode })

async function codeFor(tracked: Tracked): Promise<string> {
  const asked = await ask(tracked)
  assert.equal(asked.status, 200, JSON.stringify(asked.body))
  return sent.last().code
}

test('OT-05: a code has six digits, is good for ten minutes and once', async () => {
  await enrol('ann')
  const late = await challenged('ann')
  const code = await codeFor(late)
  assert.match(code, /^\d{6}$/)
  now += 10 * minute
  assert.deepEqual((await say(late, code)).body, wrong)
  const tracked = await challenged('ann')
  const good = await codeFor(tracked)
  now += 10 * minute - 1
  assert.equal((await say(tracked, good)).body.isVerified, true)
  assert.deepEqual((await say(tracked, good)).body, wrong)
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_SUCCEEDED')
})

test('OT-06: a new code takes the place of the old one, and the wrong ones still count', async () => {
  await enrol('bea')
  const tracked = await challenged('bea')
  const first = await codeFor(tracked)
  for (let tries = 1; tries < 5; tries++) assert.deepEqual((await say(tracked, `00000${tries}`)).body, wrong)
  const second = await codeFor(tracked)
  assert.notEqual(first, second)
  assert.deepEqual((await say(tracked, first)).body, { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' })
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_FAILED')
  assert.equal((await say(tracked, second)).body.errorCode, 'invalid_request')
})

test('OT-06: a code for a new address replaces the one before, and five wrong ones end the attempt to bind', async () => {
  const tracked = await client.track('bob', 'enrol', { scope: 'add:authenticators' })
  const begin = () =>
    client.send('POST', '/client/user-authenticators/email-otp', app.withToken(tracked.token), { email: 'bob@example.com' })
  assert.equal((await begin()).status, 200)
  const first = sent.last().code
  for (let tries = 1; tries < 5; tries++) await say(tracked, '000001')
  await begin()
  const second = sent.last().code
  assert.deepEqual((await say(tracked, otherThan(second))).body, { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' })
  for (const code of [first, second]) assert.deepEqual((await say(tracked, code)).body, wrong)
  assert.match(String((await begin()).body.errorDescription), /too many wrong codes/)
})

test('OT-07: a code is good for the challenge it was sent for', async () => {
  await enrol('cat')
  await enrol('cid')
  const tracked = await challenged('cat')
  const code = await codeFor(tracked)
  const others = [await challenged('cat'), await challenged('cat', {}, 'other'), await challenged('cid')]
  for (const other of others) {
    assert.deepEqual((await say(other, code)).body, wrong)
    assert.notEqual(await codeFor(other), code)
    assert.deepEqual((await say(other, code)).body, wrong)
  }
  assert.equal((await say(tracked, code)).body.isVerified, true)
})

test('OT-08: so many mails are sent to one user, and a refused one changes nothing', async () => {
  await enrol('lea')
  const tracked = await challenged('lea')
  for (let asked = 1; asked <= 12; asked++) assert.equal((await ask(tracked)).status, 200)
  const { code } = sent.last()
  const refused = await ask(await challenged('lea'))
  assert.deepEqual([refused.status, refused.body.errorCode, refused.headers['retry-after']], [429, 'too_many_requests', '600'])
  assert.equal((await ask(tracked)).status, 429)
  assert.equal((await say(tracked, code)).body.isVerified, true)
})

test('OT-09, TX-05: a rule that asks for a passkey is not answered by mail, whichever way', async () => {
  await enrol('dan')
  for (const challenge of [{ phishingResistant: true }, { userVerification: true }, { deviceBound: true }]) {
    const action = `for-${Object.keys(challenge)[0]}`
    await client.send('POST', '/management/action-configurations', app.asManagement, {
      actionCode: action,
      defaultUserActionResult: 'ALLOW',
    })
    const rule = { name: 'Keys only', priority: 1, type: 'CHALLENGE', conditions: { '>': [{ var: 'custom.amount' }, 1] }, challenge }
    const saved = await client.send('POST', `/management/action-configurations/${action}/rules`, app.asManagement, rule)
    assert.equal(saved.status, 200, JSON.stringify(saved.body))
    const tracked = await client.track('dan', action, { custom: { amount: 5 } })
    assert.equal(tracked.state, 'CHALLENGE_REQUIRED')
    assert.equal((await ask(tracked)).body.errorCode, 'invalid_request')
    assert.deepEqual((await say(tracked, '000000')).body, wrong)
    assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')
  }
})

test('OT-11: a code is in the mail and nowhere else', async () => {
  await enrol('eve')
  const tracked = await challenged('eve')
  const code = await codeFor(tracked)
  const rows = await app.deps.store.db.selectFrom('challenges').selectAll().where('user_id', '=', 'eve').execute()
  assert.equal(rows.length, 1)
  assert.ok(!rows.some(({ details }) => details.includes(code)))
  assert.ok(!new RegExp(`\\b${code}\\b`).test(app.logged()))
})

test('OT-12: whatever cannot be a code is refused and is no try, and blanks and digits of other scripts are read', async () => {
  await enrol('fay')
  const tracked = await challenged('fay')
  const code = await codeFor(tracked)
  for (const odd of [null, 81804, {}, ['1'], undefined, '', code.slice(1), 'O81804', '1'.repeat(10_000)]) {
    assert.equal((await say(tracked, odd)).status, 400)
  }
  assert.deepEqual((await say(tracked, `${code}1`)).body, wrong)
  const arabic = code.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)))
  assert.equal((await say(tracked, ` ${arabic.slice(0, 3)}-${arabic.slice(3)} `)).body.isVerified, true)
})

test('EN-05: an address counts when its code was typed in, and belongs to the user then', async () => {
  const tracked = await client.track('gus', 'enrol', { scope: 'add:authenticators' })
  const begun = await client.send('POST', '/client/user-authenticators/email-otp', app.withToken(tracked.token), {
    email: 'gus@EXAMPLE.com',
  })
  const { userAuthenticatorId, userId } = begun.body
  assert.equal(userId, 'gus')
  const listed = async () => (await client.send('GET', '/users/gus/authenticators', app.asServer)).body as unknown as object[]
  assert.deepEqual(await listed(), [])
  const { body } = await say(tracked, sent.lastTo('gus@example.com'))
  assert.equal(body.isVerified, true)
  assert.equal((body.userAuthenticator as { email: string }).email, 'gus@example.com')
  assert.equal(body.userAuthenticatorId, userAuthenticatorId)
  const user = (await client.send('GET', '/users/gus', app.asServer)).body
  assert.deepEqual([user.email, user.emailVerified, user.isEnrolled], ['gus@example.com', true, true])
  const again = await client.track('gus', 'enrol', { scope: 'add:authenticators' })
  const refused = await client.send('POST', '/client/user-authenticators/email-otp', app.withToken(again.token), {
    email: 'gus@example.com',
  })
  assert.equal(refused.body.errorCode, 'already_exists')
  const odd = await client.send('POST', '/client/user-authenticators/email-otp', app.withToken(again.token), { email: 'gus' })
  assert.match(String(odd.body.errorDescription), /^`email` is not a mail address/)
})

test('a code that went to an address which the user has left since is a wrong one', async () => {
  await enrol('hal')
  const tracked = await challenged('hal')
  const code = await codeFor(tracked)
  await client.send('PATCH', '/users/hal', app.asServer, { email: 'hal@new.example', emailVerified: true })
  assert.deepEqual((await say(tracked, code)).body, wrong)
  assert.equal((await say(tracked, await codeFor(tracked))).body.isVerified, true)
  assert.equal(sent.last().address, 'hal@new.example')
})

test('the length of a code can be set, and never to less than six', async () => {
  const path = '/management/authenticator-configurations/email-otp'
  for (const length of [2, 5]) {
    const refused = await client.send('PATCH', path, app.asManagement, { verificationCodeLength: length })
    assert.match(String(refused.body.errorDescription), /must be at least 6/)
  }
  assert.equal((await client.send('PATCH', path, app.asManagement, { verificationCodeLength: 8 })).body.verificationCodeLength, 8)
  await enrol('ian')
  assert.match(await codeFor(await challenged('ian')), /^\d{8}$/)
  await client.send('PATCH', path, app.asManagement, { verificationCodeLength: null })
})

test('the mail says what is approved, from public data alone, in the language of the user', async (t) => {
  const smtp = await openTestSmtp(t)
  const other = await createTestApp({ config: { mail: smtp.settings } })
  t.after(other.close)
  const { send, track } = createCeremonies(other)
  await send('PATCH', '/management/tenant', other.asManagement, { name: 'Acme', notifyUsers: false })
  await send('POST', '/management/authenticator-configurations/email-otp', other.asManagement, {})
  for (const [name, isPublic] of [
    ['payee', true],
    ['note', false],
  ])
    await send('POST', '/management/custom-data-points', other.asManagement, { name, dataType: 'text', modelType: 'action', isPublic })
  await send('POST', '/users/jo/authenticators', other.asServer, { verificationMethod: 'EMAIL_OTP', email: 'jo@example.com' })
  const { token } = await track('jo', 'pay-bill', { custom: { payee: 'Bob', note: 'rent of the secret flat' } }, 'CHALLENGE_REQUIRED')
  assert.equal((await send('POST', '/client/challenge/email-otp', other.withToken(token))).status, 200)
  const [mail, ...more] = smtp.received
  assert.ok(mail && more.length === 0)
  assert.deepEqual(mail.to, ['jo@example.com'])
  const { header, text, html } = readMail(mail)
  assert.match(header, /^Subject: Your code for Acme$/m)
  assert.match(text, /Action: Pay bill\nPayee: Bob\n/)
  assert.doesNotMatch(text + html, /secret flat/)
  assert.doesNotMatch(html, /<img|src=|https?:/)
  const code = /Code: (\d{6})\n/.exec(text)?.[1]
  assert.ok(code && html.includes(`>${code}<`))
  const answer = await send('POST', '/client/verify/email-otp', other.withToken(token), { verificationCode: code })
  assert.equal(answer.body.isVerified, true)
})

test('a code that cannot be sent is said at once with the other ways, and the code before it stays good', async (t) => {
  let attempt: Attempt = { isSent: true }
  const mails: string[] = []
  const mailer = {
    async send({ text }: { text: string }) {
      if (attempt.isSent) mails.push(text)
      return attempt
    },
    check: async () => attempt,
  }
  const other = await createTestApp({ mailer })
  t.after(other.close)
  const { send, track, enrol: addPasskey } = createCeremonies(other)
  await send('PATCH', '/management/tenant', other.asManagement, { notifyUsers: false })
  await send('POST', '/management/authenticator-configurations/email-otp', other.asManagement, {})
  await addPasskey('kim')
  await send('POST', '/users/kim/authenticators', other.asServer, { verificationMethod: 'EMAIL_OTP', email: 'kim@example.com' })
  const { token } = await track('kim', 'transfer', {}, 'CHALLENGE_REQUIRED')
  const askAgain = () => send('POST', '/client/challenge/email-otp', other.withToken(token))
  assert.equal((await askAgain()).status, 200)
  attempt = { isSent: false, reason: 'wrong_login', isPassing: false, isOfServer: true }
  const refused = await askAgain()
  assert.deepEqual(
    [refused.status, refused.body.errorCode, refused.body.errorDescription],
    [424, 'delivery_failed', 'the code could not be sent; try again in a moment; the user can also use PASSKEY'],
  )
  attempt = { isSent: false, reason: 'recipient_refused', isPassing: false, isOfServer: false }
  assert.match(String((await askAgain()).body.errorDescription), /the mail address was refused/)
  assert.ok(!other.logged().includes('kim@example.com'))
  const [outbox] = (await send('GET', '/management/outbox', other.asManagement)).body.messages as Record<string, unknown>[]
  assert.deepEqual([outbox?.state, outbox?.reason, outbox?.text], ['failed', 'recipient_refused', undefined])
  const code = /Code: (\d{6})/.exec(mails[0] ?? '')?.[1]
  const answer = await send('POST', '/client/verify/email-otp', other.withToken(token), { verificationCode: code })
  assert.equal(answer.body.isVerified, true)
})
