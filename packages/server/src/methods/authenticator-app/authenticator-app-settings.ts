import type { AuthenticatorRow } from '../../authenticators/authenticator-row.ts'
import type { EnrolmentRules } from '../../authenticators/enrolment-obstacle.ts'
import { enrolmentRulesIn } from '../../authenticators/enrolment-settings.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { authenticatorAppName } from './authenticator-app-name.ts'

/** A tenant's configuration of authenticator apps with every default filled in. */
export interface AuthenticatorAppSettings {
  issuerName: string
  /** Authenticator apps a user can have. A code is compared with each, so that many would be easier to guess. */
  most: number
  rules: EnrolmentRules
}

const most = 5

/** Refuses with `invalid_configuration` when the tenant does not offer authenticator apps. */
export function loadAuthenticatorAppSettings(tenant: Tenant): AuthenticatorAppSettings {
  const settings = loadMethodSettings(tenant, authenticatorAppName.name)
  return {
    issuerName: typeof settings.issuerName === 'string' ? settings.issuerName : tenant.name,
    most: settings.allowMultipleUserAuthenticators === false ? 1 : most,
    rules: enrolmentRulesIn(settings),
  }
}

/** Why the user cannot have one more. */
export function findObstacle({ most }: Pick<AuthenticatorAppSettings, 'most'>, bound: readonly AuthenticatorRow[]): string | undefined {
  const apps = bound.filter(({ verification_method }) => verification_method === authenticatorAppName.name)
  if (apps.length < most) return undefined
  return most === 1
    ? 'the user already has an authenticator app, and `allowMultipleUserAuthenticators` is off: remove it first'
    : `the user already has ${apps.length} authenticator apps: remove one first`
}
