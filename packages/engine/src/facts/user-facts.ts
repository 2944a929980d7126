import type { JsonValue } from './json-value.ts'

/** What the application and the user's authenticators report about a user. `null`: not known. */
export interface UserFacts {
  /** Milliseconds UTC of the first contact; `null` for a user never seen before. */
  createdAt: number | null
  email: string | null
  phoneNumber: string | null
  username: string | null
  custom: Readonly<Record<string, JsonValue>>
  /** Verification methods of bound authenticators, e.g. `['PASSKEY']`. Each once, first enrolled first. */
  enrolledMethods: readonly string[]
  /** Devices that have a record of their own, most recent first, at most 50. */
  devices: readonly DeviceFacts[]
  /** Valid authenticators, last used first, at most 20. */
  authenticators: readonly AuthenticatorFacts[]
}

export interface AuthenticatorFacts {
  verificationMethod: string
  createdAt: number
  /**
   * Whether the passkey may leave its device (`backup_eligible`), and whether it has (`backup_state`), by its own account. `null`: no
   * passkey, or not known yet.
   */
  backupEligible: boolean | null
  backupState: boolean | null
  /** The product name of its model, looked up by AAGUID. */
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
