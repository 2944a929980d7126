import { clientFlowRoutes, managementFlowRoutes, serverFlowRoutes } from '../actions/flow-routes.ts'
import { instanceRoutes } from '../actions/instance-routes.ts'
import { trackRoutes } from '../actions/track-route.ts'
import { ipRoutes } from '../address-facts/ip-routes.ts'
import { adminRoutes } from '../admins/admin-routes.ts'
import { sessionRoutes } from '../admins/session-routes.ts'
import { appClientRoutes } from '../app-clients/app-client-routes.ts'
import { auditRoutes } from '../audit-search/audit-routes.ts'
import { authenticatorRoutes, managedAuthenticatorRoutes } from '../authenticators/authenticator-routes.ts'
import { clientAuthenticatorRoutes } from '../authenticators/client-authenticator-routes.ts'
import { availableMethodRoutes } from '../available-methods/available-method-routes.ts'
import { backtestRoutes } from '../backtests/backtest-routes.ts'
import { evaluateRoutes } from '../backtests/evaluate-route.ts'
import { replayRoutes } from '../backtests/replay-route.ts'
import type { Scheme } from '../callers/authenticate.ts'
import { clientChallengeRoutes } from '../challenges/client-challenge-routes.ts'
import { validateRoutes } from '../challenges/validate-route.ts'
import { dataPointRoutes } from '../data-points/data-point-routes.ts'
import { outboxRoutes } from '../delivery/outbox-routes.ts'
import { clientDeviceRoutes } from '../devices/client-device-routes.ts'
import { deviceRoutes, managedDeviceRoutes } from '../devices/device-routes.ts'
import { enrolmentLinkRoutes, redeemLinkRoutes } from '../enrolment-links/enrolment-link-routes.ts'
import { eventsRoutes } from '../events/events-routes.ts'
import { exportRoutes as eventExportRoutes } from '../events/export-routes.ts'
import { streamRoutes } from '../events/stream-routes.ts'
import type { Routes } from '../http/app-type.ts'
import { limitRoutes } from '../limits/limit-routes.ts'
import { codeMethods } from '../methods/code-methods.ts'
import { serverChallengeRoutes } from '../methods/one-time-code/server-challenge-routes.ts'
import { overviewRoutes } from '../overview/overview-routes.ts'
import { proposalRoutes } from '../proposals/proposal-routes.ts'
import { labelImportRoutes } from '../reviews/label-import-route.ts'
import { reviewRoutes } from '../reviews/review-routes.ts'
import { actionConfigurationRoutes } from '../rules/action-configuration-routes.ts'
import { approvalRoutes } from '../rules/approval-routes.ts'
import { policyVersionRoutes } from '../rules/policy-version-routes.ts'
import { ruleRoutes } from '../rules/rule-routes.ts'
import { snoozeRoutes } from '../rules/snooze-routes.ts'
import { usageRoutes } from '../rules/usage-routes.ts'
import { policyRoutes } from '../rules-document/policy-routes.ts'
import { policyTestRoutes } from '../rules-document/policy-test-routes.ts'
import { rulesDocumentRoutes } from '../rules-document/rules-document-routes.ts'
import { managedSessionRoutes } from '../sessions/managed-session-routes.ts'
import { userSessionRoutes } from '../sessions/session-routes.ts'
import { publicKeyRoutes } from '../signing-keys/public-key-routes.ts'
import { signingKeyRoutes } from '../signing-keys/signing-key-routes.ts'
import { authenticatorConfigurationRoutes } from '../tenants/authenticator-configuration-routes.ts'
import { keyRoutes } from '../tenants/key-routes.ts'
import { relyingPartyRoutes } from '../tenants/relying-party-route.ts'
import { tenantRoutes } from '../tenants/tenant-routes.ts'
import { trafficRoutes } from '../traffic/traffic-routes.ts'
import { unlearningRoutes } from '../unlearning/unlearning-routes.ts'
import { exportRoutes } from '../user-archive/export-routes.ts'
import { historyRoutes } from '../users/history-routes.ts'
import { profileRoutes } from '../users/profile-routes.ts'
import { userListRoutes } from '../users/user-list-routes.ts'
import { managedUserRoutes, userRoutes } from '../users/user-routes.ts'
import { valueListRoutes } from '../value-lists/value-list-routes.ts'
import { valueListVersionRoutes } from '../value-lists/value-list-version-routes.ts'
import { featureRoutes } from '../velocity/feature-routes.ts'
import { warningRoutes } from '../warnings/warning-routes.ts'
import type { AppDeps } from './app-deps.ts'

/** One of the three APIs: where it lives, which credential it takes, and the routes of each feature. */
interface Api {
  prefix: string
  scheme: Scheme
  routes: readonly Routes<AppDeps>[]
}

/** Every route of the server that needs a credential. A new route file is one line here. */
export const apis: readonly Api[] = [
  {
    // The application's own servers.
    prefix: '/v1',
    scheme: 'secret_key',
    routes: [
      trackRoutes,
      instanceRoutes,
      validateRoutes,
      serverChallengeRoutes(codeMethods),
      userRoutes,
      authenticatorRoutes,
      methodRoutes('server'),
      redeemLinkRoutes,
      deviceRoutes,
      userSessionRoutes,
      serverFlowRoutes,
    ],
  },
  {
    // Browsers and apps, with a token or the tenant's id.
    prefix: '/v1/client',
    scheme: 'client',
    routes: [clientChallengeRoutes, methodRoutes('client'), clientAuthenticatorRoutes, clientDeviceRoutes],
  },
  {
    // Configuration, and what people look at and act upon.
    prefix: '/v1/management',
    scheme: 'management_key',
    routes: [
      tenantRoutes,
      keyRoutes,
      signingKeyRoutes,
      appClientRoutes,
      authenticatorConfigurationRoutes,
      availableMethodRoutes,
      limitRoutes,
      relyingPartyRoutes,
      actionConfigurationRoutes,
      managementFlowRoutes,
      ruleRoutes,
      snoozeRoutes,
      approvalRoutes,
      usageRoutes,
      policyRoutes,
      rulesDocumentRoutes,
      policyTestRoutes,
      policyVersionRoutes,
      proposalRoutes,
      valueListRoutes,
      valueListVersionRoutes,
      featureRoutes,
      dataPointRoutes,
      evaluateRoutes,
      backtestRoutes,
      replayRoutes,
      eventsRoutes,
      streamRoutes,
      eventExportRoutes,
      overviewRoutes,
      trafficRoutes,
      userListRoutes,
      reviewRoutes,
      unlearningRoutes,
      labelImportRoutes,
      ipRoutes,
      warningRoutes,
      auditRoutes,
      managedUserRoutes,
      profileRoutes,
      historyRoutes,
      managedAuthenticatorRoutes,
      enrolmentLinkRoutes,
      managedDeviceRoutes,
      managedSessionRoutes,
      exportRoutes,
      adminRoutes,
      sessionRoutes,
      outboxRoutes,
    ],
  },
]

/** What anybody may call without a credential, beside the client API. */
export const publicApis: readonly { prefix: string; routes: readonly Routes<AppDeps>[] }[] = [
  { prefix: '/v1/client/public', routes: [publicKeyRoutes] },
  { prefix: '/v1/client/flows', routes: [clientFlowRoutes] },
]

/** The routes that the verification methods have under one API. */
function methodRoutes(api: 'server' | 'client'): Routes<AppDeps> {
  return (app, deps) => {
    for (const { routes } of deps.methods) for (const addRoutes of routes[api] ?? []) addRoutes(app, deps)
  }
}

/** WebSockets: they take the credential of the client API, in a form that a page can send. */
export const sockets: Routes<AppDeps> = (app, deps) => {
  for (const { routes } of deps.methods) for (const addRoutes of routes.sockets ?? []) addRoutes(app, deps)
}
