import type { JsonValue } from '@sallyport/engine'
import { z } from 'zod'
import { toIso } from '../http/iso-time.ts'
import type { UserRow } from '../user-record/user-row.ts'

/** The attributes an application may store for a user. */
export const userAttributes = z.object({
  userId: z.string(),
  email: z.string().optional(),
  emailVerified: z.boolean(),
  phoneNumber: z.string().optional(),
  phoneNumberVerified: z.boolean(),
  username: z.string().optional(),
  displayName: z.string().optional(),
  custom: z.record(z.string(), z.unknown()).optional(),
  locale: z.string().optional(),
  defaultVerificationMethod: z.string().optional(),
  enrolmentFrozenAt: z
    .string()
    .optional()
    .meta({ description: 'The user said "this was not me": since then no authenticator can be added, until the freeze is lifted.' }),
})

export type UserAttributes = z.infer<typeof userAttributes>

/** A user as the API shows it. An unknown user is shown too, with nothing known and nothing verified. */
export function toUserAttributes(userId: string, row: UserRow | undefined): UserAttributes {
  if (row === undefined) return { userId, emailVerified: false, phoneNumberVerified: false }
  const custom = JSON.parse(row.custom) as Record<string, JsonValue>
  return {
    userId,
    email: row.email ?? undefined,
    emailVerified: row.email_verified === 1,
    phoneNumber: row.phone_number ?? undefined,
    phoneNumberVerified: row.phone_number_verified === 1,
    username: row.username ?? undefined,
    displayName: row.display_name ?? undefined,
    custom: Object.keys(custom).length === 0 ? undefined : custom,
    locale: row.locale ?? undefined,
    defaultVerificationMethod: row.default_verification_method ?? undefined,
    enrolmentFrozenAt: toIso(row.enrolment_frozen_at),
  }
}
