import type { VerificationMethod } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import type { Store } from '../storage/store.ts'
import type { AuthenticatorRow } from './authenticator-row.ts'
import type { BindableMethod } from './bindable-method.ts'
import { listAuthenticators } from './list-authenticators.ts'
import { recordAuthenticatorChange } from './record-authenticator-change.ts'
import { removalObstacle } from './removal-obstacle.ts'

export interface RemoveAuthenticatorDeps {
  store: Store
  methods: readonly BindableMethod[]
  notices: UserNotices
  clock: () => number
  newId: () => string
}

/**
 * Invalidates an authenticator of the user. It stays on record with its times (EN-07) and without its secret; that of another user is not found. Refuses
 * what the tenant's settings do not allow; erasing the user is always possible.
 */
export async function removeAuthenticator(
  deps: RemoveAuthenticatorDeps,
  tenant: Tenant,
  userId: string,
  userAuthenticatorId: string,
  actor: Actor,
  reason?: string,
): Promise<void> {
  const { tenantId } = tenant
  const at = deps.clock()
  const notice = await deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    const bound = await listAuthenticators(db, tenantId, userId)
    const obstacle = removalObstacle(tenant, deps.methods, bound, userAuthenticatorId)
    if (obstacle !== undefined) throw new ApiError('invalid_request', obstacle)
    const removed = await db
      .updateTable('authenticators')
      .set({ removed_at: at, secret: null })
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', userId)
      .where('user_authenticator_id', '=', userAuthenticatorId)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
    if (removed.numUpdatedRows === 0n) throw new ApiError('not_found', 'the user has no such authenticator')
    const row = bound.find((one) => one.user_authenticator_id === userAuthenticatorId) as AuthenticatorRow
    const prepared = await deps.notices.prepare(db, tenant, {
      kind: 'authenticator_removed',
      userId,
      at,
      method: row.verification_method as VerificationMethod,
      name: row.name ?? undefined,
      ...(actor.kind === 'user' && { ipAddress: actor.ipAddress }),
    })
    await recordAuthenticatorChange(db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: 'authenticator.deleted',
      userId,
      userAuthenticatorId,
      reason,
      notified: prepared.channels,
    })
    return prepared
  })
  notice.send()
}
