import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { SMTPServerOptions } from 'smtp-server'
import { createSelfMadeChain } from '../../test/support/self-made-certificates.ts'
import { openTestSmtp, readMail } from '../../test/support/test-smtp.ts'
import type { MailSettings } from '../mail/mail-settings.ts'
import { createMailer } from './mailer.ts'
import { writeMessage } from './write-message.ts'

const at = Date.parse('2026-05-01T12:00:00Z')
const mail = { ...writeMessage('test', { at }), messageId: 'a1b2', to: 'ada@example.com', at }
const never = new AbortController().signal
const send = (settings: MailSettings, timeoutMs = 5_000) => createMailer(settings, timeoutMs).send(mail, never)

const certificate = (der: Uint8Array) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`

/** A server of this name whose certificate this process trusts until the test ends. */
function trustedKey(t: TestContext, name: string): Pick<SMTPServerOptions, 'key' | 'cert'> {
  const { certificates, leafKey } = createSelfMadeChain(name)
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, ...certificates.slice(1).map(certificate)])
  t.after(() => setDefaultCACertificates(before))
  return { key: leafKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: certificates.slice(0, 1).map(certificate).join('') }
}

/** The server answers a command with this code. */
const answering = (code: number) => (_: unknown, __: unknown, done: (error: Error) => void) =>
  done(Object.assign(new Error('ada@example.com is not here'), { responseCode: code }))

test('a mail is delivered with text and HTML, its sender, and headers that say a machine wrote it', async (t) => {
  const smtp = await openTestSmtp(t)
  assert.deepEqual(await send(smtp.settings), { isSent: true })
  const [received] = smtp.received
  assert.ok(received !== undefined)
  assert.deepEqual([received.from, received.to], ['no-reply@acme.example', ['ada@example.com']])
  const { header, text, html } = readMail(received)
  assert.match(header, /^From: Acme Bank <no-reply@acme\.example>\r$/m)
  assert.match(header, /^To: ada@example\.com\r$/m)
  assert.match(header, /^Subject: Sallyport can send mail\r$/m)
  assert.match(header, /^Message-ID: <a1b2@acme\.example>\r$/m)
  assert.match(header, /^Date: Fri, 01 May 2026 12:00:00 \+0000\r$/m)
  assert.match(header, /^Auto-Submitted: auto-generated\r$/m)
  assert.equal(text, mail.text)
  assert.equal(html, mail.html)
})

test('what the mail server refuses has a reason without an address, and only a passing one is worth another try', async (t) => {
  const refused = async (options: SMTPServerOptions) => send((await openTestSmtp(t, options)).settings)
  const seen = [
    await refused({ onRcptTo: answering(550) }),
    await refused({ onRcptTo: answering(450) }),
    await refused({ onMailFrom: answering(553) }),
    await refused({ onData: (stream, _session, done) => stream.on('end', () => answering(554)(0, 0, done)).resume() }),
    await refused({ onConnect: (_session, done) => done(Object.assign(new Error('busy'), { responseCode: 421 })) }),
  ]
  assert.deepEqual(seen, [
    { isSent: false, reason: 'recipient_refused', smtpCode: 550, isPassing: false, isOfServer: false },
    { isSent: false, reason: 'deferred', smtpCode: 450, isPassing: true, isOfServer: false },
    { isSent: false, reason: 'sender_refused', smtpCode: 553, isPassing: false, isOfServer: true },
    { isSent: false, reason: 'message_refused', smtpCode: 554, isPassing: false, isOfServer: false },
    { isSent: false, reason: 'deferred', smtpCode: 421, isPassing: true, isOfServer: false },
  ])
})

test('a server that hangs, drips or is not there is given up in time', async (t) => {
  const servers = [() => {}, (write: (text: string) => void) => setInterval(() => write('2'), 20).unref()].map((greet) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      greet((text) => socket.writable && socket.write(text))
      t.after(() => socket.destroy())
    })
    t.after(() => server.close())
    return new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)))
  })
  const from = { address: 'no-reply@acme.example' }
  for (const port of await Promise.all(servers)) {
    const began = performance.now()
    const settings: MailSettings = { host: '127.0.0.1', port, tls: 'none', from }
    assert.deepEqual(await send(settings, 100), { isSent: false, reason: 'timeout', isPassing: true, isOfServer: true })
    assert.deepEqual(await createMailer(settings, 100).check(), { isSent: false, reason: 'timeout', isPassing: true, isOfServer: true })
    assert.ok(performance.now() - began < 20_000, 'not after the minutes that the client would wait by itself')
  }
  const gone = await openTestSmtp(t)
  await gone.close()
  const result = await send(gone.settings)
  assert.deepEqual(result, { isSent: false, reason: 'unreachable', isPassing: true, isOfServer: true })
})

test('without the encryption that is asked for, neither a password nor a message leaves', async (t) => {
  let logins = 0
  const counting: SMTPServerOptions = {
    onAuth(_auth, _session, done) {
      logins += 1
      done(null, { user: 'post' })
    },
  }
  const login = { user: 'post', password: 'secret' }
  const plain = await openTestSmtp(t, { ...counting, disabledCommands: ['STARTTLS'] })
  const refusal = { isSent: false, reason: 'no_tls', isPassing: false, isOfServer: true }
  const result = await send({ ...plain.settings, tls: 'required', login })
  assert.deepEqual({ ...result, smtpCode: undefined }, { ...refusal, smtpCode: undefined })
  // Its certificate is nobody's.
  const untrusted = await openTestSmtp(t, counting)
  const certificateRefusal = { isSent: false, reason: 'bad_certificate', isPassing: false, isOfServer: true }
  assert.deepEqual(await send({ ...untrusted.settings, tls: 'required', login }), certificateRefusal)
  const implicit = await openTestSmtp(t, { ...counting, secure: true })
  assert.deepEqual(await send({ ...implicit.settings, tls: 'implicit', login }), certificateRefusal)
  assert.deepEqual([plain.received, untrusted.received, implicit.received, logins], [[], [], [], 0])
})

test('a trusted certificate carries login and message, by STARTTLS and from the first byte, and not for another name', async (t) => {
  const users: (string | undefined)[] = []
  const options: SMTPServerOptions = {
    ...trustedKey(t, 'localhost'),
    onAuth({ username, password }, _session, done) {
      users.push(username)
      if (password === 'p@ss') done(null, { user: username })
      else done(new Error('no'))
    },
  }
  const login = { user: 'post', password: 'p@ss' }
  for (const tls of ['required', 'implicit'] as const) {
    const smtp = await openTestSmtp(t, { ...options, authOptional: false, secure: tls === 'implicit' })
    const settings: MailSettings = { ...smtp.settings, host: 'localhost', tls, login }
    assert.deepEqual(await send(settings), { isSent: true }, tls)
    assert.deepEqual(await createMailer(settings).check(), { isSent: true }, tls)
    assert.equal(smtp.received.length, 1)
    const wrong = await send({ ...settings, login: { user: 'post', password: 'wrong' } })
    assert.deepEqual(wrong, { isSent: false, reason: 'wrong_login', smtpCode: 535, isPassing: false, isOfServer: true })
    const otherName = await send({ ...settings, host: '127.0.0.1' })
    assert.deepEqual(otherName, { isSent: false, reason: 'bad_certificate', isPassing: false, isOfServer: true })
    assert.equal(smtp.received.length, 1)
  }
  assert.deepEqual(new Set(users), new Set(['post']))
})
