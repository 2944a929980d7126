import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instance } from '@sallyport/engine'
import type { HistoryBatch, HistoryQuery } from '../../src/storage/instance-history.ts'
import { openHistory } from '../../src/storage/open-history.ts'
import type { Store } from '../../src/storage/store.ts'
import { isUniqueViolation, StoreUnavailableError } from '../../src/storage/store-errors.ts'
import {
  countingTraces,
  decideCounting,
  instanceEntities,
  instanceOf,
  recordTracked,
  requestOf,
  type Tracked,
} from '../support/counting-decision.ts'

/** A place that stores are opened on, one after the other. */
export interface StorePlace {
  open(): Promise<Store>
  /** Pretends that a newer release had migrated it. While no store is open. */
  markNewer(): Promise<void>
  remove(): Promise<void>
}

/** The functions to open a store of the contract with. */
export const contractFolding = { instanceEntities, recordTracked }

const key = (idempotencyKey: string, userId = 'alice', tenantId = 'one') => ({ tenantId, userId, action: 'transfer', idempotencyKey })

const track = (store: Store, tracked: Tracked) => store.decide(requestOf(tracked), decideCounting(tracked))

async function countOf(store: Store, tenantId: string, kind: 'user' | 'device' | 'address', entityKey: string): Promise<unknown> {
  const { entities } = await store.loadSnapshot(tenantId, 'alice', [{ kind, key: entityKey }])
  return entities[kind]?.count ?? 0
}

/**
 * Registers the tests that every store passes: the promises of `Store`, each tried through the port alone.
 */
export function checkStoreContract(name: string, makePlace: () => Promise<StorePlace>): void {
  function contract(title: string, check: (store: Store, place: StorePlace) => Promise<void>): void {
    test(`${name}: ${title}`, async () => {
      const place = await makePlace()
      try {
        const store = await place.open()
        try {
          await check(store, place)
        } finally {
          await store.close()
        }
      } finally {
        await place.remove()
      }
    })
  }

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

  contract('what was stored is there after closing and opening again', async (store, place) => {
    for (let n = 0; n < 20; n++) await track(store, { ...key(`k${n}`), deviceId: `d${n % 2}`, at: n })
    await store.close()
    const again = await place.open()
    assert.equal(await countOf(again, 'one', 'user', 'alice'), 20)
    assert.equal(await countOf(again, 'one', 'device', 'd0'), 10)
    const listed = await again.listInstances('one', 'alice', {})
    assert.deepEqual(
      listed.map((instance) => instance.idempotencyKey),
      Array.from({ length: 20 }, (_, n) => `k${19 - n}`),
    )
    assert.equal((await track(again, key('k3'))).isNew, false)
    await again.close()
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

  contract('I3: of 100 parallel single-use consumptions one succeeds', async (store) => {
    await store.db
      .insertInto('challenges')
      .values({
        tenant_id: 'one',
        challenge_id: 'c',
        kind: 'action',
        user_id: null,
        action_code: null,
        idempotency_key: null,
        webauthn_challenge: null,
        details: '{}',
        created_at: 1,
        expires_at: 2,
        consumed_at: null,
      })
      .execute()
    const consume = (at: number) =>
      store.transaction({ tenantId: 'one' }, async (tx) => {
        const { numUpdatedRows } = await tx.db
          .updateTable('challenges')
          .set({ consumed_at: at })
          .where('tenant_id', '=', 'one')
          .where('challenge_id', '=', 'c')
          .where('consumed_at', 'is', null)
          .executeTakeFirst()
        return numUpdatedRows
      })
    const updated = await Promise.all(Array.from({ length: 100 }, (_, n) => consume(n + 1)))
    assert.equal(updated.filter((rows) => rows === 1n).length, 1)
  })

  contract('a unique key is held by one row, and its violation is told apart', async (store) => {
    const insert = () =>
      store.db.insertInto('consumed_tokens').values({ tenant_id: 'one', jti: 'j', consumed_at: 1, expires_at: 2 }).execute()
    const results = await Promise.allSettled(Array.from({ length: 20 }, insert))
    const refused = results.filter((result) => result.status === 'rejected')
    assert.equal(refused.length, 19)
    assert.ok(refused.every(({ reason }) => isUniqueViolation(reason)))
  })

  contract('WA-14: a credential id has one live authenticator in a tenant', async (store) => {
    const bind = (id: string, tenantId: string, removedAt: number | null) =>
      store.db
        .insertInto('authenticators')
        .values({
          tenant_id: tenantId,
          user_authenticator_id: id,
          user_id: id,
          verification_method: 'PASSKEY',
          created_at: 1,
          verified_at: 1,
          last_verified_at: null,
          removed_at: removedAt,
          credential_id: 'cred',
          public_key: null,
          sign_count: 0,
          backup_eligible: 0,
          backup_state: 0,
          transports: null,
          aaguid: null,
          name: null,
          details: '{}',
        })
        .execute()
    await bind('a', 'one', null)
    await bind('b', 'one', 5)
    await bind('c', 'two', null)
    await assert.rejects(bind('d', 'one', null), isUniqueViolation)
  })

  contract('TN-01: tenants share no user, device, address, instance or list', async (store) => {
    for (const tenantId of ['one', 'two']) {
      await track(store, { ...key('k', 'alice', tenantId), deviceId: 'phone', ipAddress: '192.0.2.1', email: `${tenantId}@a.example` })
    }
    await track(store, { ...key('k2'), deviceId: 'phone', ipAddress: '192.0.2.1' })
    assert.equal(await countOf(store, 'one', 'address', '192.0.2.1'), 2)
    assert.equal(await countOf(store, 'two', 'address', '192.0.2.1'), 1)
    assert.equal(await countOf(store, 'two', 'device', 'phone'), 1)
    assert.equal(await countOf(store, 'three', 'device', 'phone'), 0)
    assert.equal((await store.listInstances('two', 'alice', {})).length, 1)
    assert.equal((await store.listInstances('three', 'alice', {})).length, 0)
    assert.equal((await store.loadSnapshot('two', 'alice', [])).user.email, 'two@a.example')
    await store.transaction({ tenantId: 'two', userId: 'alice' }, (tx) => tx.forgetUser('two', 'alice', countingTraces))
    assert.equal((await store.listInstances('one', 'alice', {})).length, 2)
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

  contract('a transaction that throws leaves nothing, visible or stored, and what runs beside it stays', async (store, place) => {
    await track(store, { ...key('k1'), email: 'a@b.example' })
    const failing = store.transaction({ tenantId: 'one', userId: 'alice' }, async (tx) => {
      await tx.db.updateTable('users').set({ email: 'evil@b.example' }).where('tenant_id', '=', 'one').execute()
      await tx.insertInstance(instanceOf(key('k2')), { user: { ref: { kind: 'user', key: 'alice' }, value: { count: 99 } } })
      await tx.settle(key('k1'), instanceEntities, (instance) => ({
        instance: { ...instance, state: 'BLOCK' },
        entities: { user: { count: 77 } },
      }))
      await tx.forgetUser('one', 'alice', countingTraces)
      throw new Error('changed my mind')
    })
    const beside = track(store, key('k3'))
    await assert.rejects(failing, /changed my mind/)
    await beside
    const check = async (checked: Store) => {
      assert.equal((await checked.loadSnapshot('one', 'alice', [])).user.email, 'a@b.example')
      assert.equal((await checked.findInstance(key('k1')))?.state, 'ALLOW')
      assert.equal(await checked.findInstance(key('k2')), undefined)
      assert.equal(await countOf(checked, 'one', 'user', 'alice'), 2)
      assert.equal((await checked.listInstances('one', 'alice', {})).length, 2)
    }
    await check(store)
    await store.close()
    const again = await place.open()
    await check(again)
    await again.close()
  })

  contract('queries outside a transaction see what is committed, and nothing before', async (store) => {
    await track(store, { ...key('k'), email: 'old@b.example' })
    const emailNow = async () =>
      (await store.db.selectFrom('users').select('email').where('tenant_id', '=', 'one').executeTakeFirstOrThrow()).email
    await store.transaction({ tenantId: 'one', userId: 'alice' }, async (tx) => {
      await tx.db.updateTable('users').set({ email: 'new@b.example' }).where('tenant_id', '=', 'one').execute()
      assert.equal(await emailNow(), 'old@b.example')
    })
    assert.equal(await emailNow(), 'new@b.example')
    assert.equal((await store.loadSnapshot('one', 'alice', [])).user.email, 'new@b.example')
  })

  contract('a decision sees what a transaction changed of the user just before', async (store) => {
    await track(store, { ...key('k1'), email: 'a@b.example' })
    await store.transaction({ tenantId: 'one', userId: 'alice' }, async (tx) => {
      await tx.db.updateTable('users').set({ email: 'z@b.example', custom: '{"tier":"gold"}' }).where('tenant_id', '=', 'one').execute()
    })
    const { snapshot } = await track(store, key('k2'))
    assert.equal(snapshot.user.email, 'z@b.example')
    assert.equal(snapshot.user.custom.tier, 'gold')
  })

  contract('an attribute that was tracked anew is stored, and is no longer verified', async (store) => {
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

  contract('settling changes the instance and what was learnt, and counts on from there', async (store, place) => {
    await track(store, { ...key('k1'), deviceId: 'phone' })
    const settled = await store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) =>
      tx.settle(key('k1'), instanceEntities, (instance, snapshot) => {
        assert.equal(snapshot.entities.device?.count, 1)
        return {
          instance: { ...instance, state: 'CHALLENGE_SUCCEEDED', verificationMethod: 'PASSKEY', updatedAt: 9_000, stateUpdatedAt: 9_000 },
          entities: { user: { count: 100, last: [] } },
        }
      }),
    )
    assert.equal(settled?.state, 'CHALLENGE_SUCCEEDED')
    await track(store, { ...key('k2'), deviceId: 'phone' })
    await store.close()
    const again = await place.open()
    assert.deepEqual(await again.findInstance(key('k1')), settled)
    assert.equal(await countOf(again, 'one', 'user', 'alice'), 101)
    assert.equal(await countOf(again, 'one', 'device', 'phone'), 2)
    await again.close()
  })

  contract('settling what is not there is undefined; settling with null changes nothing', async (store) => {
    await track(store, key('k1'))
    const settle = (idempotencyKey: string) =>
      store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) => tx.settle(key(idempotencyKey), instanceEntities, () => null))
    assert.equal(await settle('none'), undefined)
    assert.deepEqual(await settle('k1'), instanceOf(key('k1')))
  })

  contract('settlements and decisions of one user in parallel lose nothing', async (store) => {
    await track(store, key('first'))
    const add = () =>
      store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) =>
        tx.settle(key('first'), instanceEntities, (instance, { entities }) => ({
          instance,
          entities: { user: { ...entities.user, count: Number(entities.user?.count) + 1 } },
        })),
      )
    await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 ? add() : track(store, key(`k${n}`)))))
    assert.equal(await countOf(store, 'one', 'user', 'alice'), 41)
  })

  contract('an instance put on record is found, listed, and not put twice', async (store) => {
    const insert = () =>
      store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) =>
        tx.insertInstance(instanceOf(key('k')), { user: { ref: { kind: 'user', key: 'alice' }, value: { count: 5 } } }),
      )
    await insert()
    assert.equal((await store.listInstances('one', 'alice', {})).length, 1)
    assert.equal(await countOf(store, 'one', 'user', 'alice'), 5)
    await assert.rejects(insert())
    assert.equal((await track(store, key('k'))).isNew, false)
  })

  contract(
    'entities are changed outside of any instance, all or nothing, and none of the decisions beside it is lost',
    async (store, place) => {
      await track(store, { ...key('k0'), deviceId: 'phone' })
      const refs = [
        { kind: 'device', key: 'phone' },
        { kind: 'device', key: 'never seen' },
        { kind: 'user', key: 'alice' },
      ] as const
      const add = (fail: boolean) =>
        store.transaction({ tenantId: 'one' }, async (tx) => {
          await tx.changeEntities('one', refs, (_ref, entity) => ({ ...entity, count: Number(entity?.count ?? 0) + 100 }))
          if (fail) throw new Error('changed my mind')
        })
      await Promise.all([add(false), track(store, { ...key('k1'), deviceId: 'phone' }), track(store, { ...key('k2'), deviceId: 'phone' })])
      await assert.rejects(add(true), /changed my mind/)
      const check = async (checked: Store) => {
        assert.equal(await countOf(checked, 'one', 'device', 'phone'), 103)
        assert.equal(await countOf(checked, 'one', 'device', 'never seen'), 100)
        assert.equal(await countOf(checked, 'one', 'user', 'alice'), 103)
        assert.equal(await countOf(checked, 'two', 'user', 'alice'), 0)
      }
      await check(store)
      await store.close()
      const again = await place.open()
      await check(again)
      await again.close()
    },
  )

  contract('LG-03, TN-03: a forgotten user leaves nothing behind, and the id begins anew', async (store, place) => {
    for (let n = 0; n < 30; n++) await track(store, { ...key(`k${n}`), deviceId: `phone-${n % 3}`, ipAddress: '192.0.2.1' })
    await track(store, { ...key('k0', 'bob'), deviceId: 'tablet', ipAddress: '192.0.2.1' })
    await store.transaction({ tenantId: 'one', userId: 'alice' }, async (tx) => {
      await tx.forgetUser('one', 'alice', countingTraces)
      await tx.db.deleteFrom('users').where('tenant_id', '=', 'one').where('user_id', '=', 'alice').execute()
      await tx.db.deleteFrom('devices').where('tenant_id', '=', 'one').where('user_id', '=', 'alice').execute()
    })
    const check = async (checked: Store) => {
      assert.deepEqual(await checked.listInstances('one', 'alice', {}), [])
      assert.equal(await checked.findInstance(key('k3')), undefined)
      assert.equal(await countOf(checked, 'one', 'user', 'alice'), 0)
      for (let n = 0; n < 3; n++) assert.equal(await countOf(checked, 'one', 'device', `phone-${n}`), 0)
      assert.equal(await countOf(checked, 'one', 'device', 'tablet'), 1)
      const { user, entities } = await checked.loadSnapshot('one', 'alice', [{ kind: 'address', key: '192.0.2.1' }])
      assert.equal(user.createdAt, null)
      assert.deepEqual([entities.address?.count, entities.address?.forgot], [31, 'a user'])
      assert.equal((await checked.listInstances('one', 'bob', {})).length, 1)
    }
    await check(store)
    await store.close()
    const again = await place.open()
    await check(again)
    assert.equal((await track(again, key('k3'))).isNew, true)
    assert.equal(await countOf(again, 'one', 'user', 'alice'), 1)
    assert.equal((await again.listInstances('one', 'alice', {})).length, 1)
    await again.close()
  })

  contract('a listing is newest first, filtered and limited', async (store) => {
    for (let n = 0; n < 10; n++) await track(store, { ...key(`k${n}`), action: n % 2 ? 'transfer' : 'sign-in', at: n * 1000 })
    const names = async (filter: Parameters<Store['listInstances']>[2]) =>
      (await store.listInstances('one', 'alice', filter)).map((instance) => instance.idempotencyKey)
    assert.deepEqual(await names({ limit: 3 }), ['k9', 'k8', 'k7'])
    assert.deepEqual(await names({ codes: ['transfer'], limit: 2 }), ['k9', 'k7'])
    assert.deepEqual(await names({ codes: [] }), [])
    assert.deepEqual(await names({ fromDate: 8000 }), ['k9', 'k8'])
    assert.deepEqual(await names({ state: 'BLOCK' }), [])
    assert.deepEqual(await names({ limit: 0 }), [])
  })

  contract('history is read in the order of decisions, of one tenant, by action and window', async (store) => {
    const minute = 60_000
    for (let n = 0; n < 20; n++) {
      await track(store, { ...key(`k${n}`, `user-${n % 3}`), action: n % 2 ? 'transfer' : 'sign-in', at: n * minute })
      if (n % 4 === 0) await track(store, { ...key(`x${n}`, 'alice', 'two'), at: n * minute })
    }
    const history = await openHistory(store.history)
    const read = async (query: Omit<HistoryQuery, 'tenantId'>) => {
      const batches: HistoryBatch[] = []
      for await (const batch of history.read({ tenantId: 'one', ...query })) batches.push(batch)
      if (batches.length > 0) assert.equal(batches.at(-1)?.done, 1)
      return batches.flatMap(({ instances }) => instances)
    }
    const names = async (query: Omit<HistoryQuery, 'tenantId'>) => (await read(query)).map(({ idempotencyKey }) => idempotencyKey)
    const whole = { from: 0, to: 100 * minute }
    assert.deepEqual(
      await names(whole),
      Array.from({ length: 20 }, (_, n) => `k${n}`),
    )
    assert.deepEqual(await names({ from: 4 * minute, to: 7 * minute }), ['k4', 'k5', 'k6'], 'from is in the window, to is not')
    assert.deepEqual(await names({ ...whole, actions: ['transfer'], to: 6 * minute }), ['k1', 'k3', 'k5'])
    assert.deepEqual(await names({ ...whole, actions: [] }), [])
    assert.deepEqual(await names({ ...whole, actions: ['unheard-of'] }), [])
    assert.deepEqual(await names({ from: 90 * minute, to: 100 * minute }), [])

    await store.transaction({ tenantId: 'one', userId: 'user-1' }, (tx) =>
      tx.settle(
        key('k1', 'user-1'),
        () => [],
        (instance) => ({ instance: { ...instance, state: 'BLOCK', disputedAt: 7 * minute, ruleIds: ['a rule of later'] }, entities: {} }),
      ),
    )
    for (const signals of [undefined, [1, 3]]) {
      const [first, second] = await read({ ...whole, signals })
      assert.deepEqual([first?.state, first?.disputedAt, first?.userId, first?.action], ['ALLOW', null, 'user-0', 'sign-in'])
      assert.deepEqual([second?.state, second?.disputedAt, second?.ruleIds], ['BLOCK', 7 * minute, ['a rule of later']])
    }
    await track(store, { ...key('late', 'user-0'), at: 30 * minute })
    assert.equal((await names(whole)).at(-1), 'late', 'what was decided since is there')
    await history.close()
  })

  contract(
    'LG-03: what was decided before a time is forgotten, what came since is not, and what was learnt stays',
    async (store, place) => {
      const february = Date.UTC(1970, 1)
      const day = 24 * 60 * 60 * 1000
      for (let n = 0; n < 150; n++) await track(store, { ...key(`old${n}`, `user-${n % 3}`), deviceId: 'phone', at: n * 60_000 })
      await track(store, { ...key('other', 'user-0', 'two'), at: 5 })
      await store.transaction({ tenantId: 'one', userId: 'user-0' }, (tx) =>
        tx.settle(key('old3', 'user-0'), instanceEntities, (instance) => ({ instance: { ...instance, state: 'BLOCK' }, entities: {} })),
      )
      await track(store, { ...key('new1', 'user-0'), deviceId: 'phone', at: february + 10 * day })
      // The clock is set back.
      await track(store, { ...key('set-back', 'user-0'), at: february - day })
      await track(store, { ...key('new2', 'user-0'), at: february + 11 * day })

      assert.equal(await store.forgetBefore(february, AbortSignal.abort()), 0, 'it stops when told to')
      assert.equal(await store.forgetBefore(0), 0)
      assert.ok((await store.forgetBefore(february)) >= 151)
      const check = async (checked: Store) => {
        for (const [idempotencyKey, userId] of [
          ['old0', 'user-0'],
          ['old3', 'user-0'],
          ['old149', 'user-2'],
        ] as const) {
          assert.equal(await checked.findInstance(key(idempotencyKey, userId)), undefined)
        }
        assert.deepEqual(await checked.listInstances('two', 'user-0', {}), [])
        assert.deepEqual(await checked.listInstances('one', 'user-1', {}), [])
        const names = (await checked.listInstances('one', 'user-0', { fromDate: february })).map(({ idempotencyKey }) => idempotencyKey)
        assert.deepEqual(names, ['new2', 'new1'])
        assert.equal((await checked.findInstance(key('new1', 'user-0')))?.createdAt, february + 10 * day)
        assert.equal(await countOf(checked, 'one', 'user', 'user-0'), 53)
        assert.equal(await countOf(checked, 'one', 'device', 'phone'), 151)
        assert.equal(await checked.forgetBefore(february), 0)
      }
      await check(store)
      await store.close()
      const again = await place.open()
      await check(again)
      assert.equal((await track(again, { ...key('old149', 'user-2'), at: february + 12 * day })).isNew, true)
      const history = await openHistory(again.history)
      const left: string[] = []
      for await (const { instances } of history.read({ tenantId: 'one', from: february, to: february + 90 * day })) {
        left.push(...instances.map(({ idempotencyKey }) => idempotencyKey))
      }
      await history.close()
      assert.deepEqual(left, ['new1', 'new2', 'old149'])
      assert.ok((await again.forgetBefore(february + 80 * day)) >= 3, 'and all of it in the end')
      assert.deepEqual(await again.listInstances('one', 'user-0', {}), [])
      assert.equal((await track(again, { ...key('first', 'user-0'), at: february + 81 * day })).isNew, true)
      await again.transaction({ tenantId: 'one', userId: 'user-0' }, (tx) => tx.forgetUser('one', 'user-0', countingTraces))
      assert.deepEqual(await again.listInstances('one', 'user-0', {}), [])
      await again.close()
    },
  )

  contract('RE-07: a clock that goes backwards loses nothing', async (store) => {
    await track(store, { ...key('k1'), at: 50_000 })
    await track(store, { ...key('k2'), at: 10_000 })
    await track(store, { ...key('k3'), at: 60_000 })
    const names = (await store.listInstances('one', 'alice', { fromDate: 40_000 })).map((instance) => instance.idempotencyKey)
    assert.deepEqual(names, ['k3', 'k1'])
    assert.equal(await countOf(store, 'one', 'user', 'alice'), 3)
  })

  contract('RE-08: data of a newer release is refused with a sentence that says what to do', async (store, place) => {
    await store.close()
    await place.markNewer()
    await assert.rejects(place.open(), /newer release/)
  })

  contract('a closed store refuses with 503', async (store) => {
    await store.checkReady()
    await store.close()
    await assert.rejects(track(store, key('k')), (error) => error instanceof StoreUnavailableError)
    await assert.rejects(store.checkReady())
  })

  contract('closing answers what was accepted before', async (store) => {
    const accepted = Array.from({ length: 50 }, (_, n) => track(store, key(`k${n}`)))
    await store.close()
    assert.equal((await Promise.all(accepted)).length, 50)
  })
}
