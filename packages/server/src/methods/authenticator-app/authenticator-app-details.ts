import type { AuthenticatorDetails, AuthenticatorRow } from '../../authenticators/authenticator-row.ts'
import { type CodeScheme, usualScheme } from './one-time-password.ts'

/** What `details` of an authenticator app holds. */
export interface AuthenticatorAppDetails extends AuthenticatorDetails {
  /** Absent: the usual one. */
  scheme?: CodeScheme
}

export function schemeOf({ details }: Pick<AuthenticatorRow, 'details'>): CodeScheme {
  return (JSON.parse(details) as AuthenticatorAppDetails).scheme ?? usualScheme
}
