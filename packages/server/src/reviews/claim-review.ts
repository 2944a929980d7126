import { type InstancePath, instanceNotFound, type SettleInstanceDeps } from '../actions/settle-instance.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { claimedByAnother, dropClaim, findClaim, isOf, type ReviewClaim, takeClaim } from '../review-claims/review-claim.ts'

/**
 * Claims an action that waits for a review, for ten minutes. Refuses one that does not wait, and one that somebody else has claimed. Claiming it again
 * begins the ten minutes again; only the first time is on the audit log.
 */
export async function claimReview(deps: SettleInstanceDeps, { tenantId }: Tenant, path: InstancePath, actor: Actor): Promise<ReviewClaim> {
  const at = deps.clock()
  const { userId, action, idempotencyKey } = path
  const key = { tenantId, ...path }
  return deps.store.transaction({ tenantId, userId }, async (tx) => {
    const instance = await tx.findInstance(key)
    if (instance === undefined) throw instanceNotFound()
    if (instance.state !== 'REVIEW_REQUIRED')
      throw new ApiError('not_in_review', `the state of the action is \`${instance.state}\`, and only \`REVIEW_REQUIRED\` can be reviewed`)
    const known = await findClaim(tx.db, key, at)
    const claim = await takeClaim(tx.db, key, actor, at)
    if (!isOf(claim, actor)) throw claimedByAnother(claim)
    if (known !== undefined) return claim
    const details = { action, idempotencyKey }
    await insertAuditEntry(tx.db, deps.newId(), { tenantId, at, actor, event: 'review.claimed', userId, details })
    return claim
  })
}

/** Releases the actor's own claim. Refuses the claim of somebody else; without a claim it does nothing. */
export async function releaseReview(deps: SettleInstanceDeps, { tenantId }: Tenant, path: InstancePath, actor: Actor): Promise<void> {
  const at = deps.clock()
  const { userId, action, idempotencyKey } = path
  const key = { tenantId, ...path }
  await deps.store.transaction({ tenantId, userId }, async (tx) => {
    if ((await tx.findInstance(key)) === undefined) throw instanceNotFound()
    const claim = await findClaim(tx.db, key, at)
    if (claim === undefined) return
    if (!isOf(claim, actor)) throw claimedByAnother(claim)
    await dropClaim(tx.db, key)
    const details = { action, idempotencyKey }
    await insertAuditEntry(tx.db, deps.newId(), { tenantId, at, actor, event: 'review.released', userId, details })
  })
}
