import type { DeviceKeyMethod } from '../../device-keys/device-key-method.ts'

/** The method of this folder. */
export const qrCodeName = {
  name: 'QR_CODE',
  noun: 'QR code device',
  aNoun: 'a QR code device',
  plural: 'QR code devices',
  path: 'qr-code',
} as const satisfies DeviceKeyMethod
