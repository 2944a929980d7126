import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../test/support/open-test-store.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import { createTriesPurge } from './purge-tries.ts'
import { type AdmittedGuess, type Guess, takeGuess } from './take-guess.ts'

const [minute, hour, day] = [60_000, 60 * 60_000, 24 * 60 * 60_000]
let now = 1_750_000_000_000
const clock = () => now
const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-tries-'))
let opened: TestStore
let db: Db
before(async () => {
  opened = await openTestStore({ dataDir, clock })
  db = opened.store.db
})
after(async () => {
  await opened.remove()
  rmSync(dataDir, { recursive: true })
})

let tenants = 0
const newTenant = (authenticatorConfigurations: Tenant['authenticatorConfigurations'] = []): Tenant =>
  ({ tenantId: `tenant-${++tenants}`, authenticatorConfigurations }) as unknown as Tenant
let addresses = 0
/** Each from an address and a network of its own. */
const newAddress = () => {
  addresses += 1
  return `10.${(addresses >> 8) & 255}.${addresses & 255}.1`
}
const totp = { method: 'AUTHENTICATOR_APP', userId: 'ann', userAuthenticatorId: 'a1', use: 'authentication' } as const

/** The guess that may be judged, or the seconds to wait. */
async function guess(tenant: Tenant, given: Partial<Guess> = {}): Promise<AdmittedGuess | number> {
  try {
    return await takeGuess({ store: opened.store, clock, newId: randomUUID }, tenant, { ...totp, ipAddress: newAddress(), ...given })
  } catch (error) {
    if (error instanceof ApiError && error.code === 'too_many_requests') return Number(error.retryAfterSeconds)
    throw error
  }
}
const isAdmitted = (outcome: AdmittedGuess | number) => typeof outcome !== 'number'

/** Guesses that are judged when somebody tries again as soon as allowed, until nothing is judged for a day. */
async function guessAsFastAsAllowed(tenant: Tenant, given: Partial<Guess> = {}): Promise<{ judged: number; waits: number[] }> {
  let judged = 0
  const waits: number[] = []
  for (let refusals = 0; refusals < 24; ) {
    const outcome = await guess(tenant, given)
    if (typeof outcome === 'number') {
      waits.push(outcome)
      now += outcome * 1000
      refusals += 1
    } else {
      judged += 1
      refusals = 0
    }
  }
  return { judged, waits }
}

test('RL-01, RL-04: the fifth wrong answer brings a delay that doubles from 30 s to an hour, and after the twentieth nothing is judged', async () => {
  const tenant = newTenant()
  const { judged, waits } = await guessAsFastAsAllowed(tenant)
  assert.equal(judged, 20)
  assert.deepEqual(waits.slice(0, 9), [30, 60, 120, 240, 480, 960, 1920, 3600, 3600])
  now += 365 * day
  assert.equal(await guess(tenant), 3600)
  const locks = await db.selectFrom('audit_log').select(['event', 'user_id']).where('tenant_id', '=', tenant.tenantId).execute()
  assert.deepEqual(
    locks.map(({ event, user_id }) => [event, user_id]),
    [['authenticator.locked', 'ann']],
  )
})

test('RL-02: of 100 answers at once, five are judged', async () => {
  const tenant = newTenant()
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => guess(tenant)))
  assert.equal(outcomes.filter(isAdmitted).length, 5)
})

test('RL-03: a right answer clears the wrong ones of its own authenticator and of no other', async () => {
  const tenant = newTenant()
  const sms = { method: 'SMS', userAuthenticatorId: 's1' } as const
  for (let count = 0; count < 4; count += 1) {
    await guess(tenant)
    await guess(tenant, sms)
  }
  const right = await guess(tenant)
  assert.ok(typeof right !== 'number')
  await right.wasRight(db)
  for (let count = 0; count < 5; count += 1) assert.ok(isAdmitted(await guess(tenant)), `${count}`)
  assert.equal(await guess(tenant), 30)
  assert.ok(isAdmitted(await guess(tenant, sms)))
  assert.equal(await guess(tenant, sms), 30)
  assert.ok(isAdmitted(await guess(tenant, { method: 'EMAIL_OTP', userAuthenticatorId: 'e1' })), 'other methods stay open')
})

test('an answer that was right and did not pass for another reason gives its try back', async () => {
  const tenant = newTenant()
  for (let count = 0; count < 4; count += 1) await guess(tenant)
  const fifth = await guess(tenant)
  assert.ok(typeof fifth !== 'number')
  assert.equal(await guess(tenant), 30)
  await fifth.giveBack(db)
  assert.ok(isAdmitted(await guess(tenant)))
  assert.equal(await guess(tenant), 30)
})

test('RL-04: a user who has no authenticator is throttled as one who has', async () => {
  const tenant = newTenant()
  const known = await guessAsFastAsAllowed(tenant)
  const unknown = await guessAsFastAsAllowed(tenant, { userId: 'nobody', userAuthenticatorId: undefined })
  assert.deepEqual(unknown, known)
})

test('RL-05: a guessing attack from 10,000 addresses with new challenges gets at most the documented tries', async () => {
  const tenant = newTenant()
  const attempts = opened.store.kind === 'sqlite' ? 10_000 : 1_000
  let judged = 0
  // Spread over a week, so that every delay passes.
  for (let round = 0; round < 40; round += 1) {
    const outcomes = await Promise.all(Array.from({ length: attempts / 40 }, () => guess(tenant)))
    judged += outcomes.filter(isAdmitted).length
    now += (7 * day) / 40
  }
  assert.equal(judged, 20)
})

test('RL-05: a user has ten wrong answers in five minutes with one method, over all authenticators and bindings', async () => {
  const tenant = newTenant()
  let judged = 0
  for (let count = 0; count < 30; count += 1) {
    const outcome = await guess(
      tenant,
      count % 3 === 0 ? { use: 'registration', userAuthenticatorId: undefined } : { userAuthenticatorId: `a${count}` },
    )
    judged += isAdmitted(outcome) ? 1 : 0
  }
  assert.equal(judged, 10)
  assert.equal(await guess(tenant), 300)
  now += 5 * minute
  assert.ok(isAdmitted(await guess(tenant)))
})

test('wrong answers count for the address, its network and the tenant, whoever they are for', async () => {
  const judged = async (count: number, addressOf: (n: number) => string | undefined) => {
    const tenant = newTenant()
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, n) => guess(tenant, { userId: `user-${n}`, ipAddress: addressOf(n) })),
    )
    return outcomes.filter(isAdmitted).length
  }
  assert.equal(await judged(60, () => '192.0.2.7'), 50)
  assert.equal(await judged(60, (n) => `2001:db8:0:1::${n.toString(16)}`), 50, 'one client has the whole /64')
  assert.equal(await judged(220, (n) => `192.0.2.${n}`), 200)
  assert.equal(await judged(220, (n) => `2001:db8:7:${n.toString(16)}::1`), 200)
  assert.equal(await judged(620, () => undefined), 600)
})

test('a refusal by address counts for nobody else', async () => {
  const tenant = newTenant()
  for (let n = 0; n < 50; n += 1) await guess(tenant, { userId: `user-${n}`, ipAddress: '192.0.2.7' })
  for (let n = 0; n < 30; n += 1) assert.equal(typeof (await guess(tenant, { ipAddress: '192.0.2.7' })), 'number')
  for (let n = 0; n < 5; n += 1) assert.ok(isAdmitted(await guess(tenant)))
  assert.equal(await guess(tenant), 30)
})

test('RL-01: a tenant may set how many wrong answers a user has in a window', async () => {
  const settings = { submissionRateLimitConfiguration: { rateLimit: 3, windowInMinutes: 60 } }
  const tenant = newTenant([{ authenticatorId: 'x', verificationMethod: 'AUTHENTICATOR_APP', isActive: true, settings }])
  for (let count = 0; count < 3; count += 1) assert.ok(isAdmitted(await guess(tenant)))
  assert.equal(await guess(tenant), 3600)
})

test('A-26: a lock or window that was begun under a wrong clock holds nobody up for longer than a day', async () => {
  const tenant = newTenant()
  now += 365 * day
  for (let count = 0; count < 10; count += 1) await guess(tenant, { userAuthenticatorId: `a${count % 2}` })
  now -= 365 * day
  assert.ok(isAdmitted(await guess(tenant, { userAuthenticatorId: 'a0' })))
})

test('A-24: windows that have ended are purged, and wrong answers in a row are not', async () => {
  const tenant = newTenant()
  await guess(tenant)
  now += hour
  await createTriesPurge({ store: opened.store, clock, stopwatch: () => 0 })()
  const rows = await db.selectFrom('tries').select('subject').where('tenant_id', '=', tenant.tenantId).execute()
  if (opened.store.kind === 'sqlite')
    assert.deepEqual(
      rows.map(({ subject }) => subject),
      ['answers in a row ["ann","AUTHENTICATOR_APP","a1"]'],
    )
})
