import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { exportUsers, type UserPage } from './export-users.ts'
import { importUsers } from './import-users.ts'

const { app, deps, tenant, asServer, addTenant, close } = await createTestApp()
after(close)

function passkey() {
  const { credentialId, coseKey } = createSoftwareAuthenticator({ algorithm: 'ES256' })
  return { verificationMethod: 'PASSKEY', credentialId, credentialPublicKey: Buffer.from(encodeCBOR(coseKey)).toString('base64url') }
}

async function everyUser(tenantId: string, limit = 500): Promise<UserPage['users']> {
  const users: UserPage['users'] = []
  let page: UserPage = { users: [], after: '' }
  while (page.after !== undefined) {
    page = await exportUsers(deps.store.db, tenantId, page.after === '' ? undefined : page.after, limit)
    users.push(...page.users)
  }
  return users
}

test('users that were exported are the same after they were imported elsewhere, handles and keys included', async () => {
  for (const id of ['auth0|b', 'ann', 'zoë']) {
    const url = `/v1/users/${encodeURIComponent(id)}`
    const custom = { tier: 'gold', score: 3 }
    await app.inject({ method: 'PATCH', url, headers: asServer, payload: { email: `${id}@example.com`, emailVerified: true, custom } })
    await app.inject({ method: 'POST', url: `${url}/authenticators`, headers: asServer, payload: { ...passkey(), name: 'Laptop' } })
  }
  const exported = await everyUser(tenant.tenantId)
  assert.equal(exported.length, 3)
  assert.deepEqual(await everyUser(tenant.tenantId, 1), exported, 'whatever the size of a page')

  const other = await addTenant()
  const lines = JSON.parse(JSON.stringify(exported))
  assert.deepEqual(await importUsers(deps, other.tenantId, lines), { imported: 3, failures: [] })
  const arrived = await everyUser(other.tenantId)
  const comparable = (users: UserPage['users']) => JSON.parse(JSON.stringify(users.map(({ updatedAt: _, ...user }) => user)))
  assert.deepEqual(comparable(arrived), comparable(exported))
  const shown = await app.inject({ url: '/v1/users/ann', headers: other.asServer })
  assert.equal(shown.json().isEnrolled, true)

  assert.deepEqual(await importUsers(deps, other.tenantId, lines), { imported: 3, failures: [] }, 'a second time changes nothing')
  assert.deepEqual(comparable(await everyUser(other.tenantId)), comparable(exported))
})

test('each user stands for itself, and a refused one leaves nothing behind', async () => {
  const { tenantId } = await addTenant()
  const taken = passkey()
  const handle = Buffer.alloc(32, 1).toString('base64url')
  const result = await importUsers(deps, tenantId, [
    { userId: 'good', userHandle: handle, authenticators: [taken] },
    { userId: '' },
    { email: 'nobody@example.com' },
    'text',
    { userId: 'no-key', authenticators: [{ verificationMethod: 'PASSKEY', credentialId: 'AAAA' }] },
    { userId: 'bad-key', authenticators: [{ ...passkey(), credentialPublicKey: 'AAAA' }] },
    { userId: 'bad-state', authenticators: [{ ...passkey(), backupState: true }] },
    { userId: 'also-good' },
  ])
  assert.equal(result.imported, 2)
  assert.deepEqual(
    result.failures.map(({ index }) => index),
    [1, 2, 3, 4, 5, 6],
  )
  const thief = await importUsers(deps, tenantId, [
    { userId: 'thief', authenticators: [taken] },
    { userId: 'copy', userHandle: handle },
    { userId: 'good', userHandle: Buffer.alloc(32, 2).toString('base64url') },
  ])
  assert.equal(thief.imported, 0)
  assert.deepEqual(
    (await everyUser(tenantId)).map(({ userId }) => userId),
    ['also-good', 'good'],
  )
})
