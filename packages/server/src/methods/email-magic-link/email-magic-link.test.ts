import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Webhook } from '@authsignal/node'
import { otherThan } from '../../../test/contract/code-driver.ts'
import { openReceiver } from '../../../test/support/receiver.ts'
import { cookieOf, followSentLinks, openLink, pressLink } from '../../../test/support/sent-links.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, type Tracked } from '../../../test/support/test-ceremony.ts'

const sent = followSentLinks()
const minute = 60_000
const waiting = { isVerified: false }
const over = { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' }
const configuration = '/management/authenticator-configurations/email-magic-link'
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies

before(async () => {
  app = sent.follow(await createTestApp({ clock: () => now }))
  client = createCeremonies(app)
  await client.send('PATCH', '/management/tenant', app.asManagement, { name: 'Acme', tokenDurationInMinutes: 30 })
  await client.send('POST', configuration, app.asManagement, {})
  for (const [name, isPublic] of [
    ['payee', true],
    ['internalNote', false],
  ] as const) {
    const point = { name, dataType: 'text', modelType: 'action', isPublic }
    assert.equal((await client.send('POST', '/management/custom-data-points', app.asManagement, point)).status, 200)
  }
})
after(() => app.close())

/** A user whose address the application vouches for. */
async function enrol(userId: string): Promise<void> {
  const attributes = { verificationMethod: 'EMAIL_MAGIC_LINK', email: `${userId}@example.com` }
  assert.equal((await client.send('POST', `/users/${userId}/authenticators`, app.asServer, attributes)).status, 200)
  // What was sent before does not count any longer.
  now += 10 * minute
}

const challenged = (userId: string, attributes: object = {}) => client.track(userId, 'transfer', attributes, 'CHALLENGE_REQUIRED')

async function ask({ token }: Pick<Tracked, 'token'>, headers: Record<string, string> = {}) {
  const asked = await client.send('POST', '/client/challenge/email-magic-link', { ...app.withToken(token), ...headers })
  assert.equal(asked.status, 200, JSON.stringify(asked.body))
  return { link: sent.last(), cookie: cookieOf(asked.headers), setCookie: asked.headers['set-cookie'] }
}
const finalize = async ({ token }: Pick<Tracked, 'token'>) =>
  (await client.send('POST', '/client/verify/email-magic-link/finalize', app.withToken(token), {})).body
const say = async ({ token }: Pick<Tracked, 'token'>, verificationCode: unknown) =>
  (await client.send('POST', '/client/verify/email-magic-link', app.withToken(token), { verificationCode })).body

test('a scanner that opens the link changes nothing; the button completes it, in the browser that asked', async () => {
  await enrol('ann')
  const tracked = await challenged('ann')
  const { link, cookie } = await ask(tracked)
  assert.deepEqual(await finalize(tracked), waiting)
  const before = await app.deps.store.db.selectFrom('challenges').selectAll().execute()
  for (const method of ['HEAD', 'GET'] as const) {
    for (const brought of [undefined, cookie]) assert.equal((await openLink(link, brought, method)).status, 200)
  }
  assert.deepEqual(await app.deps.store.db.selectFrom('challenges').selectAll().execute(), before)
  assert.deepEqual(await finalize(tracked), waiting)
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')

  const done = await pressLink(link, cookie)
  assert.match(done.html, /<h1>Confirmed<\/h1>/)
  assert.ok(!done.html.includes(link.code))
  const passed = await finalize(tracked)
  assert.equal(passed.isVerified, true)
  const validated = await client.validate(passed.accessToken, { userId: 'ann', action: 'transfer' })
  assert.deepEqual([validated.isValid, validated.verificationMethod], [true, 'EMAIL_MAGIC_LINK'])

  // Once.
  assert.deepEqual(await finalize(tracked), over)
  for (const again of [await openLink(link, cookie), await pressLink(link, cookie)]) assert.equal(again.status, 410)
})

test('another browser sees a code, which only the browser that asked can use', async () => {
  await enrol('bea')
  await enrol('eve')
  const tracked = await challenged('bea')
  const own = await ask(tracked)
  const stranger = await ask(await challenged('eve'))
  for (const cookie of [undefined, stranger.cookie, 'sallyport-browser=', `${own.cookie}x`]) {
    assert.ok(!(await openLink(own.link, cookie)).html.includes(own.link.code), 'a scanner is shown no code')
    const shown = await pressLink(own.link, cookie)
    assert.match(shown.html, /<h1>Enter this code<\/h1>/)
    assert.match(shown.html, new RegExp(`<p class="code">${own.link.code}</p>`))
    assert.deepEqual(await finalize(tracked), waiting)
  }
  const other = await challenged('bea')
  assert.deepEqual(await say(other, own.link.code), over)
  const passed = await say(tracked, own.link.code)
  assert.equal(passed.isVerified, true)
  assert.equal((await client.validate(passed.accessToken)).isValid, true)
  // Whoever waits stops waiting, and gets no second token.
  assert.deepEqual(await finalize(tracked), { isVerified: true })
  assert.deepEqual(await say(tracked, own.link.code), over)
  assert.equal((await pressLink(own.link, own.cookie)).status, 410)
})

test('TX-09: the fifth wrong code ends the action, and its link with it', async () => {
  await enrol('cat')
  const tracked = await challenged('cat')
  const { link, cookie } = await ask(tracked)
  for (let tries = 1; tries < 5; tries++) assert.deepEqual(await say(tracked, `00000${tries}`), over)
  assert.deepEqual(await say(tracked, otherThan(link.code)), { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' })
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_FAILED')
  await pressLink(link, cookie)
  assert.equal((await finalize(tracked)).errorCode, 'invalid_request')
})

test('RL-01, RL-06: wrong codes throttle codes, and keep nobody from the link', async () => {
  await enrol('cai')
  const guessed = await challenged('cai')
  await ask(guessed)
  for (let tries = 1; tries <= 5; tries++) await say(guessed, `00000${tries}`)
  const tracked = await challenged('cai')
  const { link, cookie } = await ask(tracked)
  assert.equal((await say(tracked, link.code)).errorCode, 'too_many_requests')
  await pressLink(link, cookie)
  assert.equal((await finalize(tracked)).isVerified, true)
})

test('OT-05, OT-06: a link lives for ten minutes, and a new one takes the place of the one before', async () => {
  await enrol('dan')
  const tracked = await challenged('dan')
  const first = await ask(tracked)
  now += minute
  const second = await ask(tracked, { cookie: String(first.cookie) })
  assert.equal(second.cookie, first.cookie, 'a browser keeps its mark')
  for (const dead of [await openLink(first.link, first.cookie), await pressLink(first.link, first.cookie)]) assert.equal(dead.status, 410)
  assert.deepEqual(await finalize(tracked), waiting)
  now += 10 * minute - 1
  assert.equal((await openLink(second.link)).status, 200)
  now += 1
  assert.equal((await pressLink(second.link, second.cookie)).status, 410)
  assert.deepEqual(await finalize(tracked), over)
})

test('OT-07: a link that was not mailed so is none', async () => {
  await enrol('eli')
  const { link, cookie } = await ask(await challenged('eli'))
  const other = await app.addTenant()
  const read = Buffer.from(link.token, 'base64url').toString()
  const [, challengeId, secret] = read.split('\n')
  const forged = [
    read.slice(0, -1),
    read.replace(link.code, otherThan(link.code)),
    [other.tenantId, challengeId, secret].join('\n'),
    [app.tenant.tenantId, challengeId].join('\n'),
    '',
  ]
  for (const text of forged) {
    const token = Buffer.from(text).toString('base64url')
    assert.equal((await pressLink({ ...link, token }, cookie)).status, 410, text)
  }
})

test('mail and page say what is approved, when and from where, in the language of the user', async () => {
  await enrol('fay')
  const custom = { payee: 'Grüner <b>Garten</b>', internalNote: 'do not show' }
  const { link } = await ask(await challenged('fay', { custom, locale: 'de' }), { 'user-agent': chrome })
  const { html } = await openLink(link)
  for (const text of [link.text, html]) {
    for (const fact of ['Transfer', 'Payee', 'Chrome', '127.0.0.1']) assert.ok(text.includes(fact), fact)
    assert.ok(!text.includes('do not show'))
  }
  assert.match(html, /<html lang="de">/)
  assert.ok(html.includes('Grüner &lt;b&gt;Garten&lt;/b&gt;'))
})

test('an address is bound by its link, and the page does not speak of an action', async () => {
  const tracked = await client.track('gil', 'enrol-mail', { scope: 'add:authenticators' })
  const path = '/client/user-authenticators/email-magic-link'
  const asked = await client.send('POST', path, app.withToken(tracked.token), { email: 'gil@example.com' })
  assert.equal(asked.status, 200)
  const link = sent.last()
  assert.ok(!(await openLink(link)).html.includes('Enrol mail'))
  assert.deepEqual(await finalize(tracked), waiting)
  await pressLink(link, cookieOf(asked.headers))
  const bound = await finalize(tracked)
  assert.deepEqual([bound.isVerified, bound.userAuthenticatorId], [true, asked.body.userAuthenticatorId])
  const user = (await client.send('GET', '/users/gil', app.asServer)).body
  assert.deepEqual([user.email, user.emailVerified, user.enrolledVerificationMethods], ['gil@example.com', true, ['EMAIL_MAGIC_LINK']])
})

test('the browser is marked by a cookie that no script reads and no other host plants, for pages that the tenant expects', async (t) => {
  await enrol('hal')
  const tracked = await challenged('hal')
  assert.match(String((await ask(tracked)).setCookie), /^sallyport-browser=[\w-]{22}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)
  assert.equal((await ask(tracked, { origin: 'https://elsewhere.example' })).setCookie, undefined)
  const secure = sent.follow(await createTestApp({ config: { publicUrl: 'https://mfa.example.com' } }))
  t.after(secure.close)
  const there = createCeremonies(secure)
  await there.send('POST', configuration, secure.asManagement, {})
  await there.send('POST', '/users/ann/authenticators', secure.asServer, {
    verificationMethod: 'EMAIL_MAGIC_LINK',
    email: 'ann@example.com',
  })
  const { token } = await there.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
  const { headers } = await there.send('POST', '/client/challenge/email-magic-link', secure.withToken(token))
  assert.match(String(headers['set-cookie']), /^__Host-sallyport-browser=[\w-]{22}; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=None$/)
})

test('OT-09, TX-05: an action that asks for a passkey is not answered by a link', async () => {
  await enrol('ivy')
  const rule = {
    name: 'keys only',
    priority: 1,
    type: 'CHALLENGE',
    conditions: { '==': [{ var: 'user.id' }, 'ivy'] },
    verificationMethods: ['PASSKEY'],
  }
  await client.track('ivy', 'wire')
  const made = await client.send('POST', '/management/action-configurations/wire/rules', app.asManagement, rule)
  assert.equal(made.status, 200, JSON.stringify(made.body))
  const { token } = await client.track('ivy', 'wire')
  const refused = await client.send('POST', '/client/challenge/email-magic-link', app.withToken(token))
  assert.equal(refused.body.errorDescription, 'a mail link cannot answer the challenge of this action')
})

test('your own server is told the link in place of a code', async (t) => {
  const { url, received } = await openReceiver(t, [204])
  const own = await createTestApp({ config: { webhookNetworks: ['127.0.0.1'] } })
  t.after(own.close)
  const there = createCeremonies(own)
  await there.send('POST', configuration, own.asManagement, { emailProvider: 'WEBHOOK', webhookUrl: url })
  await there.send('POST', '/users/ann/authenticators', own.asServer, { verificationMethod: 'EMAIL_MAGIC_LINK', email: 'ann@example.com' })
  const { token } = await there.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.equal((await there.send('POST', '/client/challenge/email-magic-link', own.withToken(token))).status, 200)
  const [call] = received
  const event = new Webhook(own.tenant.secretKey).constructEvent(String(call?.body), String(call?.headers['x-signature-v2']))
  const { type, data } = event as unknown as { type: string; data: Record<string, string> }
  assert.deepEqual([type, data.to, data.verificationMethod, data.code], ['email.created', 'ann@example.com', 'EMAIL_MAGIC_LINK', undefined])
  assert.match(String(data.url), /^http:\/\/localhost:4000\/hosted\/link\?token=[\w-]+$/)
})
