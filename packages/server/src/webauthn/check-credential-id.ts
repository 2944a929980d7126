import type { RefusalReason } from './ceremony-refusal.ts'
import { maxCredentialIdBytes } from './credential-schema.ts'

/** `id` and `rawId` say the same, the id is not empty and not too long, and it is a public key credential. */
export function findCredentialIdFault(credential: { id: string; rawId: string; type: string }): RefusalReason | undefined {
  if (credential.type !== 'public-key') return 'credential_type'
  if (credential.id === '' || credential.id !== credential.rawId) return 'credential_id_mismatch'
  if (Buffer.byteLength(credential.id, 'base64url') > maxCredentialIdBytes) return 'credential_id_too_long'
  return undefined
}
