import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type CreationOptions, createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { openPortal, type Portal } from '../../test/support/test-portal.ts'
import { createRecoveryCode, readRecoveryCode } from '../recovery-code.ts'

async function setUp(t: TestContext) {
  const made = await createTestApp()
  t.after(() => made.close())
  return { ...made, portal: openPortal(made) }
}

async function recover(portal: Portal, code: string | undefined) {
  const begun = await portal.post('/recovery/begin', { code })
  if (begun.status !== 200) return begun
  const authenticator = createSoftwareAuthenticator({ origin: portal.origin })
  const credential = authenticator.create(begun.body.options as CreationOptions)
  return { ...(await portal.post('/recovery/finish', { code, credential })), authenticator, credential }
}

test('ten recovery codes have a hundred bits each, and are read as people type them', () => {
  const codes = Array.from({ length: 200 }, createRecoveryCode)
  assert.equal(new Set(codes).size, 200)
  for (const code of codes) assert.match(code, /^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/)
  assert.deepEqual(readRecoveryCode(' 7oi0l-abcde fghjk-mnpqr'), readRecoveryCode('70101-ABCDE-FGHJK-MNPQR'))
  for (const wrong of ['', '7Q', '70101-ABCDE-FGHJK-MNPQU', '70101-ABCDE-FGHJK-MNPQRS', '💥'.repeat(10)]) {
    assert.equal(readRecoveryCode(wrong), undefined, wrong)
  }
})

test('AD-01: a recovery code gets a new passkey and nothing else, works once, and ends the sessions that there were', async (t) => {
  const { portal, deps, tenant } = await setUp(t)
  const admin = await portal.addAdmin('owner', 'Ada')
  const [code] = admin.recoveryCodes
  const begun = await portal.post('/recovery/begin', { code })
  assert.equal(begun.setCookie, '', 'the code alone opens no session')
  const recovered = await recover(portal, code?.toLowerCase())
  assert.equal(recovered.status, 200, JSON.stringify(recovered.body))
  const me = await portal.manage(recovered.cookie, 'GET', '/session')
  assert.partialDeepStrictEqual(me.body, { name: 'Ada', adminId: admin.adminId, recoveryCodesLeft: 9 })
  assert.equal((await portal.manage(admin.cookie, 'GET', '/session')).status, 401)
  assert.equal((await recover(portal, code)).status, 400)
  assert.equal((await portal.signIn((recovered as { authenticator: typeof admin.authenticator }).authenticator)).status, 200)
  const rows = await deps.store.db.selectFrom('admin_recovery_codes').selectAll().execute()
  for (const text of admin.recoveryCodes) {
    const secret = readRecoveryCode(text)?.secret ?? ''
    assert.equal(JSON.stringify(rows).includes(secret), false)
  }
  const events = await deps.store.db.selectFrom('audit_log').select('event').where('tenant_id', '=', tenant.tenantId).execute()
  assert.equal(events.filter(({ event }) => event === 'admin.recovery_code_used').length, 1)
})

test('AD-01: of two answers with one recovery code at once, one counts', async (t) => {
  const { portal, deps } = await setUp(t)
  const { recoveryCodes } = await portal.addAdmin('owner')
  const answers = await Promise.all([recover(portal, recoveryCodes[0]), recover(portal, recoveryCodes[0])])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
  assert.equal((await deps.store.db.selectFrom('admin_passkeys').selectAll().execute()).length, 2)
})

test('AD-01: new codes end all earlier ones', async (t) => {
  const { portal } = await setUp(t)
  const admin = await portal.addAdmin('viewer')
  const made = await portal.manage(admin.cookie, 'POST', '/session/recovery-codes')
  const codes = made.body.recoveryCodes as string[]
  assert.equal(new Set([...codes, ...admin.recoveryCodes]).size, 20)
  assert.equal((await portal.post('/recovery/begin', { code: admin.recoveryCodes[3] })).status, 400)
  assert.equal((await portal.post('/recovery/begin', { code: codes[3] })).status, 200)
})

test('AD-01: whoever guesses codes is stopped after ten, and goes on record', async (t) => {
  const { portal, deps } = await setUp(t)
  const { recoveryCodes } = await portal.addAdmin('owner', 'Ada')
  const wrong = `${recoveryCodes[0]?.slice(0, -5)}00000`
  const statuses: number[] = []
  for (let n = 0; n < 12; n++)
    statuses.push((await portal.post('/recovery/begin', { code: wrong }, { remoteAddress: '198.51.100.7' })).status)
  assert.deepEqual(statuses, [...Array(10).fill(400), 429, 429])
  assert.equal((await portal.post('/recovery/begin', { code: recoveryCodes[0] }, { remoteAddress: '198.51.100.8' })).status, 200)
  await deps.refusedEntries.stop()
  const rows = await deps.store.db
    .selectFrom('audit_log')
    .selectAll()
    .where('event', '=', 'admin.sign_in_refused')
    .orderBy('sequence')
    .execute()
  assert.deepEqual(
    rows.map(({ actor_name, ip_address, details }) => [actor_name, ip_address, JSON.parse(details).way, JSON.parse(details).count]),
    [
      ['Ada', '198.51.100.7', 'recovery_code', 1],
      ['Ada', '198.51.100.7', 'recovery_code', 9],
    ],
  )
})
