import { deviceKeyConfiguration } from '../../device-keys/device-key-configuration.ts'
import { deviceKeyRoutes } from '../../device-keys/device-key-routes.ts'
import { findDeviceKeyFault } from '../../device-keys/find-device-key.ts'
import type { Method } from '../method.ts'
import { qrCodeDeviceRoutes } from './qr-code-device-routes.ts'
import { qrCodeName } from './qr-code-name.ts'
import { qrCodeRoutes } from './qr-code-routes.ts'
import { qrCodeSocket } from './qr-code-socket.ts'

/** QR codes: a page shows one, a phone that was enrolled scans it, and its key signs what its user decides. */
export const qrCode: Method = {
  ...qrCodeName,
  configuration: deviceKeyConfiguration(qrCodeName),
  findFault: (row) => findDeviceKeyFault(qrCodeName, row),
  routes: { client: [deviceKeyRoutes(qrCodeName), qrCodeRoutes, qrCodeDeviceRoutes], sockets: [qrCodeSocket] },
}
