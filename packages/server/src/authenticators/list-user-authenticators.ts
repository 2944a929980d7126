import type { Store } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import type { UserAuthenticator } from './authenticator-json.ts'
import type { BindableMethod } from './bindable-method.ts'
import { listAuthenticators } from './list-authenticators.ts'
import { toUserAuthenticator } from './to-user-authenticator.ts'

export interface ListUserAuthenticatorsDeps {
  store: Pick<Store, 'db'>
  methods: readonly BindableMethod[]
}

/** The user's authenticators as both APIs show them; without a wish of their own, the method enrolled first is the default. */
export async function listUserAuthenticators(
  { store: { db }, methods }: ListUserAuthenticatorsDeps,
  tenantId: string,
  userId: string,
): Promise<UserAuthenticator[]> {
  const [user, authenticators] = await Promise.all([findUser(db, tenantId, userId), listAuthenticators(db, tenantId, userId)])
  const defaultMethod = user?.default_verification_method ?? authenticators[0]?.verification_method
  return authenticators.map((row) => toUserAuthenticator(methods, row, defaultMethod))
}
