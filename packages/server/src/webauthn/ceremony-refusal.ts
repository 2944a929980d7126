import { type Refusal as AnyRefusal, refuse as refuseFor } from '../challenges/refusal.ts'

/** Which check of a ceremony failed. */
export type RefusalReason =
  | 'credential_id_mismatch'
  | 'credential_id_too_long'
  | 'credential_type'
  | 'credential_not_allowed'
  | 'user_handle_mismatch'
  | 'user_handle_missing'
  | 'client_data_malformed'
  | 'client_data_type'
  | 'challenge_mismatch'
  | 'origin_not_allowed'
  | 'cross_origin'
  | 'authenticator_data_malformed'
  | 'rp_id_mismatch'
  | 'user_not_present'
  | 'user_not_verified'
  | 'user_verification_new'
  | 'backup_state_without_eligibility'
  | 'backup_eligibility_changed'
  | 'attestation_malformed'
  | 'attestation_format'
  | 'attestation_invalid'
  | 'attestation_untrusted'
  | 'algorithm_not_offered'
  | 'public_key_invalid'
  | 'signature_malformed'
  | 'signature_invalid'
  | 'sign_count'
  | 'not_device_bound'

export type Refusal = AnyRefusal<RefusalReason>

/** Names the origin that was seen: a page under a forgotten port or domain is the first fault of a new installation, and the page knows its own origin. */
export function refuseOrigin(origin: unknown): Refusal {
  const seen = typeof origin === 'string' && /^[!-~]{1,256}$/.test(origin) ? `the origin \`${origin.replaceAll('`', "'")}\`` : 'the origin'
  const description = `${seen} is not among the expected origins of the passkey configuration`
  return { verified: false, reason: 'origin_not_allowed', told: { code: 'origin_not_allowed', description } }
}

export const refuse: (reason: RefusalReason, cause?: unknown) => Refusal = refuseFor
