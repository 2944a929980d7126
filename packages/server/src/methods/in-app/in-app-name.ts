import type { DeviceKeyMethod } from '../../device-keys/device-key-method.ts'

/** The method of this folder. */
export const inAppName = {
  name: 'IN_APP',
  noun: 'app key',
  aNoun: 'an app key',
  plural: 'app keys',
  path: 'in-app',
} as const satisfies DeviceKeyMethod
