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
  /** Finds one of `devices` sooner. It changes no decision; absent: each is looked at. */
  deviceIndex?: DeviceIndex | undefined
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

/**
 * What finds one of many devices without looking at each. Devices that came one by one lie scattered over the memory, so looking at 50 of them took a tenth of
 * a decision.
 */
export interface DeviceIndex {
  /** The list it was made for; for any other it is not used. */
  readonly of: readonly DeviceFacts[]
  /** Hashes of the ids, in the order of the devices. Whole numbers of 32 bits, which lie together in memory. */
  readonly hashes: readonly number[]
  readonly invalidated: number
}

/** A user who was never seen. */
export const unknownUser: UserFacts = Object.freeze({
  createdAt: null,
  email: null,
  phoneNumber: null,
  username: null,
  custom: Object.freeze({}),
  enrolledMethods: [],
  devices: [],
  authenticators: [],
})
