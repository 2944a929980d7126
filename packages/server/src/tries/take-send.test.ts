import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../test/support/open-test-store.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { takeGuess } from './take-guess.ts'
import { forgetSend, noteCompletion, type Send, takeSend, tooManySends } from './take-send.ts'

const [minute, day] = [60_000, 24 * 60 * 60_000]
let now = 1_750_000_000_000
const clock = () => now
const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-sends-'))
let opened: TestStore
const metrics = { countSend: () => undefined, countStoppedPrefix: () => undefined }
before(async () => {
  opened = await openTestStore({ dataDir, clock })
})
after(async () => {
  await opened.remove()
  rmSync(dataDir, { recursive: true })
})

let tenants = 0
const newTenant = (settings?: object): Tenant => {
  const authenticatorConfigurations =
    settings === undefined ? [] : [{ authenticatorId: 'x', verificationMethod: 'EMAIL_OTP', isActive: true, settings }]
  return { tenantId: `tenant-${++tenants}`, authenticatorConfigurations } as unknown as Tenant
}
let addresses = 0
const newAddress = () => {
  addresses += 1
  return `10.${(addresses >> 8) & 255}.${addresses & 255}.1`
}
const send = (tenant: Tenant, given: Partial<Send> = {}) =>
  takeSend({ store: opened.store, clock, newId: randomUUID, metrics }, tenant, {
    method: 'EMAIL_OTP',
    userId: 'ann',
    to: { email: 'ann@example.com' },
    ipAddress: newAddress(),
    ...given,
  })
const sms = (n = 0) => ({ method: 'SMS', to: { phoneNumber: `+64 21 555 ${1000 + n}` } }) as const
const nth = (n: number) => ({ userId: `user-${n}`, to: { email: `user-${n}@example.com` } })

/** How many of these are sent. */
async function sent(tenant: Tenant, count: number, given: (n: number) => Partial<Send>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, (_, n) => send(tenant, given(n))))
  return answers.filter(({ isAllowed }) => isAllowed).length
}

test('OT-08: of 100 requests at once, one user is sent 12 mails or 6 text messages in ten minutes', async () => {
  const tenant = newTenant()
  assert.equal(await sent(tenant, 100, () => ({})), 12)
  assert.equal(await sent(tenant, 100, () => sms()), 6)
  const refused = await send(tenant)
  assert.deepEqual(refused, { isAllowed: false, retryAfterSeconds: 600 })
  if (!refused.isAllowed)
    assert.deepEqual([tooManySends(refused).code, tooManySends(refused).retryAfterSeconds], ['too_many_requests', 600])
  now += 10 * minute
  assert.equal(await sent(tenant, 20, () => ({})), 12)
})

test('OT-08: a phone number is sent 20 text messages a day, however the requests are spread', async () => {
  const tenant = newTenant()
  let count = 0
  for (let round = 0; round < 12; round += 1) {
    count += await sent(tenant, 10, () => sms())
    now += 10 * minute
  }
  assert.equal(count, 20)
  now += day
  assert.equal(await sent(tenant, 10, () => sms()), 6)
})

test('OT-08: sends count for the destination, the address, the network and the tenant, whichever user asks', async () => {
  assert.equal(await sent(newTenant(), 20, (n) => ({ userId: `user-${n}` })), 12, 'one mail address')
  assert.equal(
    await sent(newTenant(), 20, (n) => ({ userId: `user-${n}`, to: { email: n % 2 ? 'Ann@Example.com' : 'ann@example.com' } })),
    12,
  )
  assert.equal(await sent(newTenant(), 40, (n) => ({ ...nth(n), ipAddress: '192.0.2.7' })), 30)
  assert.equal(await sent(newTenant(), 120, (n) => ({ ...nth(n), ipAddress: `192.0.2.${n}` })), 100)
  assert.equal(await sent(newTenant(), 120, (n) => ({ ...nth(n), ipAddress: undefined })), 120, 'the application asks')
  assert.equal(await sent(newTenant(), 40, (n) => ({ userId: `user-${n}`, ...sms(n), ipAddress: '192.0.2.7' })), 20)
})

test('OT-06: a new code begins no new count of wrong answers', async () => {
  const tenant = newTenant()
  const deps = { store: opened.store, clock, newId: randomUUID }
  const guess = () =>
    takeGuess(deps, tenant, { method: 'EMAIL_OTP', userId: 'ann', userAuthenticatorId: 'e1', use: 'authentication', ipAddress: undefined })
  for (let wrong = 0; wrong < 4; wrong += 1) await guess()
  assert.ok((await send(tenant)).isAllowed)
  await guess()
  assert.ok((await send(tenant)).isAllowed)
  await assert.rejects(guess(), { code: 'too_many_requests', retryAfterSeconds: 30 })
})

test('a message that was refused counts for nothing else', async () => {
  const tenant = newTenant()
  for (let n = 0; n < 40; n += 1) await send(tenant, { ipAddress: '192.0.2.7' })
  assert.equal(await sent(tenant, 40, (n) => ({ ...nth(n), ipAddress: '192.0.2.7' })), 18, '12 of 30 went to one user')
})

test('a tenant sets how many messages a user is sent, in one or several windows', async () => {
  const limit = (rateLimit: number, windowInMinutes: number) => ({ rateLimit, windowInMinutes })
  assert.equal(await sent(newTenant({ sendingRateLimitConfiguration: limit(3, 10) }), 10, () => ({})), 3)
  const tenant = newTenant({ sendingRateLimitConfigurations: [limit(2, 1), limit(5, 1440)] })
  const counts: number[] = []
  for (let round = 0; round < 4; round += 1) {
    counts.push(await sent(tenant, 10, () => ({})))
    now += minute
  }
  assert.deepEqual(counts, [2, 2, 1, 0])
})

test('what was sent is on record without code, address or number, and who answered', async () => {
  const tenant = newTenant()
  const { tenantId } = tenant
  const first = await send(tenant, sms())
  await send(tenant)
  now += minute
  await noteCompletion(opened.store.db, { tenantId, userId: 'ann', method: 'SMS' }, now)
  const rows = await opened.store.db
    .selectFrom('sends')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('verification_method')
    .execute()
  assert.deepEqual(
    rows.map((row) => [row.user_id, row.verification_method, row.completed_at]),
    [
      ['ann', 'EMAIL_OTP', null],
      ['ann', 'SMS', now],
    ],
  )
  const tries = await opened.store.db.selectFrom('tries').selectAll().where('tenant_id', '=', tenantId).execute()
  assert.ok(!/example|5551/.test(JSON.stringify([rows, tries])))
  assert.ok(first.isAllowed)
  await forgetSend(opened.store.db, tenantId, first.sendId)
  assert.equal((await opened.store.db.selectFrom('sends').selectAll().where('tenant_id', '=', tenantId).execute()).length, 1)
})

test('SMS pumping: sending to a country or block whose messages nobody answers stops for an hour, then longer', async () => {
  const tenant = newTenant()
  const { tenantId } = tenant
  /** Numbers of Samoa, in blocks of their own; `answered` of ten is answered. */
  const spend = async (count: number, answered: number, from: number) => {
    let allowed = 0
    for (let n = from; n < from + count; n += 1) {
      const given = { userId: `user-${n}`, method: 'SMS', to: { phoneNumber: `+685 7${10 + (n % 90)}${1000 + n}` } } as const
      if ((await send(tenant, given)).isAllowed) allowed += 1
      if (n % 10 < answered) await noteCompletion(opened.store.db, { tenantId, userId: given.userId, method: 'SMS' }, now)
    }
    return allowed
  }
  assert.equal(await spend(20, 3, 0), 20)
  now += 4 * minute
  assert.equal(await spend(20, 1, 100), 20, 'three of ten answer: that is usual')
  now += 4 * minute
  assert.equal(await spend(1, 0, 200), 1, 'two of ten over all')
  assert.equal(await spend(25, 0, 300), 25)
  now += 4 * minute
  assert.equal(await spend(10, 0, 400), 0)
  const refused = await send(tenant, { userId: 'x', method: 'SMS', to: { phoneNumber: '+685 7212345' } })
  assert.deepEqual(refused, { isAllowed: false, retryAfterSeconds: 3600 })
  assert.ok(
    (await send(tenant, { userId: 'x', method: 'SMS', to: { phoneNumber: '+64 21 555 1234' } })).isAllowed,
    'other countries stay open',
  )
  assert.ok((await send(tenant)).isAllowed, 'other methods stay open')
  const stops = async () => {
    const rows = await opened.store.db.selectFrom('audit_log').selectAll().where('tenant_id', '=', tenantId).orderBy('at').execute()
    return rows.map(({ event, details }) => [event, JSON.parse(details)])
  }
  assert.deepEqual(await stops(), [['sends.stopped', { scope: 'country', prefix: 'WS', sends: 66, completed: 8, forMinutes: 60 }]])
  now += 61 * minute
  assert.equal(await spend(20, 0, 500), 20)
  now += 4 * minute
  assert.equal(await spend(1, 0, 600), 0)
  assert.equal((await stops()).at(-1)?.[1].forMinutes, 120)
})

test('SMS pumping: a tenant limits sends to a country or a block of numbers, and unlisted ones keep the default', async () => {
  const prefix = { blockSize: 'country', rateLimit: 5, windowInMinutes: 60, countryCodes: ['WS'] } as const
  const configure = (settings: object) =>
    ({ tenantId: `tenant-${++tenants}`, authenticatorConfigurations: [{ verificationMethod: 'SMS', settings }] }) as unknown as Tenant
  const to = (start: string) => (n: number) => ({
    userId: `user-${n}`,
    method: 'SMS' as const,
    to: { phoneNumber: `${start}${10_000 + n}` },
  })
  assert.equal(await sent(configure({ prefixRateLimitConfigurations: [prefix] }), 20, to('+68572')), 5)
  assert.equal(await sent(configure({ prefixRateLimitConfigurations: [{ ...prefix, enabled: false }] }), 20, to('+68572')), 20)
  assert.equal(await sent(configure({ prefixRateLimitConfigurations: [prefix] }), 20, to('+64215')), 20)
  assert.equal(await sent(configure({}), 40, to('+64215')), 30, 'a block of 10,000 numbers')
  assert.equal(
    await sent(configure({ prefixRateLimitConfigurations: [{ blockSize: 10, rateLimit: 2, windowInMinutes: 1 }] }), 20, to('+64215')),
    4,
  )
})
