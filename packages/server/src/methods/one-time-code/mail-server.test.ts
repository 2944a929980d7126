import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createTestApp, type TestAppOptions } from '../../../test/support/test-app.ts'
import { createCeremonies } from '../../../test/support/test-ceremony.ts'
import { openTestSmtp, readMail } from '../../../test/support/test-smtp.ts'
import { tenantMailServer } from '../../delivery/tenant-mail-server.ts'
import { createKeyring } from '../../keys/keyring.ts'
import { createProviderSecrets } from '../../keys/provider-secrets.ts'
import { beginRotation, stepRotation } from '../../keys/rotate-master-key.ts'

const path = '/management/authenticator-configurations/email-otp'
const allowed = { webhookNetworks: ['127.0.0.1'] }
const password = 'very-secret-password'
const from = 'Acme Bank <no-reply@acme.example>'

async function open(t: TestContext, options: TestAppOptions) {
  const app = await createTestApp(options)
  t.after(app.close)
  const client = createCeremonies(app)
  const configure = (smtpEmailCredentials: object, method: 'POST' | 'PATCH' = 'POST') =>
    client.send(method, path, app.asManagement, { emailProvider: 'SMTP', smtpEmailCredentials })
  const enrol = () => {
    const attributes = { verificationMethod: 'EMAIL_OTP', email: 'ann@example.com' }
    return client.send('POST', '/users/ann/authenticators', app.asServer, attributes)
  }
  const ask = async () => {
    const { token } = await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
    return client.send('POST', '/client/challenge/email-otp', app.withToken(token))
  }
  const outbox = async () =>
    (await client.send('GET', '/management/outbox', app.asManagement)).body.messages as { kind: string; state: string; reason?: string }[]
  const stored = async () => {
    const rows = await app.deps.store.db.selectFrom('authenticator_configurations').selectAll().execute()
    return String(rows.find(({ verification_method }) => verification_method === 'EMAIL_OTP')?.settings)
  }
  return { app, client, configure, enrol, ask, outbox, stored }
}

test('codes and notices of a tenant leave by its own mail server, as its own sender, and the password is nowhere to be read', async (t) => {
  const logins: unknown[] = []
  const smtp = await openTestSmtp(t, {
    authOptional: false,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth(auth, _session, done) {
      logins.push([auth.username, auth.password])
      done(null, { user: auth.username })
    },
  })
  const operators = { send: () => assert.fail('the mail server of the operator was used'), check: () => assert.fail() }
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    return ['127.0.0.1']
  }
  const { app, client, configure, enrol, ask, stored } = await open(t, { config: allowed, resolve, mailer: operators })
  const server = { host: 'mail.acme.example', port: smtp.port, secure: false, user: 'post', from }
  const configured = await configure({ ...server, password })
  assert.deepEqual(configured.body.smtpEmailCredentials, server, JSON.stringify(configured.body))
  await enrol()
  assert.equal((await ask()).status, 200)
  while (smtp.received.length < 2) await new Promise((next) => setImmediate(next))
  assert.deepEqual(new Set(logins.map(String)), new Set([`post,${password}`]))
  for (const mail of smtp.received) assert.deepEqual([mail.from, mail.to], ['no-reply@acme.example', ['ann@example.com']])
  const subjects = smtp.received.map((mail) => /^Subject: (.*)$/m.exec(readMail(mail).header)?.[1]?.trim())
  assert.ok(
    subjects.some((subject) => /^A sign-in method was added/.test(String(subject))),
    String(subjects),
  )
  assert.ok(asked.includes('mail.acme.example'))
  assert.equal(app.deps.delivery.health().state, 'untried', 'it says nothing of the mail server of the operator')

  // A change that does not send it keeps it, for the same server alone.
  assert.equal((await configure({ ...server, from: 'post@acme.example' }, 'PATCH')).status, 200)
  assert.equal((await ask()).status, 200)
  for (const other of [{ host: 'mail.evil.example' }, { user: 'other' }, { port: 25 }, { secure: true }]) {
    const refused = await configure({ ...server, ...other }, 'PATCH')
    assert.equal(refused.body.errorDescription, '`smtpEmailCredentials` needs both `user` and `password`, or neither')
  }
  const shown = JSON.stringify([
    (await client.send('GET', path, app.asManagement)).body,
    (await client.send('GET', '/management/audit', app.asManagement)).body,
    await stored(),
  ])
  for (const text of [shown, app.logged()]) assert.ok(!text.includes(password))

  // It opens under a new master key.
  const ring = createKeyring(app.masterKey)
  const next = randomBytes(32)
  assert.equal(await beginRotation(app.deps.store, ring, next), 'begun')
  for (let place = (await stepRotation(app.deps.store, ring, null)).place; place !== null; ) {
    place = (await stepRotation(app.deps.store, ring, place)).place
  }
  const { sealedPassword } = JSON.parse(await stored()).smtpEmailCredentials
  assert.equal(createProviderSecrets(next).open(sealedPassword, app.tenant.tenantId, 'EMAIL_OTP'), password)
})

test('WH-01: a mail server in a private network is refused when it is named, and when its name leads there', async (t) => {
  const smtp = await openTestSmtp(t)
  const { configure, enrol, ask, outbox } = await open(t, { resolve: async (host) => (host === 'gone.example' ? [] : ['127.0.0.1']) })
  const server = { port: smtp.port, secure: false, from }
  for (const host of ['127.0.0.1', 'localhost', '::1', '10.0.0.7', '169.254.169.254']) {
    assert.match(String((await configure({ ...server, host })).body.errorDescription), /is in a private network/, host)
  }
  for (const host of ['127.1', '0x7f000001', '2130706433']) assert.equal((await configure({ ...server, host })).status, 400, host)
  assert.equal((await configure({ ...server, host: 'mail.acme.example' })).status, 200)
  await enrol()
  const refused = await ask()
  assert.deepEqual([refused.status, refused.body.errorCode], [424, 'delivery_failed'])
  assert.deepEqual((await outbox()).find(({ kind }) => kind === 'code_by_mail')?.reason, 'host_not_allowed')
  await configure({ ...server, host: 'gone.example' }, 'PATCH')
  await ask()
  assert.deepEqual((await outbox()).find(({ kind }) => kind === 'code_by_mail')?.reason, 'host_not_found')
  assert.equal(smtp.received.length, 0)
})

test('outside of networks that the operator allows, nothing is sent without encryption', async (t) => {
  const smtp = await openTestSmtp(t, { disabledCommands: ['STARTTLS'] })
  const deps = {
    webhooks: { findHost: async () => ({ address: '127.0.0.1', mayBePlain: false }) },
    providerSecrets: createProviderSecrets(randomBytes(32)),
  }
  const server = { host: 'mail.acme.example', port: smtp.port, secure: false, from }
  const mail = { messageId: 'm', to: 'ann@example.com', at: 0, subject: 's', text: 't', html: 'h' }
  const sent = await tenantMailServer(deps, { tenantId: 't' }, 'EMAIL_OTP', server).send(mail, new AbortController().signal)
  assert.deepEqual([sent.isSent, 'reason' in sent && sent.reason, smtp.received.length], [false, 'no_tls', 0])
})

test('a configuration by which no mail could be sent is refused', async (t) => {
  const { app, client } = await open(t, {})
  const server = { host: 'mail.acme.example', port: 587, secure: false, from }
  for (const settings of [
    { emailProvider: 'SMTP' },
    { smtpEmailCredentials: server },
    { emailProvider: 'WEBHOOK', webhookUrl: 'https://a.example', smtpEmailCredentials: server },
    { emailProvider: 'WEBHOOK' },
    { emailProvider: 'SENDGRID' },
    ...[
      { host: 'a b' },
      { host: 'user@mail.example' },
      { port: 0 },
      { from: 'nobody' },
      { user: 'post' },
      { password },
      { tls: 'none' },
    ].map((odd) => ({ emailProvider: 'SMTP', smtpEmailCredentials: { ...server, ...odd } })),
  ]) {
    const refused = await client.send('POST', path, app.asManagement, settings)
    assert.equal(refused.status, 400, JSON.stringify(settings))
    assert.ok(!JSON.stringify(refused.body).includes(password))
  }
})
