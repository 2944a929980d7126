import type { JsonValue } from './json-value.ts'

/** What the application and the user's authenticators say of a user. `null`: not known. */
export interface UserFacts {
  /** Milliseconds UTC of the first contact; `null` for a user never seen before. */
  createdAt: number | null
  email: string | null
  phoneNumber: string | null
  username: string | null
  custom: Readonly<Record<string, JsonValue>>
  /** Verification methods of bound authenticators, e.g. `['PASSKEY']`. Each once, first enrolled first. */
  enrolledMethods: readonly string[]
  /** Devices with a state of their own, most recent first, at most 50. */
  devices: readonly DeviceFacts[]
  /** Authenticators in force, last used first, at most 20. */
  authenticators: readonly AuthenticatorFacts[]
}

export interface AuthenticatorFacts {
  verificationMethod: string
  createdAt: number
  /** What its passkey says of itself: it may leave its device (`backup_eligible`), and has done so (`backup_state`). `null`: no passkey, or not known yet. */
  backupEligible: boolean | null
  backupState: boolean | null
  /** What people call its model, from the AAGUID. */
  name: string | null
}

export interface DeviceFacts {
  deviceId: string
  createdAt: number
  rememberedUntil: number | null
  invalidatedAt: number | null
  /** A passkey was used on it. */
  hasUsedPasskey: boolean
}
