import type { Db } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import { toUserAuthenticator, type UserAuthenticator } from './authenticator-json.ts'
import { listAuthenticators } from './list-authenticators.ts'

/** The user's authenticators as both APIs show them; without a wish of their own, the method enrolled first is the default. */
export async function listUserAuthenticators(db: Db, tenantId: string, userId: string): Promise<UserAuthenticator[]> {
  const [user, authenticators] = await Promise.all([findUser(db, tenantId, userId), listAuthenticators(db, tenantId, userId)])
  const defaultMethod = user?.default_verification_method ?? authenticators[0]?.verification_method
  return authenticators.map((row) => toUserAuthenticator(row, defaultMethod))
}
