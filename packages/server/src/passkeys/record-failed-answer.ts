import { type FeatureDefinition, instanceEntities, settle } from '@sallyport/engine'
import type { InstanceKey, Store } from '../storage/store.ts'
import { insertAuditEntry } from '../users/insert-audit-entry.ts'
import type { RefusalReason } from './ceremony-refusal.ts'
import type { RefusedCeremony } from './refused-ceremony.ts'

export interface FailedAnswer {
  about: RefusedCeremony
  reason: RefusalReason
  ipAddress: string
  /** The instance whose last answer this was. */
  endsInstance: InstanceKey | undefined
  features: readonly FeatureDefinition[] | undefined
}

/** Puts a refused answer on record, and ends the instance when it was the last that could be given: from then on only a new track helps. */
export async function recordFailedAnswer(
  deps: { store: Store; clock: () => number; newId: () => string },
  { about, reason, ipAddress, endsInstance, features }: FailedAnswer,
): Promise<void> {
  const at = deps.clock()
  const { tenantId, userId, userAuthenticatorId } = about
  await deps.store.transaction({ tenantId, userId }, async (tx) => {
    await insertAuditEntry(tx.db, deps.newId(), {
      tenantId,
      at,
      actor: 'user',
      event: 'challenge.refused',
      userId,
      ipAddress,
      details: { verificationMethod: 'PASSKEY', userAuthenticatorId, reason },
    })
    if (endsInstance === undefined) return
    await tx.settle(
      endsInstance,
      (instance) => instanceEntities(instance, features),
      (instance, snapshot) => settle(instance, snapshot, { kind: 'challenge_failed', at }, features),
    )
  })
}
