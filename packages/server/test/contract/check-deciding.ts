import assert from 'node:assert/strict'
import type { Instance } from '@sallyport/engine'
import { decideCounting, instanceOf, requestOf } from '../support/counting-decision.ts'
import { type Contract, countOf, key, track } from './store-place.ts'

/** What `DecidingStore` promises: each decision is made once, counts once, and is stored as it was made. */
export function checkDeciding(contract: Contract): void {
  contract('a decision is stored as it was made, with the user and the device it showed', async (store) => {
    const instance: Instance = {
      ...instanceOf(key('k')),
      createdAt: 5_000,
      updatedAt: 6_000,
      state: 'REVIEW_REQUIRED',
      stateUpdatedAt: 5_500,
      outcome: 'REVIEW',
      policyVersion: 3,
      configVersion: 9,
      dataVersion: '2026-11',
      ruleIds: ['a', 'b'],
      undeterminedRuleIds: ['b'],
      shadowRuleIds: ['c'],
      tracked: {
        ipAddress: '192.0.2.1',
        deviceId: 'phone',
        custom: { amount: 1.5, tags: ['x', null] },
        redirectUrl: 'https://a.example',
        locale: 'de',
      },
      signals: [null, 1, 'DE', ['x', 2], [1]],
      verificationMethod: 'PASSKEY',
      verifiedByAuthenticatorId: 'auth-1',
      disputedAt: 7_000,
      learnt: 'success',
    }
    const request = { ...requestOf({ ...key('k'), deviceId: 'phone', at: 5_000 }), user: { email: 'a@b.example', username: 'alice' } }
    const result = await store.decide(request, (snapshot) => {
      assert.equal(snapshot.user.createdAt, null)
      assert.equal(snapshot.user.email, 'a@b.example')
      return { ...decideCounting(key('k'))(snapshot), changes: { instance, entities: {} } }
    })
    assert.equal(result.isNew, true)
    assert.equal(JSON.stringify(await store.findInstance(key('k'))), JSON.stringify(instance))
    const { user } = await store.loadSnapshot('one', 'alice', [])
    assert.deepEqual([user.createdAt, user.email, user.phoneNumber, user.username], [5_000, 'a@b.example', null, 'alice'])
    assert.deepEqual(user.enrolledMethods, [])
    assert.deepEqual(
      user.devices.map(({ deviceId, createdAt }) => [deviceId, createdAt]),
      [['phone', 5_000]],
    )
    const row = await store.db.selectFrom('users').selectAll().where('tenant_id', '=', 'one').executeTakeFirstOrThrow()
    assert.equal(Buffer.from(row.user_handle, 'base64url').length, 32)
  })

  contract('ID-01: 50 parallel decides with one key make one instance and count once', async (store) => {
    const tracked = { ...key('same'), ipAddress: '192.0.2.1' }
    const results = await Promise.all(Array.from({ length: 50 }, () => track(store, tracked)))
    assert.equal(results.filter((result) => result.isNew).length, 1)
    assert.equal(await countOf(store, 'one', 'address', '192.0.2.1'), 1)
    assert.equal((await store.listInstances('one', 'alice', {})).length, 1)
  })

  contract('one key is four parts: another user, action or tenant is another instance', async (store) => {
    const keys = [key('k'), key('k', 'bob'), key('k', 'alice', 'two'), { ...key('k'), action: 'sign-in' }]
    for (const tracked of keys) assert.equal((await track(store, tracked)).isNew, true)
    for (const tracked of keys) assert.deepEqual((await store.findInstance(tracked))?.userId, tracked.userId)
    assert.equal(await store.findInstance({ ...key('k'), action: 'other' }), undefined)
  })

  contract('RU-08: 100 parallel decides of one user are all counted, each after the other', async (store) => {
    const seen = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const result = await track(store, { ...key(`k${n}`), deviceId: 'phone' })
        return result.snapshot.entities.user?.count ?? 0
      }),
    )
    assert.deepEqual(
      seen.map(Number).sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, n) => n),
    )
    assert.equal(await countOf(store, 'one', 'device', 'phone'), 100)
  })

  contract('a decide function that throws changes nothing, and others of its group go on', async (store) => {
    const failing = store.decide(requestOf(key('bad')), () => {
      throw new Error('rule failed')
    })
    const others = Array.from({ length: 5 }, (_, n) => track(store, key(`k${n}`)))
    await assert.rejects(failing, /rule failed/)
    await Promise.all(others)
    assert.equal(await store.findInstance(key('bad')), undefined)
    assert.equal(await countOf(store, 'one', 'user', 'alice'), 5)
  })

  contract('an attribute that changes with a track is stored, and is no longer verified', async (store) => {
    await track(store, { ...key('k1'), email: 'a@b.example' })
    await store.transaction({ tenantId: 'one', userId: 'alice' }, async (tx) => {
      await tx.db.updateTable('users').set({ email_verified: 1 }).where('tenant_id', '=', 'one').execute()
    })
    const verified = async () => (await store.db.selectFrom('users').selectAll().executeTakeFirstOrThrow()).email_verified
    await track(store, { ...key('k2'), email: 'a@b.example' })
    assert.equal(await verified(), 1)
    await track(store, { ...key('k3'), email: 'b@b.example' })
    assert.equal(await verified(), 0)
  })
}
