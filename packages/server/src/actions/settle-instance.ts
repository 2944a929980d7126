import { type Instance, instanceEntities, type Settlement, settle } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'

/** Names one instance of a tenant. */
export interface InstancePath {
  userId: string
  action: string
  idempotencyKey: string
}

export interface SettleInstanceDeps {
  store: Store
  clock: () => number
  newId: () => string
}

/** What the application may say of an instance: which state it is in, or that it was not the user. */
export type InstanceChange = { kind: 'set_state'; state: Instance['state'] } | { kind: 'dispute' }

/**
 * Changes an instance on the application's word, and with it what was learnt from it. Refuses an instance that is not there, in the same words for
 * one that is another user's or another tenant's.
 */
export async function settleInstance(
  deps: SettleInstanceDeps,
  tenant: Tenant,
  path: InstancePath,
  change: InstanceChange,
  actor: Actor,
): Promise<Instance> {
  const at = deps.clock()
  const { userId, action, idempotencyKey } = path
  const { tenantId } = tenant
  const { features } = tenant
  const settlement: Settlement = { ...change, at }
  return deps.store.transaction({ tenantId, userId }, async (tx) => {
    let before: Instance['state'] | undefined
    const instance = await tx.settle(
      { tenantId, userId, action, idempotencyKey },
      (found) => instanceEntities(found, features),
      (found, snapshot) => {
        before = found.state
        return settle(found, snapshot, settlement, features)
      },
    )
    if (instance === undefined) throw instanceNotFound()
    await insertAuditEntry(tx.db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: change.kind === 'dispute' ? 'action.disputed' : 'action.updated',
      userId,
      details: { action, idempotencyKey, state: instance.state, before },
    })
    return instance
  })
}

/** The answer for an instance that is not there, whosever it may be (TN-01). */
export function instanceNotFound(): ApiError {
  return new ApiError('not_found', 'the user has no such action')
}
