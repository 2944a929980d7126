import { type Instance, instanceEntities, type Review, type ReviewedState, type Settlement, settle } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { withoutSecrets } from '../audit/without-secrets.ts'
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

/** What may be said of an instance: which state it is in, that it was not the user, or what a review came to. */
export type InstanceChange =
  | { kind: 'set_state'; state: Instance['state'] }
  | { kind: 'dispute' }
  | { kind: 'review'; state: ReviewedState; reason: string }

/**
 * Changes an instance on somebody's word, and with it what was learnt from it. Refuses an instance that is not there, in the same words for
 * one that is another user's or another tenant's. Refuses a review of an instance that does not wait for one; the review that settled it may be repeated,
 * and changes nothing then.
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
  const settlement: Settlement = { ...change, at, actor: reviewerOf(actor) }
  return deps.store.transaction({ tenantId, userId }, async (tx) => {
    let before: Instance['state'] | undefined
    let isChanged = true
    const instance = await tx.settle(
      { tenantId, userId, action, idempotencyKey },
      (found) => instanceEntities(found, features),
      (found, snapshot) => {
        before = found.state
        const changes = settle(found, snapshot, settlement, features)
        isChanged = changes !== null
        return changes
      },
    )
    if (instance === undefined) throw instanceNotFound()
    if (change.kind === 'review' && !isChanged) {
      if (isSameReview(instance, change)) return instance
      throw new ApiError('not_in_review', `the state of the action is \`${instance.state}\`, and only \`REVIEW_REQUIRED\` can be reviewed`)
    }
    await insertAuditEntry(tx.db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: auditEvents[change.kind],
      userId,
      details: {
        action,
        idempotencyKey,
        state: instance.state,
        before,
        ...(change.kind === 'review' && withoutSecrets({ reason: change.reason })),
      },
    })
    return instance
  })
}

const auditEvents = { set_state: 'action.updated', dispute: 'action.disputed', review: 'action.reviewed' } as const

/** The address of the request stays in the audit log. */
function reviewerOf({ kind, id, name }: Actor): Review['actor'] {
  return { kind, id, name }
}

function isSameReview({ state, review }: Instance, asked: { state: ReviewedState; reason: string }): boolean {
  return state === asked.state && review?.state === asked.state && review.reason === asked.reason
}

/** The answer for an instance that is not there, whosever it may be (TN-01). */
export function instanceNotFound(): ApiError {
  return new ApiError('not_found', 'the user has no such action')
}
