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

export interface RememberDeviceRequest extends DeviceKey {
  attributes: {
    /** From the browser SDK: `getDeviceProof`. */
    deviceProof: string
    /** 1 to 365. Default 30. */
    days?: number
  }
}

export interface UpdateDeviceRequest extends DeviceKey {
  attributes: {
    /** ISO 8601. The signal `device.isRemembered` is true until then. `null` forgets the device. */
    rememberedUntil: string | null
  }
}
