import type { VerificationMethod } from './authenticators.ts'

export interface DeviceKey {
  userId: string
  deviceId: string
}

export interface Device extends DeviceKey {
  createdAt: string
  authenticatedAt?: string
  invalidatedAt?: string
  rememberedUntil?: string
  lastVerificationMethod?: VerificationMethod
}

export interface UpdateDeviceRequest extends DeviceKey {
  attributes: {
    /** ISO 8601. Until then the signal `device.isRemembered` is true; `null` forgets. */
    rememberedUntil: string | null
  }
}
