import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { withoutSecrets } from '../audit/without-secrets.ts'
import type { Store } from '../storage/store.ts'
import { setEnrolmentFreeze } from '../user-record/enrolment-freeze.ts'

export interface LiftEnrolmentFreezeDeps {
  store: Store
  clock: () => number
  newId: () => string
}

/** Lets authenticators be added to a user again, who had said "this was not me". Changes nothing for a user without a freeze. */
export async function liftEnrolmentFreeze(
  { store, clock, newId }: LiftEnrolmentFreezeDeps,
  { tenantId, userId, reason }: { tenantId: string; userId: string; reason: string | undefined },
  actor: Actor,
): Promise<void> {
  await store.transaction({ tenantId, userId }, async ({ db }) => {
    if (!(await setEnrolmentFreeze(db, tenantId, userId, null))) return
    const details = withoutSecrets({ ...(reason !== undefined && { reason }) })
    await insertAuditEntry(db, newId(), { tenantId, at: clock(), actor, event: 'user.enrolment_unfrozen', userId, details })
  })
}
