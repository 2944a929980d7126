import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { toAuthenticatorRow } from './authenticator-row.ts'
import { createAuthenticatorSecrets } from './authenticator-secret.ts'

const { deps, close } = await createTestApp()
after(close)
const { db } = deps.store
const tenantId = 'test-tenant'

async function bind(userId: string, id: string) {
  const owner = { tenantId, userId, userAuthenticatorId: id }
  await db
    .insertInto('authenticators')
    .values(toAuthenticatorRow(owner, 'AUTHENTICATOR_APP', { details: {} }, 1))
    .execute()
  return { tenantId, userId, id }
}

const stored = (id: string) =>
  db.selectFrom('authenticators').select('secret').where('user_authenticator_id', '=', id).executeTakeFirstOrThrow()

test('a secret is read back, and is not readable where it is stored', async () => {
  const place = await bind('ann', 'ann-app')
  assert.equal(await deps.authenticatorSecrets.read(db, place), undefined)
  await deps.authenticatorSecrets.write(db, place, 'JBSWY3DPEHPK3PXP')
  assert.equal(await deps.authenticatorSecrets.read(db, place), 'JBSWY3DPEHPK3PXP')
  const { secret } = await stored('ann-app')
  assert.ok(secret !== null && !secret.includes('JBSWY3DPEHPK3PXP'))
  await deps.authenticatorSecrets.write(db, place, 'JBSWY3DPEHPK3PXP')
  assert.notEqual((await stored('ann-app')).secret, secret, 'the same secret is encrypted in another way each time')
})

test('a secret that is copied to another authenticator, user or tenant does not open there', async () => {
  const place = await bind('ben', 'ben-app')
  const other = await bind('cat', 'cat-app')
  await deps.authenticatorSecrets.write(db, place, 'JBSWY3DPEHPK3PXP')
  const { secret } = await stored('ben-app')
  await db.updateTable('authenticators').set({ secret }).where('user_authenticator_id', '=', 'cat-app').execute()
  await assert.rejects(deps.authenticatorSecrets.read(db, other), /does not open/)
  for (const elsewhere of [{ tenantId: 'other' }, { userId: 'other' }, { id: 'other' }]) {
    assert.throws(() => deps.authenticatorSecrets.decrypt(String(secret), { ...place, ...elsewhere }), /does not open/)
  }
})

test('a secret does not open under another master key', async () => {
  const place = await bind('dan', 'dan-app')
  await deps.authenticatorSecrets.write(db, place, 'JBSWY3DPEHPK3PXP')
  await assert.rejects(createAuthenticatorSecrets(randomBytes(32)).read(db, place), /another master key/)
})
