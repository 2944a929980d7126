import type { UserAuthenticator } from '../authenticators/authenticator-json.ts'
import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { toIso } from '../http/iso-time.ts'
import { findAuthenticatorName } from './authenticator-name.ts'
import type { CredentialDetails } from './credential-details.ts'

/** What the API shows of a credential besides what it shows of each authenticator. `nameless`: what one is called whose name nobody knows. */
export function showCredential(nameless: string, row: AuthenticatorRow): Pick<UserAuthenticator, 'webauthnCredential'> {
  if (row.credential_id === null) return {}
  const details = JSON.parse(row.details) as CredentialDetails
  const authenticatorName = row.aaguid === null ? undefined : findAuthenticatorName(row.aaguid)
  return {
    webauthnCredential: {
      credentialId: row.credential_id,
      // The field is not optional for strictly typed clients; a credential that was imported has no device on record.
      deviceId: details.deviceId ?? row.user_authenticator_id,
      name: details.givenName ?? row.name ?? nameless,
      aaguid: row.aaguid ?? undefined,
      aaguidMapping: authenticatorName === undefined ? undefined : { name: authenticatorName },
      credentialBackedUp: details.isImported ? undefined : row.backup_state === 1,
      credentialDeviceType: details.isImported ? undefined : row.backup_eligible === 1 ? 'multiDevice' : 'singleDevice',
      authenticatorAttachment: details.authenticatorAttachment,
      verifiedAt: toIso(row.verified_at),
      parsedUserAgent: details.parsedUserAgent,
    },
  }
}
