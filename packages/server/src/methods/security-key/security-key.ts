import { describeImported } from '../../webauthn/credential-details.ts'
import { findCredentialFault } from '../../webauthn/find-credential-fault.ts'
import { showCredential } from '../../webauthn/show-credential.ts'
import type { Method } from '../method.ts'
import { securityKeyConfiguration } from './security-key-configuration.ts'
import { securityKeyName } from './security-key-name.ts'
import { securityKeyRoutes } from './security-key-routes.ts'

/** Security keys: WebAuthn credentials on a device of their own, such as a USB key, as a further factor of a user who is known. */
export const securityKey: Method = {
  ...securityKeyName,
  configuration: securityKeyConfiguration,
  show: (row) => showCredential('Security key', row),
  describeImported,
  findFault: (row) => findCredentialFault(securityKeyName, row),
  routes: { client: [securityKeyRoutes] },
}
