import type { Selectable } from 'kysely'
import { z } from 'zod'
import { toIso } from '../http/iso-time.ts'
import type { AuthenticatorTable } from '../storage/schema.ts'

export type AuthenticatorRow = Selectable<AuthenticatorTable>

/** What the `details` column of an authenticator holds, besides what has a column of its own. */
export interface AuthenticatorDetails {
  email?: string
  phoneNumber?: string
  username?: string
  displayName?: string
  devicePlatform?: 'IOS' | 'ANDROID' | 'WEB'
  deviceId?: string
  authenticatorAttachment?: string
  /** In the shape of `parsedUserAgent` below. */
  parsedUserAgent?: ParsedUserAgent
  /** Bound by import: whether it is a synced passkey is not known before the first assertion, and `backup_eligible` says nothing yet. */
  isImported?: boolean
}

const parsedUserAgent = z.object({
  ua: z.string(),
  browser: z.object({ name: z.string().optional(), version: z.string().optional(), major: z.string().optional() }).optional(),
  os: z.object({ name: z.string().optional(), version: z.string().optional() }).optional(),
  device: z.object({ type: z.string().optional(), vendor: z.string().optional(), model: z.string().optional() }).optional(),
})

export type ParsedUserAgent = z.infer<typeof parsedUserAgent>

/** An authenticator as both the server and the client API show it. */
export const userAuthenticator = z
  .object({
    userId: z.string(),
    userAuthenticatorId: z.string(),
    verificationMethod: z.string(),
    createdAt: z.string(),
    verifiedAt: z.string().optional(),
    lastVerifiedAt: z.string().optional(),
    isDefault: z.boolean().optional(),
    email: z.string().optional(),
    phoneNumber: z.string().optional(),
    username: z.string().optional(),
    displayName: z.string().optional(),
    devicePlatform: z.enum(['IOS', 'ANDROID', 'WEB']).optional(),
    webauthnCredential: z
      .object({
        credentialId: z.string(),
        deviceId: z.string(),
        name: z.string(),
        aaguid: z.string().optional(),
        credentialBackedUp: z.boolean().optional(),
        credentialDeviceType: z.enum(['singleDevice', 'multiDevice']).optional(),
        authenticatorAttachment: z.string().optional(),
        verifiedAt: z.string().optional(),
        parsedUserAgent: parsedUserAgent.optional(),
      })
      .optional(),
  })
  .meta({ id: 'UserAuthenticator' })

export type UserAuthenticator = z.infer<typeof userAuthenticator>

/**
 * Turns a stored authenticator into what the API shows of it: no key, no secret, nothing that is not known. `defaultMethod` is the user's, where
 * it is at hand.
 */
export function toUserAuthenticator(row: AuthenticatorRow, defaultMethod?: string): UserAuthenticator {
  const details = JSON.parse(row.details) as AuthenticatorDetails
  return {
    userId: row.user_id,
    userAuthenticatorId: row.user_authenticator_id,
    verificationMethod: row.verification_method,
    createdAt: toIso(row.created_at),
    verifiedAt: toIso(row.verified_at),
    lastVerifiedAt: toIso(row.last_verified_at),
    isDefault: defaultMethod === undefined ? undefined : row.verification_method === defaultMethod,
    email: details.email,
    phoneNumber: details.phoneNumber,
    username: details.username,
    displayName: details.displayName,
    devicePlatform: details.devicePlatform,
    webauthnCredential:
      row.credential_id === null
        ? undefined
        : {
            credentialId: row.credential_id,
            // The field is not optional for strictly typed clients; a credential that was imported has no device on record.
            deviceId: details.deviceId ?? row.user_authenticator_id,
            name: row.name ?? 'Passkey',
            aaguid: row.aaguid ?? undefined,
            credentialBackedUp: details.isImported ? undefined : row.backup_state === 1,
            credentialDeviceType: details.isImported ? undefined : row.backup_eligible === 1 ? 'multiDevice' : 'singleDevice',
            authenticatorAttachment: details.authenticatorAttachment,
            verifiedAt: toIso(row.verified_at),
            parsedUserAgent: details.parsedUserAgent,
          },
  }
}
