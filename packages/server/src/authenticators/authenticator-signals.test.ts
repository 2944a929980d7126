import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'

let now = Date.UTC(2026, 10, 24, 12)
const app = await createTestApp({ clock: () => now })
const client = createCeremonies(app)
after(() => app.close())

const day = 24 * 3_600_000

async function signalsOf(userId: string, deviceId?: string): Promise<Record<string, unknown>> {
  const { idempotencyKey } = await client.track(userId, 'look', { deviceId })
  const { body } = await client.send('GET', `/users/${userId}/actions/look/${idempotencyKey}`, app.asServer)
  const { signals, missing } = body.output as { signals: Record<string, unknown>; missing: Record<string, unknown> }
  const all = { ...signals, ...missing }
  return Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('authenticator.')))
}

test('a decision knows the passkeys of its user: how many, which kind, how old, and whether one was used on this device', async () => {
  assert.deepEqual(await signalsOf('ann', 'phone'), {
    'authenticator.count': 0,
    'authenticator.hasDeviceBound': 'not_applicable',
    'authenticator.isBackedUp': 'not_applicable',
    'authenticator.ageDays': 'not_applicable',
    'authenticator.newestAgeDays': 'not_applicable',
    'authenticator.name': 'not_applicable',
    'authenticator.isFirstUseOnDevice': 'not_applicable',
  })
  const { authenticator } = await client.enrol('ann')
  now += 3 * day
  const enrolled = await signalsOf('ann', 'phone')
  assert.equal(enrolled['authenticator.count'], 1)
  assert.equal(enrolled['authenticator.hasDeviceBound'], true)
  assert.equal(enrolled['authenticator.isBackedUp'], false)
  assert.equal(enrolled['authenticator.ageDays'], 3)
  assert.equal(enrolled['authenticator.isFirstUseOnDevice'], true)
  assert.equal((await signalsOf('ann'))['authenticator.isFirstUseOnDevice'], 'not_provided')

  const started = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'sign-in' })
  const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
  const backedUp = { flags: (flags: number) => flags }
  assert.equal((await client.verify(app.asBrowser, options, authenticator, backedUp, { deviceId: 'phone' })).status, 200)
  assert.equal((await signalsOf('ann', 'phone'))['authenticator.isFirstUseOnDevice'], false)
  assert.equal((await signalsOf('ann', 'laptop'))['authenticator.isFirstUseOnDevice'], true)
})

test('the newest passkey tells of itself before it is used, and the one last used is the one that is described', async () => {
  const bound = await client.enrol('ben')
  now += 10 * day
  await client.enrol('ben', { backupEligible: true })
  const signals = await signalsOf('ben')
  assert.equal(signals['authenticator.count'], 2)
  assert.equal(signals['authenticator.newestAgeDays'], 0)
  assert.equal(signals['authenticator.ageDays'], 0)
  assert.equal(signals['authenticator.hasDeviceBound'], true)
  now += day
  const options = await client.authenticationOptions(app.asBrowser)
  assert.equal((await client.verify(app.asBrowser, options, bound.authenticator)).status, 200)
  const later = await signalsOf('ben')
  assert.equal(later['authenticator.ageDays'], 11)
  assert.equal(later['authenticator.newestAgeDays'], 1)
})
