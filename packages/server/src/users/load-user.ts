import { enrolledMethods, listAuthenticators } from '../authenticators/list-authenticators.ts'
import { enabledMethods } from '../configuration/enabled-methods.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Store } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import { toUserAttributes, type UserAttributes } from './user-json.ts'

export interface UserView extends UserAttributes {
  isEnrolled: boolean
  enrolledVerificationMethods: string[]
  allowedVerificationMethods?: string[]
}

/** A user with what they are enrolled in. Clients rely on it that an unknown or deleted user is answered too, as one who is not enrolled. */
export async function loadUser(deps: { store: Store }, tenant: Tenant, userId: string): Promise<UserView> {
  const { db } = deps.store
  const [row, authenticators] = await Promise.all([findUser(db, tenant.tenantId, userId), listAuthenticators(db, tenant.tenantId, userId)])
  const allowed = enabledMethods(tenant)
  const enrolled = enrolledMethods(authenticators, allowed)
  const attributes = toUserAttributes(userId, row)
  return {
    ...attributes,
    isEnrolled: enrolled.length > 0,
    enrolledVerificationMethods: enrolled,
    allowedVerificationMethods: allowed.length > 0 ? [...allowed] : undefined,
    defaultVerificationMethod: attributes.defaultVerificationMethod ?? enrolled[0],
  }
}
