import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { applyCredentialSettings, credentialFields, showCredentialSettings } from '../../webauthn/credential-configuration.ts'

/** How the management API configures security keys. Which kind of authenticator is asked for is fixed: one that is carried from device to device. */
export const securityKeyConfiguration: ConfigurableMethod['configuration'] = {
  path: 'security-key',
  plural: 'security keys',
  title: 'security key configuration',
  fields: credentialFields,
  apply: applyCredentialSettings,
  show: showCredentialSettings,
}
