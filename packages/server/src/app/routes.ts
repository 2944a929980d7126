import { instanceRoutes } from '../actions/instance-routes.ts'
import { trackRoutes } from '../actions/track-route.ts'
import { authenticatorRoutes } from '../authenticators/authenticator-routes.ts'
import { clientAuthenticatorRoutes } from '../authenticators/client-authenticator-routes.ts'
import { backtestRoutes } from '../backtests/backtest-routes.ts'
import { evaluateRoutes } from '../backtests/evaluate-route.ts'
import { replayRoutes } from '../backtests/replay-route.ts'
import { clientChallengeRoutes } from '../challenges/client-challenge-routes.ts'
import { validateRoutes } from '../challenges/validate-route.ts'
import { dataPointRoutes } from '../data-points/data-point-routes.ts'
import { deviceRoutes } from '../devices/device-routes.ts'
import type { App, Routes } from '../http/app-type.ts'
import { actionConfigurationRoutes } from '../rules/action-configuration-routes.ts'
import { policyVersionRoutes } from '../rules/policy-version-routes.ts'
import { ruleRoutes } from '../rules/rule-routes.ts'
import { policyRoutes } from '../rules-document/policy-routes.ts'
import { policyTestRoutes } from '../rules-document/policy-test-routes.ts'
import { rulesDocumentRoutes } from '../rules-document/rules-document-routes.ts'
import { authenticatorConfigurationRoutes } from '../tenants/authenticator-configuration-routes.ts'
import { tenantRoutes } from '../tenants/tenant-routes.ts'
import { userRoutes } from '../users/user-routes.ts'
import { valueListRoutes } from '../value-lists/value-list-routes.ts'
import { valueListVersionRoutes } from '../value-lists/value-list-version-routes.ts'
import { featureRoutes } from '../velocity/feature-routes.ts'
import type { AppDeps } from './app-deps.ts'

/** `/v1`: the tenant's own servers, with the secret API key. */
export const serverRoutes: readonly Routes<AppDeps>[] = [
  trackRoutes,
  instanceRoutes,
  validateRoutes,
  userRoutes,
  authenticatorRoutes,
  (app, deps) => addMethodRoutes(app, deps, 'server'),
  deviceRoutes,
]

/** `/v1/client`: browsers and apps, with a token or the tenant's id. */
export const clientRoutes: readonly Routes<AppDeps>[] = [
  clientChallengeRoutes,
  (app, deps) => addMethodRoutes(app, deps, 'client'),
  clientAuthenticatorRoutes,
]

/** `/v1/management`: configuration, with the management API key. */
export const managementRoutes: readonly Routes<AppDeps>[] = [
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

function addMethodRoutes(app: App, deps: AppDeps, api: 'server' | 'client'): void {
  for (const { routes } of deps.methods) for (const addRoutes of routes[api] ?? []) addRoutes(app, deps)
}
