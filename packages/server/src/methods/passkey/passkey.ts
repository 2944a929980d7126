import { describeImported } from '../../webauthn/credential-details.ts'
import { findCredentialFault } from '../../webauthn/find-credential-fault.ts'
import { showCredential } from '../../webauthn/show-credential.ts'
import type { Method } from '../method.ts'
import { importPasskeysRoutes } from './import-passkeys-route.ts'
import { passkeyConfiguration } from './passkey-configuration.ts'
import { passkeyEnrolmentRoutes } from './passkey-enrolment-routes.ts'
import { passkeyName } from './passkey-name.ts'
import { passkeySignInRoutes } from './passkey-sign-in-routes.ts'
import { readVerifiedPasskey } from './read-verified-passkey.ts'

/** Passkeys: WebAuthn credentials. */
export const passkey: Method = {
  ...passkeyName,
  configuration: passkeyConfiguration,
  show: (row) => showCredential('Passkey', row),
  readVerified: readVerifiedPasskey,
  describeImported,
  findFault: (row) => findCredentialFault(passkeyName, row),
  lastRemovalObstacle: ({ preventRemovingLastPasskey }) =>
    preventRemovingLastPasskey === true
      ? 'this is the last passkey of the user, and `preventRemovingLastPasskey` of the passkey configuration is on'
      : undefined,
  routes: { server: [importPasskeysRoutes], client: [passkeyEnrolmentRoutes, passkeySignInRoutes] },
}
