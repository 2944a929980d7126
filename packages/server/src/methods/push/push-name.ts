import type { DeviceKeyMethod } from '../../device-keys/device-key-method.ts'

/** The method of this folder. */
export const pushName = {
  name: 'PUSH',
  noun: 'push device',
  aNoun: 'a push device',
  plural: 'push devices',
  path: 'push',
} as const satisfies DeviceKeyMethod
