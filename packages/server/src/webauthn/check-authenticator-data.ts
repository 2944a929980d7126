import { hash } from 'node:crypto'
import type { RefusalReason } from './ceremony-refusal.ts'

/** The fixed head of authenticator data (WebAuthn Level 3, "Authenticator Data"): hash of the RP ID, flags, signature counter. */
export interface AuthenticatorDataHead {
  rpIdHash: Buffer
  /** There is nothing behind the head, and the flags announce nothing. */
  isAll: boolean
  userPresent: boolean
  userVerified: boolean
  backupEligible: boolean
  backupState: boolean
  signCount: number
}

export interface AuthenticatorDataExpectation {
  rpId: string
  /** Off only for a passkey that a password manager made by itself, with the user's earlier consent ("conditional create"). */
  requireUserPresence: boolean
  requireUserVerification: boolean
}

const headBytes = 37

/** `undefined` when there are too few bytes. What follows the head (CBOR) is the library's to read. */
export function readAuthenticatorDataHead(authenticatorData: Uint8Array): AuthenticatorDataHead | undefined {
  if (authenticatorData.byteLength < headBytes) return undefined
  const bytes = Buffer.from(authenticatorData.buffer, authenticatorData.byteOffset, authenticatorData.byteLength)
  const flags = bytes.readUInt8(32)
  return {
    rpIdHash: bytes.subarray(0, 32),
    isAll: bytes.length === headBytes && (flags & 0xc0) === 0,
    userPresent: (flags & 0x01) !== 0,
    userVerified: (flags & 0x04) !== 0,
    backupEligible: (flags & 0x08) !== 0,
    backupState: (flags & 0x10) !== 0,
    signCount: bytes.readUInt32BE(33),
  }
}

/** The first thing that is not as expected, or `undefined`. Both ceremonies ask this one function. */
export function findAuthenticatorDataFault(head: AuthenticatorDataHead, expected: AuthenticatorDataExpectation): RefusalReason | undefined {
  if (!head.rpIdHash.equals(hash('sha256', expected.rpId, 'buffer'))) return 'rp_id_mismatch'
  if (expected.requireUserPresence && !head.userPresent) return 'user_not_present'
  if (expected.requireUserVerification && !head.userVerified) return 'user_not_verified'
  if (head.backupState && !head.backupEligible) return 'backup_state_without_eligibility'
  return undefined
}
