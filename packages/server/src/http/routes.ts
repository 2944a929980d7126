import { instanceRoutes } from '../actions/instance-routes.ts'
import { trackRoutes } from '../actions/track-route.ts'
import { backtestRoutes } from '../backtests/backtest-routes.ts'
import { evaluateRoutes } from '../backtests/evaluate-route.ts'
import { replayRoutes } from '../backtests/replay-route.ts'
import { clientChallengeRoutes } from '../challenges/client-challenge-routes.ts'
import { validateRoutes } from '../challenges/validate-route.ts'
import { clientAuthenticatorRoutes } from '../passkeys/client-authenticator-routes.ts'
import { passkeyEnrolmentRoutes } from '../passkeys/passkey-enrolment-routes.ts'
import { passkeySignInRoutes } from '../passkeys/passkey-sign-in-routes.ts'
import { actionConfigurationRoutes } from '../rules/action-configuration-routes.ts'
import { dataPointRoutes } from '../rules/data-point-routes.ts'
import { policyRoutes } from '../rules/policy-routes.ts'
import { policyTestRoutes } from '../rules/policy-test-routes.ts'
import { policyVersionRoutes } from '../rules/policy-version-routes.ts'
import { ruleRoutes } from '../rules/rule-routes.ts'
import { rulesDocumentRoutes } from '../rules/rules-document-routes.ts'
import { authenticatorConfigurationRoutes } from '../tenants/authenticator-configuration-routes.ts'
import { tenantRoutes } from '../tenants/tenant-routes.ts'
import { authenticatorRoutes } from '../users/authenticator-routes.ts'
import { deviceRoutes } from '../users/device-routes.ts'
import { userRoutes } from '../users/user-routes.ts'
import { valueListRoutes } from '../value-lists/value-list-routes.ts'
import { valueListVersionRoutes } from '../value-lists/value-list-version-routes.ts'
import { featureRoutes } from '../velocity/feature-routes.ts'
import type { Routes } from './app-type.ts'

/** `/v1`: the tenant's own servers, with the secret API key. */
export const serverRoutes: readonly Routes[] = [trackRoutes, instanceRoutes, validateRoutes, userRoutes, authenticatorRoutes, deviceRoutes]

/** `/v1/client`: browsers and apps, with a token or the tenant's id. */
export const clientRoutes: readonly Routes[] = [
  clientChallengeRoutes,
  passkeyEnrolmentRoutes,
  passkeySignInRoutes,
  clientAuthenticatorRoutes,
]

/** `/v1/management`: configuration, with the management API key. */
export const managementRoutes: readonly Routes[] = [
  tenantRoutes,
  authenticatorConfigurationRoutes,
  actionConfigurationRoutes,
  ruleRoutes,
  policyRoutes,
  rulesDocumentRoutes,
  policyTestRoutes,
  policyVersionRoutes,
  valueListRoutes,
  valueListVersionRoutes,
  featureRoutes,
  dataPointRoutes,
  evaluateRoutes,
  backtestRoutes,
  replayRoutes,
]
