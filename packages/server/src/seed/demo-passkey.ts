import { createECDH, hash } from 'node:crypto'
import type { BoundColumns } from '../authenticators/authenticator-row.ts'
import { findAuthenticatorName } from '../webauthn/authenticator-name.ts'
import type { CredentialDetails } from '../webauthn/credential-details.ts'
import type { Credential } from '../webauthn/find-credential.ts'
import type { Assertion } from '../webauthn/verify-authentication.ts'

/** Password managers of Apple, Google and Microsoft, by the user agent on which each is usual. */
const passwordManagers = [
  { on: /iPhone|Macintosh/, aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd' },
  { on: /Android/, aaguid: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4' },
  { on: /./, aaguid: '08987058-cadc-4b81-b6e1-30de50dcbe96' },
]

/** The columns of a synced passkey. The private part of its key is drawn and thrown away, so that nobody ever signs in with it. */
export function demoPasskeyColumns(seed: string, userId: string, deviceId: string, userAgent: string): BoundColumns {
  const aaguid = passwordManagers.find(({ on }) => on.test(userAgent))?.aaguid ?? null
  const details: CredentialDetails = {
    username: userId,
    displayName: userId,
    deviceId,
    uvInitialized: true,
    authenticatorAttachment: 'platform',
  }
  return {
    credential_id: hash('sha256', `${seed} credential of ${userId}`, 'base64url'),
    public_key: newCoseKey().toString('base64url'),
    backup_eligible: 1,
    backup_state: 1,
    transports: JSON.stringify(['hybrid', 'internal']),
    aaguid,
    name: aaguid === null ? null : (findAuthenticatorName(aaguid) ?? null),
    details,
  }
}

/** What an assertion of the passkey says. */
export function demoAssertion({ credentialId }: Pick<Credential, 'credentialId'>): Assertion {
  return { credentialId, signCount: 0, userVerified: true, backupEligible: true, backupState: true, userHandle: undefined }
}

/** An ES256 key as WebAuthn has it (RFC 9053, "Double Coordinate Curves"). */
function newCoseKey(): Buffer {
  const point = createECDH('prime256v1').generateKeys()
  const head = Buffer.from([0xa5, 1, 2, 3, 0x26, 0x20, 1])
  return Buffer.concat([head, Buffer.from([0x21, 0x58, 32]), point.subarray(1, 33), Buffer.from([0x22, 0x58, 32]), point.subarray(33)])
}
