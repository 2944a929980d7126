import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openTestSmtp, readMail } from '../../test/support/test-smtp.ts'
import { createDelivery, type DeliveryDeps } from './delivery.ts'
import type { Mailer, OutgoingMail } from './mailer.ts'
import type { Attempt } from './send-failure.ts'

const ada = { tenantId: 'one', address: 'ada@example.com' }
const passing: Attempt = { isSent: false, reason: 'deferred', smtpCode: 451, isPassing: true, isOfServer: false }
const final: Attempt = { isSent: false, reason: 'recipient_refused', smtpCode: 550, isPassing: false, isOfServer: false }

function setUp(options: Partial<DeliveryDeps> = {}, attempts?: Attempt[]) {
  const tried: OutgoingMail[] = []
  const counted: string[] = []
  const lines: string[] = []
  const clock = { now: Date.parse('2026-05-01T12:00:00Z') }
  const mailer: Mailer | undefined = attempts && {
    async send(mail) {
      tried.push(mail)
      return attempts.shift() ?? { isSent: true }
    },
    check: async () => ({ isSent: true }),
  }
  const write = (...line: unknown[]) => void lines.push(JSON.stringify(line))
  const delivery = createDelivery({
    mail: undefined,
    hasOutbox: true,
    metrics: { countMessage: (kind, result) => void counted.push(`${kind} ${result}`) },
    log: { info: write, warn: write },
    clock: () => clock.now,
    newId: randomUUID,
    pausesMs: [1, 1],
    ...(mailer && { mailer }),
    ...options,
  })
  const send = (to = ada) => delivery.send(to, 'test', { at: clock.now })
  return { delivery, tried, counted, lines, clock, send }
}

test('a message is sent in the background, and whoever asked can learn what became of it', async () => {
  const { delivery, tried, counted, lines, send } = setUp({}, [])
  const sent = send()
  assert.deepEqual([sent.channel, tried.length], ['mail', 0])
  assert.equal(delivery.record.find('one', sent.messageId)?.state, 'sending')
  assert.deepEqual(await sent.outcome, { state: 'delivered' })
  const known = delivery.record.find('one', sent.messageId)
  assert.deepEqual([known?.state, known?.attempts, known?.mail], ['delivered', 1, undefined])
  assert.deepEqual(counted, ['test delivered'])
  assert.deepEqual(lines, [])
  assert.equal(delivery.health().state, 'working')
})

test('a passing failure is tried again a bounded number of times, a final one is not', async () => {
  const once = setUp({}, [passing])
  assert.deepEqual(await once.send().outcome, { state: 'delivered' })
  assert.equal(once.tried.length, 2)
  assert.deepEqual(new Set(once.tried.map(({ messageId }) => messageId)).size, 1)

  const always = setUp({}, [passing, passing, passing, passing])
  assert.deepEqual(await always.send().outcome, { state: 'failed', reason: 'deferred' })
  assert.equal(always.tried.length, 3)
  assert.deepEqual(always.counted, ['test failed'])

  const refused = setUp({}, [final])
  assert.deepEqual(await refused.send().outcome, { state: 'failed', reason: 'recipient_refused' })
  assert.equal(refused.tried.length, 1)
})

test('a message that is of no use any longer is not tried again', async () => {
  const { delivery, tried, clock } = setUp({ pausesMs: [60_000] }, [passing])
  const soon = delivery.send(ada, 'test', { at: 0 }, { usefulUntil: clock.now + 30_000 })
  assert.deepEqual(await soon.outcome, { state: 'failed', reason: 'deferred' })
  const late = delivery.send(ada, 'test', { at: 0 }, { usefulUntil: clock.now })
  assert.deepEqual(await late.outcome, { state: 'failed', reason: 'expired' })
  assert.equal(tried.length, 1)
})

test('LG-02: log lines about messages have an id and a reason, and neither address nor contents', async (t) => {
  const smtp = await openTestSmtp(t, {
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('ada@example.com does not live here'), { responseCode: 550 })),
  })
  const { delivery, lines } = setUp({ mail: smtp.settings })
  const data = { tenantName: 'Acme', role: 'owner', url: 'http://localhost:4000/portal/set-up#code', expiresAt: 0 }
  const sent = delivery.send(ada, 'admin_invitation', data)
  assert.deepEqual(await sent.outcome, { state: 'failed', reason: 'recipient_refused' })
  assert.equal(lines.length, 1)
  assert.match(
    lines.join(),
    new RegExp(`"messageId":"${sent.messageId}","kind":"admin_invitation","attempt":1,"reason":"recipient_refused"`),
  )
  assert.doesNotMatch(lines.join(), /ada|example\.com|set-up|code#|Acme/)
})

test('while a mail server hangs, asking takes no time, and messages beyond the bound are refused at once', async () => {
  const hanging: Mailer = {
    send: (_mail, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ isSent: false, reason: 'timeout', isPassing: true, isOfServer: true })),
      ),
    check: async () => ({ isSent: true }),
  }
  const { delivery, send } = setUp({ mailer: hanging })
  const began = performance.now()
  const sent = Array.from({ length: 200 }, () => send())
  const refused = send()
  const other = send({ tenantId: 'two', address: 'ben@example.com' })
  assert.ok(performance.now() - began < 20_000)
  assert.deepEqual(await refused.outcome, { state: 'failed', reason: 'too_many' })
  await turn()
  await delivery.stop(1)
  assert.deepEqual(
    new Set((await Promise.all([...sent, other].map(({ outcome }) => outcome))).map((one) => JSON.stringify(one))),
    new Set(['{"state":"failed","reason":"stopped"}']),
  )
})

test('a stop sends what waits and gives up what would be tried later', async () => {
  const { delivery, send, tried } = setUp({ pausesMs: [60_000] }, [passing])
  const failing = send()
  while (delivery.record.find('one', failing.messageId)?.reason === undefined) await turn()
  const waiting = send()
  await delivery.stop(10_000)
  assert.deepEqual(await failing.outcome, { state: 'failed', reason: 'deferred' })
  assert.deepEqual(await waiting.outcome, { state: 'delivered' })
  assert.equal(tried.length, 2)
  assert.deepEqual(await send().outcome, { state: 'failed', reason: 'stopped' })
})

test('without a mail server the last 200 messages of a tenant are kept whole, and no more', async () => {
  const { delivery, send, counted } = setUp()
  for (let n = 0; n < 201; n++) send({ tenantId: 'one', address: `user-${n}@example.com` })
  send({ tenantId: 'two', address: 'ben@example.com' })
  const kept = delivery.record.list('one')
  assert.deepEqual([kept.length, kept[0]?.to, kept.at(-1)?.to], [200, 'user-200@example.com', 'user-1@example.com'])
  assert.match(kept[0]?.mail?.text ?? '', /This is a test/)
  assert.equal(delivery.record.list('two').length, 1)
  assert.deepEqual(await send().outcome, { state: 'kept' })
  assert.equal(counted.at(-1), 'test kept')
  delivery.record.forget('one')
  assert.deepEqual([delivery.record.list('one'), delivery.record.list('two').length], [[], 1])
  assert.equal(delivery.health().state, 'not_set_up')
})

test('where nobody could read an outbox, a message without a mail server has failed', async () => {
  const { send } = setUp({ hasOutbox: false })
  const sent = send()
  assert.deepEqual([sent.channel, await sent.outcome], ['none', { state: 'failed', reason: 'no_mail_server' }])
})

test('AD-05: names with markup, line breaks and turned text are text in every part of a mail, and add no header', async (t) => {
  const smtp = await openTestSmtp(t)
  const { delivery } = setUp({ mail: smtp.settings })
  const tenantName = 'Acme\r\nBcc: eve@evil.example\r\n\r\n<img src=x onerror=alert(1)>'
  const invitedBy = '\u202egnp.exe <b>see www.evil.example & http://evil.example</b>\0\u001b[31m'
  const url = 'http://localhost:4000/portal/set-up#code'
  const sent = delivery.send(ada, 'admin_invitation', { tenantName, role: 'owner', invitedBy, url, expiresAt: 0 })
  assert.deepEqual(await sent.outcome, { state: 'delivered' })
  const [received] = smtp.received
  assert.ok(received !== undefined)
  assert.deepEqual(received.to, ['ada@example.com'])
  const { header, text, html } = readMail(received)
  const names = header.split('\r\n').flatMap((line) => /^([\w-]+):/.exec(line)?.[1] ?? [])
  assert.deepEqual(
    names.filter((name) => /^(bcc|cc)$/i.test(name)),
    [],
  )
  assert.equal(names.filter((name) => name === 'Subject').length, 1)
  assert.doesNotMatch(`${text}${html}`, /[\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u)
  assert.doesNotMatch(html, /<img|<b>|onerror=alert\(1\)>/)
  assert.match(html, /&lt;img src=x onerror=alert\(1\)&gt;/)
  assert.doesNotMatch(text, /evil\.example|http:\/\/evil/, 'a mail program would make a link of it')
  assert.deepEqual(
    [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target),
    [url, url],
  )
})

test('a mail server that a tenant named sends one message at a time, holds up nobody else, and says nothing of ours', async () => {
  const { delivery, tried, send } = setUp({}, [])
  const begun: string[] = []
  const { promise: released, resolve: release } = Promise.withResolvers<Attempt>()
  const by = {
    send({ to }: OutgoingMail) {
      begun.push(to)
      return released
    },
  }
  const slow = Array.from({ length: 6 }, (_, place) =>
    delivery.send({ tenantId: 'slow', address: `${place}@example.com` }, 'test', { at: 0 }, { by }),
  )
  assert.deepEqual(await send().outcome, { state: 'delivered' })
  assert.deepEqual([begun, tried.length, delivery.health().state], [['0@example.com'], 1, 'working'])
  release(final)
  for (const { outcome } of slow) assert.deepEqual(await outcome, { state: 'failed', reason: 'recipient_refused' })
  assert.deepEqual([begun.length, tried.length, delivery.health().state], [6, 1, 'working'])
})
