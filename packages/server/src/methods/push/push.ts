import { deviceKeyRoutes } from '../../device-keys/device-key-routes.ts'
import { findDeviceKeyFault } from '../../device-keys/find-device-key.ts'
import type { Method } from '../method.ts'
import { pushConfiguration } from './push-configuration.ts'
import { pushDeviceRoutes } from './push-device-routes.ts'
import { pushName } from './push-name.ts'
import { pushRoutes } from './push-routes.ts'

/** Push: a phone that was enrolled is asked, and its key signs what its user decides. */
export const push: Method = {
  ...pushName,
  configuration: pushConfiguration,
  findFault: (row) => findDeviceKeyFault(pushName, row),
  routes: { client: [deviceKeyRoutes(pushName), pushRoutes, pushDeviceRoutes] },
}
