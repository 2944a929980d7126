import { deviceKeyConfiguration } from '../../device-keys/device-key-configuration.ts'
import { deviceKeyRoutes } from '../../device-keys/device-key-routes.ts'
import { findDeviceKeyFault } from '../../device-keys/find-device-key.ts'
import type { Method } from '../method.ts'
import { inAppName } from './in-app-name.ts'
import { inAppRoutes } from './in-app-routes.ts'

/** In-app: the key of an app proves that its user asks from the device that was enrolled. */
export const inApp: Method = {
  ...inAppName,
  configuration: deviceKeyConfiguration(inAppName),
  findFault: (row) => findDeviceKeyFault(inAppName, row),
  routes: { client: [deviceKeyRoutes(inAppName), inAppRoutes] },
}
