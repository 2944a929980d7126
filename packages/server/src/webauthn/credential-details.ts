import type { ParsedUserAgent } from '../authenticators/authenticator-json.ts'
import type { AuthenticatorDetails } from '../authenticators/authenticator-row.ts'

/** The `details` column of a WebAuthn credential. */
export interface CredentialDetails extends AuthenticatorDetails {
  deviceId?: string
  authenticatorAttachment?: string
  parsedUserAgent?: ParsedUserAgent
  /** Bound by import: whether it is a synced passkey is not known before the first assertion, and `backup_eligible` says nothing yet. */
  isImported?: boolean
  /** The user handle that the credential was registered with. Absent: the user's own, unless `isUserHandleOpen`. */
  userHandle?: string
  /** Imported without its user handle, which only an answer will tell. */
  isUserHandleOpen?: boolean
  /**
   * Whether the authenticator has verified its user with this passkey since it was made (WebAuthn Level 3, "Credential Record", "uvInitialized"). Absent:
   * not known, because it was imported or bound by an earlier release.
   */
  uvInitialized?: boolean
}

/** What is not known of a credential that comes from elsewhere stays open until its first verified answer. What was open where it comes from is open here. */
export function describeImported(
  details: CredentialDetails,
  known: { isBackupEligibilityKnown: boolean; userHandle: string | undefined },
): CredentialDetails {
  if (details.isImported === true || details.isUserHandleOpen === true) return details
  const userHandle = details.userHandle ?? known.userHandle
  if (userHandle === undefined) return { ...details, isUserHandleOpen: true, ...(!known.isBackupEligibilityKnown && { isImported: true }) }
  return known.isBackupEligibilityKnown ? details : { ...details, userHandle, isImported: true }
}

/** Whether only an answer will tell which user handle the credential knows. Earlier releases did not mark imported passkeys so. */
export function isUserHandleOpen({ userHandle, ...details }: CredentialDetails): boolean {
  return userHandle === undefined && (details.isUserHandleOpen === true || details.isImported === true)
}
