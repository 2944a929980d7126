import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'

/** Why no authenticator can be added to this user now; `undefined`: one can. */
export function enrolmentFreeze(user: { enrolment_frozen_at: number | null } | undefined): ApiError | undefined {
  if (user === undefined || user.enrolment_frozen_at === null) return undefined
  return new ApiError('enrolment_frozen', 'no authenticator can be added to the account, because the user reported it')
}

/** Freezes the enrolments of a user, or lifts the freeze (`null`). True when that changed anything. */
export async function setEnrolmentFreeze(db: Db, tenantId: string, userId: string, at: number | null): Promise<boolean> {
  const changed = await db
    .updateTable('users')
    .set({ enrolment_frozen_at: at })
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('enrolment_frozen_at', at === null ? 'is not' : 'is', null)
    .executeTakeFirst()
  return changed.numUpdatedRows > 0n
}
