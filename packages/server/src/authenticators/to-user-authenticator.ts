import { toIso } from '../http/iso-time.ts'
import type { UserAuthenticator } from './authenticator-json.ts'
import type { AuthenticatorDetails, AuthenticatorRow } from './authenticator-row.ts'
import { type BindableMethod, findMethod } from './bindable-method.ts'

/**
 * Turns a stored authenticator into the JSON that the API shows: no key, no secret, nothing that is not known. `defaultMethod` is the user's, where it is at
 * hand.
 */
export function toUserAuthenticator(methods: readonly BindableMethod[], row: AuthenticatorRow, defaultMethod?: string): UserAuthenticator {
  const details = JSON.parse(row.details) as AuthenticatorDetails
  return {
    userId: row.user_id,
    userAuthenticatorId: row.user_authenticator_id,
    verificationMethod: row.verification_method,
    createdAt: toIso(row.created_at),
    verifiedAt: toIso(row.verified_at),
    lastVerifiedAt: toIso(row.last_verified_at),
    isDefault: defaultMethod === undefined ? undefined : row.verification_method === defaultMethod,
    email: details.email,
    phoneNumber: details.phoneNumber,
    username: details.username,
    displayName: details.displayName,
    name: details.givenName,
    devicePlatform: details.devicePlatform,
    ...findMethod(methods, row.verification_method)?.show?.(row),
  }
}
