import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type CreationOptions, createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { openPortal, type Reply } from '../../test/support/test-portal.ts'
import { systemActor } from '../audit/actor.ts'
import type { Role } from '../callers/role.ts'
import type { Mailer, OutgoingMail } from '../delivery/mailer.ts'
import type { Attempt } from '../delivery/send-failure.ts'
import { createKey } from '../tenants/change-keys.ts'
import { createAdminOperations } from './admin-operations.ts'

/** A mail server that takes everything, or answers as it is told. */
function createTestMailer(answer: Attempt = { isSent: true }) {
  const sent: OutgoingMail[] = []
  const mailer: Mailer = {
    async send(mail) {
      sent.push(mail)
      return answer
    },
    check: async () => answer,
  }
  return { sent, mailer }
}

async function setUp(t: TestContext, mailer?: Mailer) {
  const made = await createTestApp({ ...(mailer && { mailer }) })
  t.after(() => made.close())
  const { app, asManagement, deps, tenant } = made
  const manage = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object, headers = asManagement) => {
    const reply = await app.inject({ method, url: `/v1/management${path}`, headers, payload })
    return { status: reply.statusCode, body: reply.json() }
  }
  const asRole = async (role: Role) => {
    const created = await createKey(deps, { tenantId: tenant.tenantId, kind: 'management', name: `a ${role}`, role }, systemActor('test'))
    assert.ok(typeof created !== 'string')
    deps.tenants.invalidate(tenant.tenantId)
    return { authorization: `Basic ${Buffer.from(`${created.key}:`).toString('base64')}` }
  }
  return { ...made, portal: openPortal(made), manage, asRole }
}

const linkIn = (text: string) => /http\S+#(\S+)/.exec(text)?.[1] ?? ''

test('an invitation with an address is mailed: the answer has no link, the mail has one that works, and the address becomes the admin’s', async (t) => {
  const { sent, mailer } = createTestMailer()
  const { portal, manage, deps } = await setUp(t, mailer)
  const { status, body } = await manage('POST', '/admins', { role: 'analyst', name: 'Ada', email: 'ada@example.com' })
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual([body.url, body.email, body.sent.channel], [undefined, 'ada@example.com', 'mail'])
  while (sent.length === 0) await new Promise(setImmediate)
  assert.deepEqual([sent[0]?.to, sent[0]?.messageId], ['ada@example.com', body.sent.messageId])
  const admin = await portal.signUp(linkIn(sent[0]?.text ?? ''))
  assert.equal((await manage('GET', `/admins/${admin.adminId}`)).body.email, 'ada@example.com')
  const message = await manage('GET', `/outbox/${body.sent.messageId}`)
  assert.partialDeepStrictEqual(message.body, { state: 'delivered', attempts: 1, kind: 'admin_invitation', to: 'ada@example.com' })
  assert.deepEqual([message.body.subject, message.body.text, message.body.html], [undefined, undefined, undefined])
  assert.ok((await manage('POST', '/admins', { role: 'viewer', email: 'ben@example.com', withLink: true })).body.url.includes('#'))
  const audit = JSON.stringify(await deps.store.db.selectFrom('audit_log').selectAll().execute())
  assert.doesNotMatch(audit, /example\.com|set-up#/)
})

test('a mail server that refuses or hangs does not delay an invitation, and what became of it is known', async (t) => {
  const { mailer } = createTestMailer({ isSent: false, reason: 'wrong_login', isPassing: false, isOfServer: true })
  const { app, manage } = await setUp(t, mailer)
  const { body } = await manage('POST', '/admins', { role: 'viewer', email: 'ada@example.com' })
  let message = await manage('GET', `/outbox/${body.sent.messageId}`)
  while (message.body.state === 'sending') {
    await new Promise(setImmediate)
    message = await manage('GET', `/outbox/${body.sent.messageId}`)
  }
  assert.partialDeepStrictEqual(message.body, {
    state: 'failed',
    reason: 'wrong_login',
    problem: 'the mail server refuses the user or the password',
  })
  const ready = await app.inject('/readyz')
  assert.equal(ready.statusCode, 200)
  assert.partialDeepStrictEqual(ready.json().mail, { state: 'failing', reason: 'wrong_login' })
  assert.match((await app.inject('/metrics')).body, /sallyport_messages_total\{kind="admin_invitation",result="failed"\} 1/)

  const hanging = await setUp(t, { send: () => new Promise(() => {}), check: () => new Promise(() => {}) })
  assert.equal((await hanging.manage('POST', '/admins', { role: 'viewer', email: 'ada@example.com' })).status, 200)
})

test('AD-06: without a mail server an invitation is in the outbox, and what would make an owner of its reader is shown to owners only', async (t) => {
  const { manage, asRole, addTenant, app } = await setUp(t)
  const [asAdmin, other] = [await asRole('admin'), await addTenant()]
  const owner = await manage('POST', '/admins', { role: 'owner', email: 'ada@example.com' })
  const viewer = await manage('POST', '/admins', { role: 'viewer', email: 'ben@example.com' })
  assert.deepEqual([owner.body.sent.channel, typeof owner.body.url], ['outbox', 'string'])

  const { body } = await manage('GET', '/outbox')
  assert.deepEqual(body.mail, { state: 'not_set_up' })
  assert.deepEqual(
    body.messages.map(({ to, state }: { to: string; state: string }) => [to, state]),
    [
      ['ben@example.com', 'kept'],
      ['ada@example.com', 'kept'],
    ],
  )
  assert.ok(body.messages[1].text.includes(owner.body.url))
  const whole = await manage('GET', `/outbox/${owner.body.sent.messageId}`)
  assert.ok(whole.body.text.includes(owner.body.url) && whole.body.html.includes(owner.body.url))

  const seenByAdmin = await manage('GET', '/outbox', undefined, asAdmin)
  assert.ok(JSON.stringify(seenByAdmin.body).includes(viewer.body.url))
  assert.ok(!JSON.stringify(seenByAdmin.body).includes(linkIn(owner.body.url)))
  const one = await manage('GET', `/outbox/${owner.body.sent.messageId}`, undefined, asAdmin)
  assert.deepEqual([one.body.isWithheld, one.body.text, one.body.html, one.body.subject], [true, undefined, undefined, undefined])

  const toAda = await manage('GET', '/outbox?to=ada@example.com')
  assert.equal(toAda.body.messages.length, 1)
  const theirs = await app.inject({ url: '/v1/management/outbox', headers: other.asManagement })
  assert.deepEqual(theirs.json().messages, [])
  const foreign = await app.inject({ url: `/v1/management/outbox/${owner.body.sent.messageId}`, headers: other.asManagement })
  assert.equal(foreign.statusCode, 404)
})

test('the command waits for the mail, and prints the link only when it was not mailed, or when asked', async (t) => {
  const publicUrl = 'http://localhost:4000'
  const refusal: Attempt = { isSent: false, reason: 'wrong_login', isPassing: false, isOfServer: true }
  const invite = async (mailer: Mailer | undefined, input: object) => {
    const { deps } = await setUp(t, mailer)
    const invited = await createAdminOperations(deps).inviteAdmin({ role: 'owner', lifetimeMs: 60_000, publicUrl, ...input })
    return [invited.url === null, invited.mail?.channel, invited.mail?.state, invited.mail?.problem]
  }
  const email = 'ada@example.com'
  assert.deepEqual(await invite(createTestMailer().mailer, { email }), [true, 'mail', 'delivered', null])
  assert.deepEqual(await invite(createTestMailer().mailer, { email, withLink: true }), [false, 'mail', 'delivered', null])
  const refused = await invite(createTestMailer(refusal).mailer, { email })
  assert.deepEqual(refused, [false, 'mail', 'failed', 'the mail server refuses the user or the password'])
  assert.deepEqual(await invite(undefined, { email }), [false, 'outbox', 'kept', null])
  assert.deepEqual(await invite(undefined, {}), [false, undefined, undefined, undefined])
  await assert.rejects(invite(undefined, { email: 'ada@example.com\nBcc: eve@evil.example' }), /is not a mail address/)
})

test('EN-06: an admin is written to about every change of the own account, and nobody about one that did not happen', async (t) => {
  const { portal, manage, deps, tenant } = await setUp(t)
  const told = () =>
    deps.delivery.record
      .list(tenant.tenantId)
      .filter(({ kind }) => kind !== 'admin_invitation')
      .map(({ kind, to }) => `${kind} ${to}`)
      .toReversed()
  const ada = await portal.addAdmin('analyst', 'Ada', 'ada@example.com')
  const silent = await portal.addAdmin('owner', 'Ben')
  const ok = async (reply: Promise<Reply | { status: number; body: unknown }>) => {
    const { status, body } = await reply
    assert.equal(status, 200, JSON.stringify(body))
    return body as Record<string, string & object>
  }
  const mine = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => portal.manage(ada.cookie, method, path, body)

  const { options } = await ok(mine('POST', '/session/passkeys/begin'))
  const credential = createSoftwareAuthenticator({ origin: portal.origin }).create(options as unknown as CreationOptions)
  const { passkeyId } = await ok(mine('POST', '/session/passkeys/finish', { credential }))
  await ok(mine('DELETE', `/session/passkeys/${passkeyId}`))
  const { passkeys } = await ok(mine('GET', '/session/passkeys'))
  const [last] = passkeys as unknown as { passkeyId: string }[]
  assert.equal((await mine('DELETE', `/session/passkeys/${last?.passkeyId}`)).status, 400)
  const { recoveryCodes } = await ok(mine('POST', '/session/recovery-codes'))
  assert.deepEqual(told(), [
    'admin_passkey_added ada@example.com',
    'admin_passkey_removed ada@example.com',
    'admin_recovery_codes_created ada@example.com',
  ])

  assert.equal((await ok(mine('PATCH', '/session', { email: 'ada@home.example' }))).email, 'ada@home.example')
  await ok(mine('PATCH', '/session', { email: 'ada@home.example' }))
  assert.equal((await ok(mine('GET', '/session'))).email, 'ada@home.example')
  assert.equal((await mine('PATCH', '/session', { email: 'ada@home.example\r\nBcc: eve@evil.example' })).status, 400)
  assert.deepEqual(told().slice(3), ['admin_address_changed ada@example.com', 'admin_address_changed ada@home.example'])
  assert.equal((await manage('PATCH', '/session', { email: 'key@example.com' })).status, 403)

  const code = (recoveryCodes as unknown as string[])[0]
  const begun = await ok(portal.post('/recovery/begin', { code }))
  const recovered = createSoftwareAuthenticator({ origin: portal.origin }).create(begun.options as unknown as CreationOptions)
  await ok(portal.post('/recovery/finish', { code, credential: recovered }))
  await ok(manage('PATCH', `/admins/${ada.adminId}`, { name: 'Ada L.' }))
  await ok(manage('PATCH', `/admins/${ada.adminId}`, { role: 'admin' }))
  await ok(manage('DELETE', `/admins/${ada.adminId}`))
  await ok(portal.manage(silent.cookie, 'POST', '/session/recovery-codes'))
  assert.deepEqual(told().slice(5), [
    'admin_recovery_code_used ada@home.example',
    'admin_role_changed ada@home.example',
    'admin_removed ada@home.example',
  ])
  const [removed, changed] = deps.delivery.record.list(tenant.tenantId)
  assert.match(changed?.mail?.text ?? '', /you are now an admin\. You were an analyst before/)
  assert.match(removed?.mail?.text ?? '', /By: a management key/)
})
