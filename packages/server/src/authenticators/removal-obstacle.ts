import { methodRank } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import type { AuthenticatorRow } from './authenticator-row.ts'
import { type BindableMethod, findMethod } from './bindable-method.ts'

/** Why the tenant's settings do not allow to remove this one of a user's authenticators; `undefined` when they do. */
export function removalObstacle(
  tenant: Tenant,
  methods: readonly BindableMethod[],
  bound: readonly AuthenticatorRow[],
  userAuthenticatorId: string,
): string | undefined {
  const removed = bound.find((row) => row.user_authenticator_id === userAuthenticatorId)
  if (removed === undefined) return undefined
  const { allowDeletingUserAuthenticators, allowDisablingMfa } = tenant.settings
  if (allowDeletingUserAuthenticators === false) return '`allowDeletingUserAuthenticators` of the tenant is off'
  const isLeft = bound.some((row) => row !== removed && methodRank(row.verification_method) > 0)
  // EN-08: recovery codes alone are no way to use an account.
  if (allowDisablingMfa === false && !isLeft && methodRank(removed.verification_method) > 0) {
    return 'this is the last authenticator of the user, and `allowDisablingMfa` of the tenant is off'
  }
  const method = removed.verification_method
  const isLast = bound.filter((row) => row.verification_method === method).length === 1
  const configuration = tenant.authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === method)
  return isLast ? findMethod(methods, method)?.lastRemovalObstacle?.(configuration?.settings ?? {}) : undefined
}
