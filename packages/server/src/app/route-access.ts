import { type Role, roles, ruleRoles } from '../callers/role.ts'
import { actionConfigurationPrefixes } from '../rules/action-configuration-routes.ts'

/** What a role can allow. Every route of the management API needs one of these. */
export type Permission = keyof typeof permissions

/** Which roles have a permission, and what it is for. */
export const permissions = {
  read: { roles, meaning: 'Read everything but keys' },
  rules: {
    roles: ruleRoles,
    meaning: 'Change actions, rules, saved tests, value lists, velocity features and data points; try them on events and on history',
  },
  reviews: {
    roles: ['owner', 'admin', 'analyst'],
    meaning: 'Claim, approve or reject actions that wait for a review; import labels; take back what many actions taught',
  },
  disputes: { roles: ['owner', 'admin', 'analyst', 'support'], meaning: 'Dispute actions, or label them' },
  users: {
    roles: ['owner', 'admin', 'support'],
    meaning:
      'Change, export and erase users; forget what was learned about them; rename and remove their authenticators; let authenticators be added again; issue, approve and cancel their enrolment links; remember and invalidate their devices; end their sessions',
  },
  settings: {
    roles: ['owner', 'admin'],
    meaning: 'Change the settings of the tenant, of its verification methods and of its app clients; import what users did before',
  },
  keys: {
    roles: ['owner', 'admin'],
    meaning: 'Read, create, change and revoke API keys, those of an owner only as an owner; replace signing keys',
  },
  admins: { roles: ['owner', 'admin'], meaning: 'Invite, change and remove admins; owners only as an owner' },
  messages: { roles: ['owner', 'admin'], meaning: 'Read the outbox: it holds codes and links; those that make an owner only as an owner' },
  own: { roles, meaning: 'Their own session, mail address, passkeys and recovery codes, as an admin who is signed in' },
} as const satisfies Record<string, { roles: readonly Role[]; meaning: string }>

/** Who may call one route. */
export interface RouteAccess {
  may: Permission
  /**
   * An admin with a session must have proved their passkey in the last five minutes. A key has no passkey, and needs no proof. `unless dryRun`: only to change
   * something.
   */
  proof?: true | 'unless dryRun'
}

/**
 * Every route of the management API with who may call it. One that is missing here is not registered, and the server does not start. `{method}` stands for each
 * verification method.
 */
const table: Readonly<Record<string, RouteAccess>> = {
  'GET /tenant': { may: 'read' },
  'GET /tenant/retention': { may: 'read' },
  'PATCH /tenant': { may: 'settings', proof: true },

  'GET /keys': { may: 'keys' },
  'POST /keys': { may: 'keys', proof: true },
  'PATCH /keys/{keyId}': { may: 'keys', proof: true },
  'DELETE /keys/{keyId}': { may: 'keys', proof: true },

  'GET /signing-keys': { may: 'keys' },
  'POST /signing-keys/rotate': { may: 'keys', proof: true },

  'GET /app-clients': { may: 'read' },
  'POST /app-clients': { may: 'settings', proof: true },
  'GET /app-clients/{clientId}': { may: 'read' },
  'PATCH /app-clients/{clientId}': { may: 'settings', proof: true },
  'DELETE /app-clients/{clientId}': { may: 'settings', proof: true },

  'GET /admins': { may: 'read' },
  'POST /admins': { may: 'admins', proof: true },
  'GET /admins/{adminId}': { may: 'read' },
  'PATCH /admins/{adminId}': { may: 'admins', proof: true },
  'DELETE /admins/{adminId}': { may: 'admins', proof: true },
  'GET /admin-invitations': { may: 'admins' },
  'DELETE /admin-invitations/{invitationId}': { may: 'admins' },

  'GET /session': { may: 'own' },
  'PATCH /session': { may: 'own', proof: true },
  'POST /session/proof/begin': { may: 'own' },
  'POST /session/proof/finish': { may: 'own' },
  'GET /session/passkeys': { may: 'own' },
  'POST /session/passkeys/begin': { may: 'own', proof: true },
  'POST /session/passkeys/finish': { may: 'own', proof: true },
  'DELETE /session/passkeys/{passkeyId}': { may: 'own', proof: true },
  'POST /session/recovery-codes': { may: 'own', proof: true },
  'GET /sessions': { may: 'own' },
  'DELETE /sessions/{sessionId}': { may: 'own' },

  'GET /outbox': { may: 'messages' },
  'GET /outbox/{messageId}': { may: 'messages' },

  'GET /authenticator-configurations': { may: 'read' },
  'GET /authenticator-configurations/{authenticatorId}': { may: 'read' },
  'PATCH /authenticator-configurations/{authenticatorId}': { may: 'settings', proof: true },
  'DELETE /authenticator-configurations/{authenticatorId}': { may: 'settings', proof: true },
  'GET /authenticator-configurations/{method}': { may: 'read' },
  'POST /authenticator-configurations/{method}': { may: 'settings', proof: true },
  'PATCH /authenticator-configurations/{method}': { may: 'settings', proof: true },
  'DELETE /authenticator-configurations/{method}': { may: 'settings', proof: true },
  'GET /verification-methods': { may: 'read' },
  'POST /authenticator-configurations/{method}/limits/preview': { may: 'read' },
  'GET /limits/throttled': { may: 'read' },
  'POST /limits/release': { may: 'settings', proof: true },

  'POST /relying-party/check': { may: 'read' },

  'GET /action-configurations': { may: 'read' },
  'POST /action-configurations': { may: 'rules', proof: true },
  'GET /action-configurations/{actionCode}': { may: 'read' },
  'PATCH /action-configurations/{actionCode}': { may: 'rules', proof: true },
  'DELETE /action-configurations/{actionCode}': { may: 'rules', proof: true },

  'PUT /action-configurations/{actionCode}/flow': { may: 'rules', proof: true },

  'GET /action-configurations/{actionCode}/rules': { may: 'read' },
  'POST /action-configurations/{actionCode}/rules': { may: 'rules', proof: true },
  'GET /action-configurations/{actionCode}/rules/{ruleId}': { may: 'read' },
  'PATCH /action-configurations/{actionCode}/rules/{ruleId}': { may: 'rules', proof: true },
  'DELETE /action-configurations/{actionCode}/rules/{ruleId}': { may: 'rules', proof: true },

  'GET /action-configurations/{actionCode}/policy': { may: 'read' },
  'PUT /action-configurations/{actionCode}/policy': { may: 'rules', proof: 'unless dryRun' },
  'GET /action-configurations/{actionCode}/policy-versions': { may: 'read' },
  'GET /action-configurations/{actionCode}/policy-versions/{version}': { may: 'read' },
  'GET /action-configurations/{actionCode}/policy-versions/{a}/diff/{b}': { may: 'read' },
  'POST /action-configurations/{actionCode}/policy-versions/{version}/restore': { may: 'rules', proof: true },
  'POST /action-configurations/{actionCode}/rules/{ruleId}/snooze': { may: 'rules', proof: true },
  'DELETE /action-configurations/{actionCode}/rules/{ruleId}/snooze': { may: 'rules', proof: true },
  'PUT /action-configurations/{actionCode}/approval': { may: 'settings', proof: true },
  'GET /proposals': { may: 'read' },
  'GET /proposals/{proposalId}': { may: 'read' },
  'POST /proposals/{proposalId}/approve': { may: 'rules', proof: true },
  'POST /proposals/{proposalId}/reject': { may: 'rules' },
  'POST /proposals/{proposalId}/withdraw': { may: 'rules' },
  'GET /usage': { may: 'read' },
  'PUT /rules': { may: 'rules', proof: 'unless dryRun' },

  'GET /action-configurations/{actionCode}/tests': { may: 'read' },
  'POST /action-configurations/{actionCode}/tests': { may: 'rules' },
  'PATCH /action-configurations/{actionCode}/tests/{name}': { may: 'rules' },
  'DELETE /action-configurations/{actionCode}/tests/{name}': { may: 'rules' },
  'POST /action-configurations/{actionCode}/tests/run': { may: 'rules' },

  'POST /action-configurations/{actionCode}/evaluate': { may: 'rules' },
  'POST /action-configurations/{actionCode}/backtests': { may: 'rules' },
  'GET /action-configurations/{actionCode}/shadow': { may: 'read' },
  'GET /action-configurations/{actionCode}/friction-curve': { may: 'read' },
  'GET /action-configurations/{actionCode}/recent-values': { may: 'read' },
  'GET /action-configurations/{actionCode}/rule-statistics': { may: 'read' },

  'GET /value-lists': { may: 'read' },
  'POST /value-lists': { may: 'rules' },
  'GET /value-lists/{alias}': { may: 'read' },
  'PATCH /value-lists/{alias}': { may: 'rules' },
  'DELETE /value-lists/{alias}': { may: 'rules' },
  'POST /value-lists/{alias}/items': { may: 'rules' },
  'GET /value-lists/{alias}/versions': { may: 'read' },
  'GET /value-lists/{alias}/versions/{version}': { may: 'read' },
  'POST /value-lists/{alias}/versions/{version}/restore': { may: 'rules' },

  'GET /velocity-features': { may: 'read' },
  'POST /velocity-features': { may: 'rules' },
  'GET /velocity-features/{name}': { may: 'read' },
  'PATCH /velocity-features/{name}': { may: 'rules' },
  'DELETE /velocity-features/{name}': { may: 'rules' },
  'POST /velocity-features/{name}/backfill': { may: 'rules' },
  'GET /velocity-templates': { may: 'read' },

  'GET /custom-data-points': { may: 'read' },
  'POST /custom-data-points': { may: 'rules' },
  'GET /custom-data-points/{id}': { may: 'read' },
  'PATCH /custom-data-points/{id}': { may: 'rules' },
  'DELETE /custom-data-points/{id}': { may: 'rules' },

  'GET /events': { may: 'read' },
  'GET /events/stream': { may: 'read' },
  'GET /events/export': { may: 'read', proof: true },
  'GET /events/{userId}/{action}/{idempotencyKey}': { may: 'read' },
  'GET /overview': { may: 'read' },
  'GET /reviews': { may: 'read' },
  'POST /events/{userId}/{action}/{idempotencyKey}/claim': { may: 'reviews' },
  'DELETE /events/{userId}/{action}/{idempotencyKey}/claim': { may: 'reviews' },
  'POST /events/{userId}/{action}/{idempotencyKey}/review': { may: 'reviews' },
  'POST /events/{userId}/{action}/{idempotencyKey}/dispute': { may: 'disputes' },
  'POST /events/{userId}/{action}/{idempotencyKey}/label': { may: 'disputes' },
  'POST /labels/import': { may: 'reviews' },
  'POST /unlearnings': { may: 'reviews', proof: 'unless dryRun' },
  'GET /unlearnings': { may: 'read' },
  'GET /unlearnings/{unlearningId}': { may: 'read' },
  'POST /users/{userId}/actions/{action}/{idempotencyKey}/replay': { may: 'read' },
  'GET /ip/{address}': { may: 'read' },
  'GET /ip-sources': { may: 'read' },
  'GET /warnings': { may: 'read' },
  'GET /audit': { may: 'read' },
  'GET /audit/verify': { may: 'read' },

  'GET /users': { may: 'read' },
  'GET /users/{userId}': { may: 'read' },
  'POST /users/{userId}/history': { may: 'settings', proof: true },
  'PATCH /users/{userId}': { may: 'users', proof: true },
  'DELETE /users/{userId}': { may: 'users', proof: true },
  'DELETE /users/{userId}/enrolment-freeze': { may: 'users', proof: true },
  'POST /users/{userId}/unlock': { may: 'users', proof: true },
  'GET /users/{userId}/profile': { may: 'read' },
  'DELETE /users/{userId}/profile': { may: 'users', proof: true },
  'GET /users/{userId}/export': { may: 'users', proof: true },
  'GET /users/{userId}/authenticators': { may: 'read' },
  'PATCH /users/{userId}/authenticators/{userAuthenticatorId}': { may: 'users', proof: true },
  'DELETE /users/{userId}/authenticators/{userAuthenticatorId}': { may: 'users', proof: true },
  'GET /users/{userId}/enrolment-links': { may: 'read' },
  'POST /users/{userId}/enrolment-links': { may: 'users', proof: true },
  'POST /users/{userId}/enrolment-links/{linkId}/approve': { may: 'users', proof: true },
  'DELETE /users/{userId}/enrolment-links/{linkId}': { may: 'users' },
  'GET /users/{userId}/sessions': { may: 'read' },
  'DELETE /users/{userId}/sessions': { may: 'users' },
  'DELETE /users/{userId}/sessions/{sessionId}': { may: 'users' },
  'GET /users/{userId}/devices': { may: 'read' },
  'PATCH /users/{userId}/devices/{deviceId}': { may: 'users' },
  'POST /users/{userId}/devices/{deviceId}/invalidate': { may: 'users' },
}

const prefix = '/v1/management'

/** The table with the whole paths: a row for each verification method that there is, and for each spelling of a path. */
export function listRouteAccess(methods: readonly { configuration: { path: string } }[]): ReadonlyMap<string, RouteAccess> {
  const rows = new Map<string, RouteAccess>()
  for (const [route, access] of Object.entries(table)) {
    for (const name of ['{method}', ...methods.map(({ configuration }) => configuration.path)]) {
      const whole = route.replace(' ', ` ${prefix}`).replace('{method}', name)
      for (const { path } of actionConfigurationPrefixes) rows.set(whole.replace('/action-configurations', path), access)
    }
  }
  return rows
}

/** The name of a row: `GET /v1/management/keys`. A parameter may be written `:keyId` or `{keyId}`; HEAD is GET. */
export function routeName(method: string, url: string): string {
  return `${method === 'HEAD' ? 'GET' : method} ${url.replace(/:(\w+)/g, '{$1}')}`
}
