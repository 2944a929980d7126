import assert from 'node:assert/strict'
import type { Store } from '../../src/storage/store.ts'
import { isUniqueViolation } from '../../src/storage/store-errors.ts'
import { countingTraces, instanceEntities, instanceOf } from '../support/counting-decision.ts'
import { type Contract, countOf, key, track } from './store-place.ts'

/** What `ChangingStore` promises: all or nothing, single use, no update lost. */
export function checkChanging(contract: Contract): void {
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

  contract('a decision sees what a transaction changed of the user just before', async (store) => {
    await track(store, { ...key('k1'), email: 'a@b.example' })
    await store.transaction({ tenantId: 'one', userId: 'alice' }, async (tx) => {
      await tx.db.updateTable('users').set({ email: 'z@b.example', custom: '{"tier":"gold"}' }).where('tenant_id', '=', 'one').execute()
    })
    const { snapshot } = await track(store, key('k2'))
    assert.equal(snapshot.user.email, 'z@b.example')
    assert.equal(snapshot.user.custom.tier, 'gold')
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

  contract('an entity is left as it is, and none is made, where a change says so', async (store) => {
    await track(store, { ...key('k0'), deviceId: 'phone' })
    const seen: (number | undefined)[] = []
    await store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) =>
      tx.changeEntities('one', [{ kind: 'user', key: 'alice' }], (_ref, entity) => {
        seen.push(entity?.count as number)
        return undefined
      }),
    )
    await store.transaction({ tenantId: 'one', userId: 'nobody' }, (tx) =>
      tx.changeEntities('one', [{ kind: 'user', key: 'nobody' }], (_ref, entity) => {
        assert.equal(entity, undefined)
        return undefined
      }),
    )
    assert.deepEqual(seen, [1])
    assert.equal(await countOf(store, 'one', 'user', 'alice'), 1)
    assert.deepEqual((await store.loadSnapshot('one', 'nobody', [{ kind: 'user', key: 'nobody' }])).entities, {})
    await track(store, key('k1'))
    assert.equal(await countOf(store, 'one', 'user', 'alice'), 2)
  })
}
