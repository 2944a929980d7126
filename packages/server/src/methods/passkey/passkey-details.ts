import type { ParsedUserAgent } from '../../authenticators/authenticator-json.ts'
import type { AuthenticatorDetails } from '../../authenticators/authenticator-row.ts'

/** The `details` column of a passkey. */
export interface PasskeyDetails extends AuthenticatorDetails {
  deviceId?: string
  authenticatorAttachment?: string
  parsedUserAgent?: ParsedUserAgent
  /** Bound by import: whether it is a synced passkey is not known before the first assertion, and `backup_eligible` says nothing yet. */
  isImported?: boolean
}
