import { z } from 'zod'
import type { AuthenticatorDetails, AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { identifier, userId } from '../http/identifier.ts'
import { isoTime, toIso } from '../http/iso-time.ts'
import type { UserRow } from '../user-record/user-row.ts'

const bytes = z.string().regex(/^[A-Za-z0-9_-]+$/, 'is not base64url')
const signCount = z.number().int().min(0).max(0xffffffff)

const archivedAuthenticator = z.strictObject({
  userAuthenticatorId: z.string().min(1).max(128).optional(),
  verificationMethod: z.string().regex(/^[A-Z_]{1,64}$/, 'is not a verification method'),
  createdAt: isoTime.optional(),
  verifiedAt: isoTime.optional(),
  lastVerifiedAt: isoTime.optional(),
  removedAt: isoTime.optional(),
  credentialId: bytes.max(1364).optional(),
  credentialPublicKey: bytes.max(4096).optional(),
  signCount: signCount.optional(),
  /** The API's name of `signCount`. */
  counter: signCount.optional(),
  /** The user handle of this passkey, when it is not the user's. */
  userHandle: bytes.max(86).optional(),
  /** Absent: the first verified answer tells. */
  backupEligible: z.boolean().optional(),
  backupState: z.boolean().default(false),
  transports: z.array(z.string().max(32)).max(16).optional(),
  aaguid: z.uuid().optional(),
  name: identifier(320).optional(),
  details: z.record(z.string(), z.unknown()).default({}),
})

/**
 * One user, as `users export` writes and `users import` reads it, one JSON object a line. Only `userId` is required. It holds what was set and
 * what was bound; decisions and what was learnt from them stay where they were made. An unknown member is refused: a misspelt one would be lost.
 */
export const archivedUser = z.strictObject({
  userId,
  userHandle: bytes.max(86).optional(),
  email: identifier(320).optional(),
  emailVerified: z.boolean().default(false),
  phoneNumber: identifier(64).optional(),
  phoneNumberVerified: z.boolean().default(false),
  username: identifier(320).optional(),
  displayName: identifier(320).optional(),
  locale: identifier(64).optional(),
  defaultVerificationMethod: z.string().max(64).optional(),
  /** No authenticator can be added since. */
  enrolmentFrozenAt: isoTime.optional(),
  custom: z.record(z.string().max(256), z.unknown()).default({}),
  createdAt: isoTime.optional(),
  updatedAt: isoTime.optional(),
  authenticators: z.array(archivedAuthenticator).max(1000).default([]),
})

export type ArchivedUser = z.output<typeof archivedUser>
export type ArchivedUserLine = z.input<typeof archivedUser>

/** A user's rows as one line of the archive. */
export function toArchive(user: UserRow, authenticators: readonly AuthenticatorRow[]): ArchivedUserLine {
  return {
    userId: user.user_id,
    userHandle: user.user_handle,
    email: user.email ?? undefined,
    emailVerified: user.email_verified === 1,
    phoneNumber: user.phone_number ?? undefined,
    phoneNumberVerified: user.phone_number_verified === 1,
    username: user.username ?? undefined,
    displayName: user.display_name ?? undefined,
    locale: user.locale ?? undefined,
    defaultVerificationMethod: user.default_verification_method ?? undefined,
    enrolmentFrozenAt: toIso(user.enrolment_frozen_at),
    custom: JSON.parse(user.custom),
    createdAt: toIso(user.created_at),
    updatedAt: toIso(user.updated_at),
    authenticators: authenticators.map((row) => ({
      userAuthenticatorId: row.user_authenticator_id,
      verificationMethod: row.verification_method,
      createdAt: toIso(row.created_at),
      verifiedAt: toIso(row.verified_at),
      lastVerifiedAt: toIso(row.last_verified_at),
      removedAt: toIso(row.removed_at),
      credentialId: row.credential_id ?? undefined,
      credentialPublicKey: row.public_key ?? undefined,
      signCount: row.sign_count,
      backupEligible: row.backup_eligible === 1,
      backupState: row.backup_state === 1,
      transports: row.transports === null ? undefined : JSON.parse(row.transports),
      aaguid: row.aaguid ?? undefined,
      name: row.name ?? undefined,
      details: JSON.parse(row.details) satisfies AuthenticatorDetails,
    })),
  }
}
