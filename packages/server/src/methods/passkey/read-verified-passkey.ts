import type { BoundColumns } from '../../authenticators/authenticator-row.ts'
import type { VerifiedAuthenticator } from '../../authenticators/verified-authenticator.ts'
import { ApiError } from '../../errors/api-error.ts'
import { describeImported } from '../../webauthn/credential-details.ts'
import { maxCredentialIdBytes } from '../../webauthn/credential-schema.ts'
import { importPublicKey } from '../../webauthn/import-public-key.ts'

/** A passkey that the user has from elsewhere. Refuses one whose public key does not import as the key it says it is (WA-12). */
export function readVerifiedPasskey(input: VerifiedAuthenticator): BoundColumns {
  const { credentialId, publicKey } = readCredential(input)
  const userHandle = input.userHandle === undefined ? undefined : readUserHandle(input.userHandle)
  return {
    credential_id: credentialId,
    public_key: publicKey,
    sign_count: input.counter ?? 0,
    transports: input.transports === undefined ? null : JSON.stringify(input.transports),
    aaguid: input.aaguid?.toLowerCase() ?? null,
    name: input.name ?? null,
    details: describeImported({}, { isBackupEligibilityKnown: false, userHandle }),
  }
}

interface ReadCredential {
  credentialId: string
  publicKey: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function readCredential({ credentialId, credentialPublicKey, aaguid }: VerifiedAuthenticator): ReadCredential {
  if (aaguid !== undefined && !uuid.test(aaguid)) throw new ApiError('invalid_request', '`aaguid` is not a UUID')
  const id = readBase64url('credentialId', credentialId)
  if (id.length > maxCredentialIdBytes)
    throw new ApiError('invalid_credential', `\`credentialId\` is longer than ${maxCredentialIdBytes} bytes`)
  const publicKey = readBase64url('credentialPublicKey', credentialPublicKey)
  const imported = importPublicKey(publicKey)
  if (!imported.imported) {
    const reason =
      imported.reason === 'algorithm_not_offered' ? 'is of an algorithm other than ES256, EdDSA and RS256' : 'is not a COSE public key'
    throw new ApiError('invalid_credential', `\`credentialPublicKey\` ${reason}`, { cause: imported.cause })
  }
  return { credentialId: id.toString('base64url'), publicKey: publicKey.toString('base64url') }
}

/** WebAuthn Level 3, "User Handle": at most 64 bytes. */
function readUserHandle(text: string): string {
  const bytes = readBase64url('userHandle', text)
  if (bytes.length > 64) throw new ApiError('invalid_request', '`userHandle` is longer than 64 bytes')
  return bytes.toString('base64url')
}

function readBase64url(name: string, text: string | undefined): Buffer {
  if (text === undefined || text === '') throw new ApiError('invalid_request', `\`${name}\` is required for a passkey`)
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text.replace(/={1,2}$/, '')) throw new ApiError('invalid_request', `\`${name}\` is not base64url`)
  return bytes
}
