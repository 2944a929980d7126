import type { Actor } from '../audit/actor.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import type { UserAuthenticator } from './authenticator-json.ts'
import type { AuthenticatorDetails } from './authenticator-row.ts'
import type { BindableMethod } from './bindable-method.ts'
import { listAuthenticators } from './list-authenticators.ts'
import { recordAuthenticatorChange } from './record-authenticator-change.ts'
import { toUserAuthenticator } from './to-user-authenticator.ts'

export interface RenameAuthenticatorDeps {
  store: Store
  methods: readonly BindableMethod[]
  clock: () => number
  newId: () => string
}

/**
 * Gives an authenticator of the user a name for people; `null` takes it away. The name of its model, which rules read, stays. An authenticator of another user,
 * or a removed one, is not found. The name that it has already changes nothing.
 */
export async function renameAuthenticator(
  { store, methods, clock, newId }: RenameAuthenticatorDeps,
  { tenantId, userId, userAuthenticatorId }: { tenantId: string; userId: string; userAuthenticatorId: string },
  name: string | null,
  actor: Actor,
): Promise<UserAuthenticator> {
  return store.transaction({ tenantId, userId }, async ({ db }) => {
    const bound = await listAuthenticators(db, tenantId, userId)
    const row = bound.find((one) => one.user_authenticator_id === userAuthenticatorId)
    if (row === undefined) throw new ApiError('not_found', 'the user has no such authenticator')
    const user = await findUser(db, tenantId, userId)
    const { givenName: before, ...rest }: AuthenticatorDetails = JSON.parse(row.details)
    const details = JSON.stringify(name === null ? rest : { ...rest, givenName: name })
    if ((before ?? null) !== name) {
      await db
        .updateTable('authenticators')
        .set({ details })
        .where('tenant_id', '=', tenantId)
        .where('user_authenticator_id', '=', userAuthenticatorId)
        .execute()
      await recordAuthenticatorChange(db, newId(), {
        tenantId,
        at: clock(),
        actor,
        event: 'authenticator.updated',
        userId,
        userAuthenticatorId,
        name: { before: before ?? null, after: name },
      })
    }
    const defaultMethod = user?.default_verification_method ?? bound[0]?.verification_method
    return toUserAuthenticator(methods, { ...row, details }, defaultMethod)
  })
}
