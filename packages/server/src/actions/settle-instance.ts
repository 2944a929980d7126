import {
  type EntityRef,
  type GivenLabel,
  type Instance,
  type InstanceActor,
  instanceEntities,
  type ReviewedState,
  type Settlement,
  settle,
} from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { withoutSecrets } from '../audit/without-secrets.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { noNotices, type UserNotices } from '../notices/user-notices.ts'
import { claimedByAnother, dropClaim, findClaim, isOf, type ReviewClaim } from '../review-claims/review-claim.ts'
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

/** What may be said of an instance: which state it is in, that it was not the user, what a review came to, or how it turned out. */
export type InstanceChange =
  | { kind: 'set_state'; state: Instance['state'] }
  | { kind: 'dispute'; reason?: string | undefined }
  | { kind: 'review'; state: ReviewedState; reason: string }
  /** `null`: that nothing is known. */
  | { kind: 'label'; label: Pick<GivenLabel, 'value' | 'source' | 'reason'> | null }

export interface SettledInstance {
  instance: Instance
  /** False: it was said before, or of a label, something stronger is known. */
  isChanged: boolean
}

/**
 * Changes an instance on somebody's word, and with it what was learnt from it. Refuses an instance that is not there, in the same words for
 * one that is another user's or another tenant's. Refuses a review of an instance that does not wait for one, or that somebody else has claimed. A review,
 * a dispute or a label may be repeated, and changes nothing then.
 */
export async function settleInstance(
  deps: SettleInstanceDeps,
  tenant: Tenant,
  path: InstancePath,
  change: InstanceChange,
  actor: Actor,
  notices: UserNotices = noNotices,
): Promise<SettledInstance> {
  const at = deps.clock()
  const { tenantId, features } = tenant
  const key = { tenantId, ...path }
  const settlement = toSettlement(change, at, actor)
  const { notice, ...settled } = await deps.store.transaction({ tenantId, userId: path.userId }, async (tx) => {
    const claim = change.kind === 'review' ? await findClaim(tx.db, key, at) : undefined
    const foreign = claim === undefined || isOf(claim, actor) ? undefined : claim
    let before: Instance | undefined
    let isChanged = true
    const instance = await tx.settle(
      key,
      (found) => entitiesOf(change, found, features),
      (found, snapshot) => {
        before = found
        const changes = foreign === undefined ? settle(found, snapshot, settlement, features) : null
        isChanged = changes !== null
        return changes
      },
    )
    if (instance === undefined || before === undefined) throw instanceNotFound()
    if (!isChanged && change.kind !== 'set_state') {
      if (change.kind === 'review') refuseReview(instance, change, foreign)
      return { instance, isChanged, notice: undefined }
    }
    if (before.state === 'REVIEW_REQUIRED' && instance.state !== 'REVIEW_REQUIRED') await dropClaim(tx.db, key)
    const event = { kind: 'dispute_opened', userId: path.userId, at, instance } as const
    const prepared = change.kind === 'dispute' ? await notices.prepare(tx.db, tenant, event) : undefined
    const notified = prepared !== undefined && prepared.channels.length > 0 && { notified: prepared.channels }
    await insertAuditEntry(tx.db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: auditEvents[change.kind],
      userId: path.userId,
      details: { ...detailsOf(change, before, instance), ...notified },
    })
    return { instance, isChanged, notice: prepared }
  })
  notice?.send()
  return settled
}

/** A label concerns the address only. */
function entitiesOf({ kind }: InstanceChange, instance: Instance, features: Tenant['features']): EntityRef[] {
  if (kind !== 'label') return instanceEntities(instance, features)
  return instanceEntities(instance).filter((ref) => ref.kind === 'address')
}

function toSettlement(change: InstanceChange, at: number, by: Actor): Settlement {
  const actor = withoutAddress(by)
  return change.kind === 'label' ? { ...change, at, label: change.label && { ...change.label, at, actor } } : { ...change, at, actor }
}

/** Refuses a review that changed nothing, unless it is the one that settled the instance. */
function refuseReview(instance: Instance, change: { state: ReviewedState; reason: string }, foreign: ReviewClaim | undefined): void {
  if (isSameReview(instance, change)) return
  if (foreign !== undefined && instance.state === 'REVIEW_REQUIRED') throw claimedByAnother(foreign)
  throw new ApiError('not_in_review', `the state of the action is \`${instance.state}\`, and only \`REVIEW_REQUIRED\` can be reviewed`)
}

const auditEvents = {
  set_state: 'action.updated',
  dispute: 'action.disputed',
  review: 'action.reviewed',
  label: 'action.labelled',
} as const

function detailsOf(change: InstanceChange, before: Instance, { action, idempotencyKey, state, label }: Instance): Record<string, unknown> {
  const reason = change.kind === 'label' ? change.label?.reason : change.kind === 'set_state' ? undefined : change.reason
  return {
    action,
    idempotencyKey,
    ...(change.kind === 'label' ? { before: labelDetails(before.label), after: labelDetails(label) } : { state, before: before.state }),
    ...(change.kind === 'dispute' && { label: { before: labelDetails(before.label), after: labelDetails(label) } }),
    ...(reason !== undefined && withoutSecrets({ reason })),
  }
}

function labelDetails(label: GivenLabel | undefined): { value: string; source: string } | null {
  return label === undefined ? null : { value: label.value, source: label.source }
}

/** The address of the request stays in the audit log. */
function withoutAddress({ kind, id, name }: Actor): InstanceActor {
  return { kind, ...(id !== undefined && { id }), ...(name !== undefined && { name }) }
}

function isSameReview({ state, review }: Instance, asked: { state: ReviewedState; reason: string }): boolean {
  return state === asked.state && review?.state === asked.state && review.reason === asked.reason
}

/** The answer for an instance that is not there, whosever it may be (TN-01). */
export function instanceNotFound(): ApiError {
  return new ApiError('not_found', 'the user has no such action')
}
