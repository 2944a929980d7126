import type { Method } from '../method.ts'
import { authenticatorAppConfiguration } from './authenticator-app-configuration.ts'
import { authenticatorAppName } from './authenticator-app-name.ts'
import { authenticatorAppRoutes } from './authenticator-app-routes.ts'
import { readVerifiedApp } from './read-verified-app.ts'

/** Authenticator apps: codes that change with the time (RFC 6238). */
export const authenticatorApp: Method = {
  ...authenticatorAppName,
  configuration: authenticatorAppConfiguration,
  readVerified: readVerifiedApp,
  findFault: ({ removed_at }) =>
    removed_at === null ? 'an authenticator app cannot be brought in without its seed: enrol it with its `otpUri`' : undefined,
  routes: { client: [authenticatorAppRoutes] },
}
