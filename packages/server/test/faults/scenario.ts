import { encodeCBOR } from '@levischuck/tiny-cbor'
import type { CreatedTenant } from '../../src/tenants/create-tenant.ts'
import {
  type CreationOptions,
  createSoftwareAuthenticator,
  type RequestOptions,
  type SoftwareAuthenticator,
} from '../support/software-authenticator.ts'
import { createSoftwareDevice } from '../support/software-device.ts'
import { createSoftwarePhone, type SoftwarePhone } from '../support/software-phone.ts'
import type { TestApp } from '../support/test-app.ts'

export type Body = Record<string, unknown>

type PhoneMethod = 'push' | 'qr-code' | 'in-app'

/** One tenant, and what its requests were answered with so far. */
export interface Scene {
  /** Milliseconds UTC. */
  startedAt: number
  tenant: CreatedTenant & Pick<TestApp, 'asServer' | 'asManagement' | 'asBrowser'>
  /** A second person. */
  asColleague: Record<string, string>
  authenticator: SoftwareAuthenticator
  securityKey: SoftwareAuthenticator
  device: ReturnType<typeof createSoftwareDevice>
  /** One for each method that takes the key of a phone. */
  phones: Record<PhoneMethod, SoftwarePhone>
  /** Of an admin, in the portal. */
  adminAuthenticator: SoftwareAuthenticator
  answers: Map<string, Body>
}

export interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body?: object
}

export interface Step {
  title: string
  /** Made once: a retry sends the same. */
  request(scene: Scene): Sent
  /**
   * Tables that a request which failed may have written to all the same, in a transaction of their own, because what was written is true whatever becomes of
   * the request.
   */
  mayLeave?: readonly string[]
  /** Nothing of the tenant is in memory. */
  isCold?: boolean
  /** Something of it is done for later, and the request answered whatever becomes of that. */
  mayIgnore?: boolean
  /** Answers for each row by itself: 200, with the rows that failed. */
  isReported?: boolean
  /** It is answered with 202. */
  isProposal?: boolean
  /** Sent again after it was done, it does nothing more. */
  isOnce?: boolean
}

export const userId = 'alice'
export const otherUserId = 'bob'
export const deviceId = 'phone'
export const ipAddress = '203.0.113.7'
/** The public URL of the application under test. */
const portal = 'http://localhost:4000'
const user = `/users/${userId}`
const actions = '/management/action-configurations'
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

// The same one for every tenant: profiles hold a part of the hash of its id.
const device = createSoftwareDevice()

export function createScene(tenant: Scene['tenant'], asColleague: Scene['asColleague'], startedAt: number): Scene {
  return {
    startedAt,
    tenant,
    asColleague,
    authenticator: createSoftwareAuthenticator({ origin: 'http://localhost:3000', signCount: 1 }),
    securityKey: createSoftwareAuthenticator({ origin: 'http://localhost:3000', signCount: 1 }),
    device,
    phones: { push: createSoftwarePhone(), 'qr-code': createSoftwarePhone(), 'in-app': createSoftwarePhone() },
    adminAuthenticator: createSoftwareAuthenticator({ origin: portal, signCount: 1 }),
    answers: new Map(),
  }
}

function asServer(method: string, path: string, body?: object | ((scene: Scene) => object)): Step['request'] {
  return (scene) => ({ method, path, headers: scene.tenant.asServer, body: typeof body === 'function' ? body(scene) : body })
}

function asManager(method: string, path: string | ((scene: Scene) => string), body?: object): Step['request'] {
  return (scene) => ({
    method,
    path: `/management${typeof path === 'function' ? path(scene) : path}`,
    headers: scene.tenant.asManagement,
    body,
  })
}

/** With the token that a step was answered with. */
function withTokenOf(
  title: string,
  method: string,
  path: string,
  body: (scene: Scene) => object | undefined = () => ({}),
): Step['request'] {
  return (scene) => ({
    method,
    path: `/client${path}`,
    headers: { authorization: `Bearer ${String(answerOf(scene, title).token)}` },
    body: body(scene),
  })
}

/** As a phone does, whose signatures say who it is. */
function asPhone(of: PhoneMethod, method: string, path: string, body: (scene: Scene, phone: SoftwarePhone) => object): Step['request'] {
  return (scene) => {
    const phone = scene.phones[of]
    const { tenant } = scene
    return { method, path: `/client${path.replace('$key', phone.queriedKey)}`, headers: tenant.asBrowser, body: body(scene, phone) }
  }
}

/** What a phone signs of a challenge that a step was answered with. */
function signedOf(title: string): (scene: Scene, phone: SoftwarePhone) => { publicKey: string; challengeId: string; signature: string } {
  return (scene, phone) => {
    const challengeId = String(answerOf(scene, title).challengeId)
    return { publicKey: phone.publicKey, challengeId, signature: phone.sign(challengeId) }
  }
}

/** Sets a method up, and registers a phone with it. */
function phoneSteps(method: PhoneMethod): Step[] {
  const path = `/authenticator-configurations/${method}`
  return [
    { title: `setting up ${method}`, request: asManager('POST', path, {}) },
    { title: `configuring ${method}`, request: asManager('PATCH', path, { credentialLifetimeInMinutes: 10_000 }) },
    {
      title: `a track to register a phone for ${method}`,
      request: asServer('POST', '/users/dave/actions/enroll-app', { idempotencyKey: method, scope: 'add:authenticators', ...event }),
    },
    {
      title: `registering a phone for ${method}`,
      isOnce: true,
      request: withTokenOf(`a track to register a phone for ${method}`, 'POST', `/user-authenticators/${method}`, ({ phones }) => ({
        publicKey: phones[method].publicKey,
        deviceName: 'Phone',
        devicePlatform: 'ANDROID',
      })),
    },
    {
      title: `a track for the phone of ${method}`,
      request: asServer('POST', '/users/dave/actions/enroll-app', { idempotencyKey: `${method} answered`, ...event }),
    },
  ]
}

/** Takes the phone and the method away. */
function phoneRemovalSteps(method: PhoneMethod): Step[] {
  return [
    {
      title: `removing the phone of ${method}`,
      isOnce: true,
      request: asPhone(method, 'POST', `/user-authenticators/${method}/remove`, ({ startedAt }, phone) => ({
        publicKey: phone.publicKey,
        signature: phone.signRemoval(startedAt),
      })),
    },
    { title: `removing ${method}`, request: asManager('DELETE', `/authenticator-configurations/${method}`) },
  ]
}

/** As the page of the portal does, before anybody is signed in. */
function asVisitor(path: string, body: (scene: Scene) => object): Step['request'] {
  return (scene) => ({ method: 'POST', path: `/../portal${path}`, headers: { origin: portal }, body: body(scene) })
}

/** With the session of the admin who has set up. */
function asAdmin(method: string, path: string | ((scene: Scene) => string), body?: (scene: Scene) => object): Step['request'] {
  return (scene) => ({
    method,
    path: `/management${typeof path === 'function' ? path(scene) : path}`,
    headers: { origin: portal, cookie: String(answerOf(scene, 'setting up').cookie).split(';')[0] ?? '' },
    body: body?.(scene),
  })
}

function codeOf(scene: Scene): string {
  return new URL(String(answerOf(scene, 'inviting an admin').url)).hash.slice(1)
}

/** A step needs an answer that its client has not got. */
export class NotAnsweredError extends Error {}

function answerOf(scene: Scene, title: string): Body {
  const answer = scene.answers.get(title)
  if (answer === undefined) throw new NotAnsweredError(title)
  return answer
}

function newCredential() {
  const { credentialId, coseKey } = createSoftwareAuthenticator({})
  return { credentialId, credentialPublicKey: Buffer.from(encodeCBOR(coseKey)).toString('base64url') }
}

const event = { deviceId, ipAddress, userAgent: chrome }
const rule = (name: string, priority: number, more: object = {}) => ({
  name,
  isActive: true,
  priority,
  type: 'CHALLENGE',
  conditions: { '>': [{ var: 'custom.amount' }, 1000] },
  ...more,
})
const large = { custom: { amount: 5000, payee: 'p1' } }

function provenOf(scene: Scene) {
  const { deviceId: proven, deviceProof } = answerOf(scene, 'proving a device')
  return { deviceId: proven, deviceProof }
}

/** The life of a tenant with an application, users and analysts, from the first request to the erasure of the user. */
export const scenario: readonly Step[] = [
  {
    mayIgnore: true,
    title: 'a first track',
    isCold: true,
    isOnce: true,
    request: asServer('POST', `${user}/actions/login`, { idempotencyKey: 'l1', email: 'alice@example.com', ...event }),
    // That there is such an action.
    mayLeave: ['action_configurations', 'policy_versions', 'audit_log', 'audit_chains'],
  },
  { title: 'the same track again', request: asServer('POST', `${user}/actions/login`, { idempotencyKey: 'l1', ...event }) },
  {
    title: 'declaring a data point',
    request: asManager('POST', '/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' }),
  },
  {
    title: 'describing a data point',
    request: (scene) => ({
      method: 'PATCH',
      path: `/management/custom-data-points/${String(answerOf(scene, 'declaring a data point').id)}`,
      headers: scene.tenant.asManagement,
      body: { description: 'what is moved' },
    }),
  },
  {
    title: 'declaring another',
    request: asManager('POST', '/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' }),
  },
  {
    title: 'making a value list',
    request: asManager('POST', '/value-lists', { name: 'mules', itemType: 'string', valueListItems: ['p8'], isActive: true }),
  },
  { title: 'adding to a value list', request: asManager('POST', '/value-lists/mules/items', { add: ['p9'], remove: ['p8'] }) },
  { title: 'restoring a value list', request: asManager('POST', '/value-lists/mules/versions/1/restore', {}) },
  { title: 'changing a value list', request: asManager('PATCH', '/value-lists/mules', { valueListItems: ['p7'], expectedVersion: 3 }) },
  { title: 'reading the versions of a value list', request: asManager('GET', '/value-lists/mules/versions/2') },
  {
    title: 'declaring a velocity feature',
    request: asManager('POST', '/velocity-features', { name: 'moved', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 60 }),
  },
  {
    title: 'configuring an action',
    request: asManager('POST', '/action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' }),
  },
  { title: 'adding a rule', request: asManager('POST', '/action-configurations/transfer/rules', rule('Large', 0)) },
  {
    title: 'saving a test',
    request: asManager('POST', '/action-configurations/transfer/tests', {
      name: 'large',
      event: { custom: { amount: 2000 } },
      expect: { outcome: 'CHALLENGE' },
    }),
  },
  {
    title: 'changing a test',
    request: asManager('PATCH', '/action-configurations/transfer/tests/large', { description: 'over the limit' }),
  },
  {
    title: 'changing an action',
    request: asManager('PATCH', '/action-configurations/transfer', { defaultUserActionResult: 'ALLOW' }),
  },
  {
    title: 'changing a rule',
    isCold: true,
    request: (scene) => ({
      method: 'PATCH',
      path: `${actions}/transfer/rules/${String(answerOf(scene, 'adding a rule').ruleId)}`,
      headers: scene.tenant.asManagement,
      body: { conditions: { '>': [{ var: 'custom.amount' }, 1500] } },
    }),
  },
  {
    title: 'snoozing a rule',
    request: (scene) => ({
      method: 'POST',
      path: `${actions}/transfer/rules/${String(answerOf(scene, 'adding a rule').ruleId)}/snooze`,
      headers: scene.tenant.asManagement,
      body: { userId: otherUserId, until: new Date(scene.startedAt + 86_400_000).toISOString(), reason: 'moves house' },
    }),
  },
  {
    title: 'waking a rule',
    request: (scene) => ({
      method: 'DELETE',
      path: `${actions}/transfer/rules/${String(answerOf(scene, 'adding a rule').ruleId)}/snooze?userId=${otherUserId}`,
      headers: scene.tenant.asManagement,
    }),
  },
  {
    title: 'saving a policy',
    request: asManager('PUT', '/action-configurations/transfer/policy', {
      defaultUserActionResult: 'ALLOW',
      rules: [rule('Large', 0), rule('Mule', 1, { type: 'BLOCK', conditions: { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] } })],
      message: 'both',
    }),
  },
  { title: 'restoring a policy', request: asManager('POST', '/action-configurations/transfer/policy-versions/3/restore', {}) },
  { title: 'requiring approval', request: asManager('PUT', '/action-configurations/transfer/approval', { requireApproval: true }) },
  ...(
    [
      ['approving', 'approve', {}],
      ['rejecting', 'reject', { reason: 'too strict' }],
      ['withdrawing', 'withdraw', {}],
    ] as const
  ).flatMap(([doing, verb, body], place): Step[] => [
    {
      title: `proposing a change for ${doing}`,
      isProposal: true,
      // The trial run is undone, and nothing hangs on how that ends.
      mayIgnore: true,
      request: asManager('PATCH', '/action-configurations/transfer?propose=true', { whenUnenrolled: place === 0 ? 'BLOCK' : 'ENROLL' }),
    },
    {
      title: `${doing} a proposal`,
      request: (scene) => ({
        method: 'POST',
        path: `/management/proposals/${String(answerOf(scene, `proposing a change for ${doing}`).proposalId)}/${verb}`,
        headers: verb === 'withdraw' ? scene.tenant.asManagement : scene.asColleague,
        body,
      }),
    },
  ]),
  { title: 'requiring no approval', request: asManager('PUT', '/action-configurations/transfer/approval', { requireApproval: false }) },
  { title: 'comparing policies', request: asManager('GET', '/action-configurations/transfer/policy-versions/2/diff/4') },
  { title: 'running the tests', request: asManager('POST', '/action-configurations/transfer/tests/run', {}) },
  {
    title: 'importing rules',
    request: asManager('PUT', '/rules', {
      dataPoints: [{ name: 'branch', dataType: 'text', modelType: 'action' }],
      lists: [{ name: 'friends', itemType: 'string', valueListItems: ['p2', 'p3'], isActive: true }],
      features: [{ name: 'payees', metric: 'distinct', of: 'custom.payee', per: 'user', windowMinutes: 60 }],
      actions: [{ actionCode: 'transfer', defaultUserActionResult: 'ALLOW', rules: [rule('Large', 0)] }],
    }),
  },
  {
    title: 'configuring the tenant',
    request: asManager('PATCH', '/tenant', { tokenDurationInMinutes: 20 }),
  },
  { title: 'creating a key', request: asManager('POST', '/keys', { kind: 'management', name: 'portal', role: 'analyst' }) },
  {
    title: 'changing a key',
    request: asManager('PATCH', (scene) => `/keys/${String(answerOf(scene, 'creating a key').keyId)}`, { name: 'desk', role: 'support' }),
  },
  { title: 'listing keys', request: asManager('GET', '/keys') },
  { title: 'reading the retention', request: asManager('GET', '/tenant/retention') },
  {
    title: 'checking a relying party',
    request: asManager('POST', '/relying-party/check', { relyingParty: 'example.com', expectedOrigins: ['https://app.example.com'] }),
  },
  {
    title: 'revoking a key',
    request: asManager('DELETE', (scene) => `/keys/${String(answerOf(scene, 'creating a key').keyId)}`),
  },
  {
    title: 'configuring passkeys',
    request: asManager('PATCH', '/authenticator-configurations/passkey', { userVerificationRequirement: 'preferred' }),
  },
  {
    title: 'a challenged track',
    isCold: true,
    isOnce: true,
    request: asServer('POST', `${user}/actions/transfer`, { idempotencyKey: 't1', ...event, ...large }),
  },
  {
    title: 'a track to enrol',
    request: asServer('POST', `${user}/actions/enroll-passkey`, { idempotencyKey: 'e1', scope: 'add:authenticators', ...event }),
    mayLeave: ['action_configurations', 'policy_versions', 'audit_log', 'audit_chains'],
  },
  {
    title: 'options to enrol',
    request: withTokenOf('a track to enrol', 'POST', '/user-authenticators/passkey/registration-options'),
  },
  {
    title: 'enrolling a passkey',
    isOnce: true,
    request: withTokenOf('a track to enrol', 'POST', '/user-authenticators/passkey', (scene) => {
      const { options, challengeId } = answerOf(scene, 'options to enrol')
      return { registrationCredential: scene.authenticator.create(options as CreationOptions), challengeId }
    }),
  },
  {
    title: 'options to answer',
    request: withTokenOf('a challenged track', 'POST', '/user-authenticators/passkey/authentication-options'),
  },
  {
    title: 'answering a challenge',
    isOnce: true,
    request: withTokenOf('a challenged track', 'POST', '/verify/passkey', (scene) => {
      const { options, challengeId } = answerOf(scene, 'options to answer')
      return { authenticationCredential: scene.authenticator.get(options as RequestOptions), challengeId, deviceId }
    }),
  },
  {
    title: 'validating',
    isOnce: true,
    request: asServer('POST', '/validate', (scene) => ({
      token: answerOf(scene, 'answering a challenge').accessToken,
      action: 'transfer',
      ...large,
    })),
  },
  {
    title: 'setting up security keys',
    request: asManager('POST', '/authenticator-configurations/security-key', {
      relyingParty: 'localhost',
      expectedOrigins: ['http://localhost:3000'],
    }),
  },
  {
    title: 'configuring security keys',
    request: asManager('PATCH', '/authenticator-configurations/security-key', { expectedOrigins: ['http://localhost:3000'] }),
  },
  {
    title: 'a track to enrol a security key',
    request: asServer('POST', '/users/carol/actions/enroll-passkey', { idempotencyKey: 's1', scope: 'add:authenticators', ...event }),
  },
  {
    title: 'options to enrol a security key',
    request: withTokenOf('a track to enrol a security key', 'POST', '/user-authenticators/security-key/registration-options'),
  },
  {
    title: 'enrolling a security key',
    isOnce: true,
    request: withTokenOf('a track to enrol a security key', 'POST', '/user-authenticators/security-key', (scene) =>
      scene.securityKey.create(answerOf(scene, 'options to enrol a security key') as unknown as CreationOptions),
    ),
  },
  {
    title: 'a nonce for a device',
    request: ({ tenant }) => ({ method: 'POST', path: '/client/devices/nonce', headers: tenant.asBrowser, body: {} }),
  },
  {
    title: 'proving a device',
    request: (scene) => ({
      method: 'POST',
      path: '/client/devices',
      headers: scene.tenant.asBrowser,
      body: scene.device.signedNonce(scene.tenant.tenantId, String(answerOf(scene, 'a nonce for a device').nonce)),
    }),
  },
  {
    title: 'a track for the security key',
    isOnce: true,
    request: asServer('POST', '/users/carol/actions/transfer', (scene) => ({
      idempotencyKey: 's2',
      ...event,
      ...provenOf(scene),
      ...large,
    })),
  },
  {
    title: 'options to answer with the security key',
    request: withTokenOf('a track for the security key', 'POST', '/user-authenticators/security-key/authentication-options'),
  },
  {
    title: 'answering with the security key',
    isOnce: true,
    request: withTokenOf('a track for the security key', 'POST', '/verify/security-key', (scene) =>
      scene.securityKey.get(answerOf(scene, 'options to answer with the security key') as unknown as RequestOptions),
    ),
  },
  { title: 'remembering a proven device', request: asServer('POST', '/users/carol/devices', (scene) => provenOf(scene)) },
  { title: 'setting up codes by mail', request: asManager('POST', '/authenticator-configurations/email-otp', {}) },
  {
    title: 'configuring codes by mail',
    request: asManager('PATCH', '/authenticator-configurations/email-otp', { verificationCodeLength: 8 }),
  },
  { title: 'removing codes by mail', request: asManager('DELETE', '/authenticator-configurations/email-otp') },
  { title: 'removing security keys', request: asManager('DELETE', '/authenticator-configurations/security-key') },
  {
    title: 'starting a sign-in',
    request: (scene) => ({
      method: 'POST',
      path: '/client/challenge',
      headers: scene.tenant.asBrowser,
      body: { action: 'sign-in' },
    }),
  },
  {
    title: 'options to sign in',
    isCold: true,
    request: (scene) => ({
      method: 'POST',
      path: '/client/user-authenticators/passkey/authentication-options',
      headers: scene.tenant.asBrowser,
      body: { challengeId: answerOf(scene, 'starting a sign-in').challengeId },
    }),
  },
  {
    title: 'signing in',
    isOnce: true,
    request: (scene) => {
      const { options, challengeId } = answerOf(scene, 'options to sign in')
      const authenticationCredential = scene.authenticator.get(options as RequestOptions)
      return {
        method: 'POST',
        path: '/client/verify/passkey',
        headers: scene.tenant.asBrowser,
        body: { authenticationCredential, challengeId },
      }
    },
    mayLeave: ['action_configurations', 'policy_versions', 'audit_log', 'audit_chains'],
  },
  { title: 'creating an app client', request: asManager('POST', '/app-clients', { name: 'Web' }) },
  {
    title: 'changing an app client',
    request: asManager('PATCH', (scene) => `/app-clients/${String(answerOf(scene, 'creating an app client').clientId)}`, {
      sessionDurationInMinutes: 600,
      customClaims: [{ name: 'role', attribute: 'role' }],
    }),
  },
  {
    title: 'opening a session',
    request: asServer('POST', '/sessions', (scene) => ({
      clientId: answerOf(scene, 'creating an app client').clientId,
      token: answerOf(scene, 'signing in').accessToken,
      action: 'sign-in',
    })),
  },
  {
    title: 'refreshing a session',
    request: asServer('POST', '/sessions/refresh', (scene) => ({ refreshToken: answerOf(scene, 'opening a session').refreshToken })),
  },
  {
    title: 'validating a session',
    request: asServer('POST', '/sessions/validate', (scene) => ({ accessToken: answerOf(scene, 'refreshing a session').accessToken })),
  },
  {
    title: 'signing a user out',
    isOnce: true,
    request: asServer('POST', '/sessions/revoke', (scene) => ({ accessToken: answerOf(scene, 'refreshing a session').accessToken })),
  },
  { title: 'listing the sessions of a user', request: asManager('GET', `${user}/sessions`) },
  {
    title: 'ending a session of a user',
    request: asManager('DELETE', `${user}/sessions/none`),
  },
  { title: 'ending all sessions of a user', request: asServer('POST', '/sessions/user/revoke', { userId }) },
  { title: 'ending all sessions of a user by hand', request: asManager('DELETE', `${user}/sessions`) },
  { title: 'replacing the signing key', request: asManager('POST', '/signing-keys/rotate', { overlapMinutes: 60 }) },
  {
    title: 'removing an app client',
    request: asManager('DELETE', (scene) => `/app-clients/${String(answerOf(scene, 'creating an app client').clientId)}`),
  },
  {
    title: 'a track with history',
    isOnce: true,
    request: asServer('POST', `${user}/actions/transfer`, { idempotencyKey: 't2', ...event, ...large }),
  },
  { title: 'asking for a review', request: asServer('PATCH', `${user}/actions/transfer/t2`, { state: 'REVIEW_REQUIRED' }) },
  { title: 'claiming', request: asManager('POST', `/events/${userId}/transfer/t2/claim`, {}) },
  { title: 'releasing', request: asManager('DELETE', `/events/${userId}/transfer/t2/claim`) },
  {
    title: 'reviewing',
    request: asManager('POST', `/events/${userId}/transfer/t2/review`, { state: 'REVIEW_SUCCEEDED', reason: 'called the customer' }),
  },
  // Nothing waits now, whether the read side knows it already or not.
  { title: 'listing reviews', request: asManager('GET', '/reviews') },
  { title: 'setting a state', request: asServer('PATCH', `${user}/actions/transfer/t2`, { state: 'CHALLENGE_FAILED' }) },
  {
    title: 'importing labels',
    request: asManager('POST', '/labels/import', { rows: [{ userId, action: 'login', idempotencyKey: 'l1', reason: 'chargeback' }] }),
  },
  { title: 'disputing', request: asServer('POST', `${user}/actions/login/l1/dispute`) },
  { title: 'disputing as an analyst', request: asManager('POST', `/events/${userId}/transfer/t2/dispute`, { reason: 'was not me' }) },
  { title: 'labelling', request: asManager('POST', `/events/${userId}/transfer/t1/label`, { label: 'fraud', reason: 'card was stolen' }) },
  {
    title: 'unlearning',
    isOnce: true,
    request: asManager('POST', '/unlearnings', { userId, from: '2020-01-01', reason: 'a breach' }),
  },
  { title: 'explaining', request: asServer('GET', `${user}/actions/transfer/t1`) },
  { title: 'listing actions', request: asServer('GET', `${user}/actions`) },
  { title: 'searching events', request: asManager('GET', '/events?userId=alice&ipAddress=203.0.113.0%2F24') },
  { title: 'reading a receipt', request: asManager('GET', `/events/${userId}/transfer/t1`) },
  // It asks for several things at once. When one fails the others go on for a moment, and may meet the fault of the next attempt in its place.
  { title: 'reading the overview', mayIgnore: true, request: asManager('GET', '/overview?from=2020-01-01&to=2020-01-02') },
  { title: 'verifying the audit log', request: asManager('GET', '/audit/verify') },
  { title: 'seeing what signals had lately', request: asManager('GET', '/action-configurations/transfer/recent-values') },
  {
    title: 'seeing how rules did',
    mayIgnore: true,
    request: asManager('GET', '/action-configurations/transfer/rule-statistics?from=2020-01-01&to=2020-01-02'),
  },
  { title: 'replaying', request: asManager('POST', `${user}/actions/transfer/t1/replay`, {}) },
  {
    title: 'trying an event',
    request: asManager('POST', `/action-configurations/transfer/evaluate`, { event: { userId, ...event, ...large } }),
  },
  { title: 'updating a user', request: asServer('PATCH', user, { displayName: 'Alice', custom: { tier: 'gold' } }) },
  { title: 'updating a user as older clients do', request: asServer('POST', user, { locale: 'en' }) },
  { title: 'finding users', request: asServer('GET', '/users?email=alice%40example.com') },
  { title: 'reading a user', request: asServer('GET', user) },
  { title: 'remembering a device', request: asServer('PATCH', `${user}/devices/${deviceId}`, { rememberedUntil: '2030-01-01T00:00:00Z' }) },
  { title: 'invalidating a device', request: asServer('POST', `${user}/devices/${deviceId}/invalidate`) },
  {
    title: 'binding a passkey of before',
    request: asServer('POST', `${user}/authenticators`, () => ({ verificationMethod: 'PASSKEY', ...newCredential() })),
  },
  { title: 'helping a user', request: asManager('PATCH', user, { displayName: 'Alice B.' }) },
  { title: 'lifting a freeze', request: asManager('DELETE', `${user}/enrolment-freeze?reason=called%20back`) },
  { title: 'lifting a freeze as the application', request: asServer('DELETE', `${user}/enrolment-freeze`) },
  { title: 'reading a profile', request: asManager('GET', `${user}/profile`) },
  {
    title: 'importing history',
    isOnce: true,
    request: (scene) => ({
      method: 'POST',
      path: `/management${user}/history`,
      headers: scene.tenant.asManagement,
      body: {
        events: [{ time: new Date(scene.startedAt).toISOString(), ipAddress, deviceId, verificationMethod: 'PASSKEY' }],
      },
    }),
  },
  { title: 'forgetting a profile', request: asManager('DELETE', `${user}/profile?reason=moved%20house`) },
  { title: 'looking up an address', request: asManager('GET', `/ip/${ipAddress}`) },
  { title: 'listing sources', request: asManager('GET', '/ip-sources') },
  { title: 'listing users', request: asManager('GET', '/users') },
  {
    title: 'remembering a device for a user',
    request: asManager('PATCH', `${user}/devices/${deviceId}`, { rememberedUntil: '2031-01-01T00:00:00Z' }),
  },
  { title: 'invalidating a device for a user', request: asManager('POST', `${user}/devices/${deviceId}/invalidate`) },
  { title: 'exporting a user', request: asManager('GET', `${user}/export`) },
  {
    title: 'renaming a passkey for a user',
    request: (scene) => {
      const { authenticator } = answerOf(scene, 'binding a passkey of before') as { authenticator: Body }
      const path = `${user}/authenticators/${String(authenticator.userAuthenticatorId)}`
      return asManager('PATCH', path, { name: 'the old phone' })(scene)
    },
  },
  {
    title: 'removing a passkey for a user',
    request: asManager('DELETE', (scene) => {
      const { authenticator } = answerOf(scene, 'binding a passkey of before') as { authenticator: Body }
      return `${user}/authenticators/${String(authenticator.userAuthenticatorId)}?reason=lost`
    }),
  },
  {
    title: 'importing passkeys',
    isReported: true,
    request: asServer('POST', '/users/authenticators', () => ({
      authenticators: [{ userId: otherUserId, verificationMethod: 'PASSKEY', ...newCredential() }],
    })),
  },
  { title: 'listing authenticators', request: withTokenOf('a challenged track', 'GET', '/user-authenticators', () => undefined) },
  {
    title: 'removing a passkey',
    request: (scene) => ({
      method: 'DELETE',
      path: `${user}/authenticators/${String(answerOf(scene, 'enrolling a passkey').userAuthenticatorId)}`,
      headers: scene.tenant.asServer,
    }),
  },
  { title: 'deleting a test', request: asManager('DELETE', '/action-configurations/transfer/tests/large') },
  { title: 'listing rules', request: asManager('GET', '/action-configurations/transfer/rules') },
  {
    title: 'deleting a rule',
    request: (scene) => ({
      method: 'DELETE',
      path: `${actions}/transfer/rules/${String((answerOf(scene, 'listing rules') as unknown as Body[])[0]?.ruleId)}`,
      headers: scene.tenant.asManagement,
    }),
  },
  { title: 'changing a velocity feature', request: asManager('PATCH', '/velocity-features/moved', { windowMinutes: 120 }) },
  { title: 'removing a velocity feature', request: asManager('DELETE', '/velocity-features/payees') },
  {
    title: 'removing a data point',
    request: (scene) => ({
      method: 'DELETE',
      path: `/management/custom-data-points/${String(answerOf(scene, 'declaring another').id)}`,
      headers: scene.tenant.asManagement,
    }),
  },
  { title: 'deleting a value list', request: asManager('DELETE', '/value-lists/mules') },
  { title: 'listing the verification methods', request: asManager('GET', '/verification-methods') },
  { title: 'unlocking a method of a user', request: asManager('POST', `/users/${userId}/unlock`, { verificationMethod: 'SMS' }) },
  { title: 'sending to a country again', request: asManager('POST', '/limits/release', { scope: 'country', prefix: 'WS' }) },
  { title: 'setting up authenticator apps', request: asManager('POST', '/authenticator-configurations/authenticator-app', {}) },
  { title: 'naming the issuer', request: asManager('PATCH', '/authenticator-configurations/authenticator-app', { issuerName: 'Bank' }) },
  { title: 'setting up recovery codes', request: asManager('POST', '/authenticator-configurations/recovery-code', {}) },
  {
    title: 'changing who gets recovery codes',
    request: asManager('PATCH', '/authenticator-configurations/recovery-code', { requireChallengeToAdd: false }),
  },
  {
    title: 'a track to enrol an app',
    request: asServer('POST', `/users/${otherUserId}/actions/enroll-app`, { idempotencyKey: 'e2', scope: 'add:authenticators', ...event }),
    mayLeave: ['action_configurations', 'policy_versions', 'audit_log', 'audit_chains'],
  },
  { title: 'enrolling an app', request: withTokenOf('a track to enrol an app', 'POST', '/user-authenticators/totp') },
  {
    title: 'a wrong code of the app',
    // It counts before it is judged.
    mayLeave: ['tries'],
    request: withTokenOf('a track to enrol an app', 'POST', '/verify/totp', () => ({ verificationCode: '000000' })),
  },
  {
    title: 'asking for recovery codes',
    request: withTokenOf('a track to enrol an app', 'POST', '/user-authenticators/recovery-code'),
  },
  {
    title: 'keeping the recovery codes',
    mayLeave: ['tries'],
    isOnce: true,
    request: withTokenOf('a track to enrol an app', 'POST', '/verify/recovery-code', (scene) => ({
      verificationCode: (answerOf(scene, 'asking for recovery codes').recoveryCodes as string[])[0],
    })),
  },
  { title: 'setting up codes by text message', request: asManager('POST', '/authenticator-configurations/sms', {}) },
  {
    title: 'allowing text messages to a country',
    request: asManager('PATCH', '/authenticator-configurations/sms', { smsCountryCodes: ['NZ'] }),
  },
  { title: 'setting up codes by WhatsApp', request: asManager('POST', '/authenticator-configurations/whatsapp', {}) },
  {
    title: 'allowing WhatsApp to a country',
    request: asManager('PATCH', '/authenticator-configurations/whatsapp', { smsCountryCodes: ['NZ'] }),
  },
  { title: 'removing codes by WhatsApp', request: asManager('DELETE', '/authenticator-configurations/whatsapp') },
  { title: 'setting up links by mail', request: asManager('POST', '/authenticator-configurations/email-magic-link', {}) },
  {
    title: 'configuring links by mail',
    request: asManager('PATCH', '/authenticator-configurations/email-magic-link', { verificationCodeLength: 8 }),
  },
  { title: 'removing links by mail', request: asManager('DELETE', '/authenticator-configurations/email-magic-link') },
  { title: 'removing codes by text message', request: asManager('DELETE', '/authenticator-configurations/sms') },
  { title: 'looking for an open challenge', request: asServer('POST', `/challenges?userId=${otherUserId}`, {}) },
  ...phoneSteps('push'),
  {
    title: 'what can answer a challenge',
    request: withTokenOf('a track for the phone of push', 'POST', '/init'),
  },
  { title: 'asking by push', request: withTokenOf('a track for the phone of push', 'POST', '/challenge/push') },
  {
    title: 'what to sign to see what waits',
    request: asPhone('push', 'POST', '/user-authenticators/push/challenge/sign?publicKey=$key', () => ({})),
  },
  {
    title: 'approving the push',
    isOnce: true,
    request: asPhone('push', 'POST', '/user-authenticators/push/challenge', (scene, phone) => ({
      ...signedOf('asking by push')(scene, phone),
      approved: true,
      verificationCode: answerOf(scene, 'asking by push').verificationCode,
    })),
  },
  {
    title: 'collecting the push',
    isOnce: true,
    request: withTokenOf('a track for the phone of push', 'POST', '/verify/push', (scene) => ({
      challengeId: answerOf(scene, 'asking by push').challengeId,
    })),
  },
  {
    title: 'a track that somebody else made',
    request: asServer('POST', '/users/dave/actions/enroll-app', { idempotencyKey: 'push denied', ...event }),
  },
  { title: 'asking by push for a wrong number', request: withTokenOf('a track that somebody else made', 'POST', '/challenge/push') },
  {
    title: 'typing a wrong number into the phone',
    isOnce: true,
    request: asPhone('push', 'POST', '/user-authenticators/push/challenge', (scene, phone) => ({
      ...signedOf('asking by push for a wrong number')(scene, phone),
      approved: true,
      verificationCode: 'xx',
    })),
  },
  { title: 'asking by push again', request: withTokenOf('a track that somebody else made', 'POST', '/challenge/push') },
  {
    title: 'denying the push',
    isOnce: true,
    request: asPhone('push', 'POST', '/user-authenticators/push/challenge', (scene, phone) => ({
      ...signedOf('asking by push again')(scene, phone),
      approved: false,
    })),
  },
  {
    title: 'what to sign to renew a phone',
    request: asPhone('push', 'POST', '/user-authenticators/push/sign?publicKey=$key', () => ({})),
  },
  {
    title: 'renewing a phone',
    request: asPhone('push', 'PATCH', '/user-authenticators/push', (scene, phone) => {
      const { challengeId, message } = answerOf(scene, 'what to sign to renew a phone')
      return { publicKey: phone.publicKey, challengeId, signature: phone.sign(String(message)), resetExpiry: true }
    }),
  },
  ...phoneRemovalSteps('push'),
  ...phoneSteps('qr-code'),
  {
    title: 'showing a QR code',
    request: withTokenOf('a track for the phone of qr-code', 'POST', '/challenge/qr-code', () => ({ action: 'enroll-app' })),
  },
  {
    title: 'claiming the QR code',
    isOnce: true,
    request: asPhone('qr-code', 'POST', '/user-authenticators/qr-code/challenge/claim', signedOf('showing a QR code')),
  },
  {
    title: 'approving the QR code',
    isOnce: true,
    request: asPhone('qr-code', 'POST', '/user-authenticators/qr-code/challenge', (scene, phone) => ({
      ...signedOf('showing a QR code')(scene, phone),
      approved: true,
    })),
  },
  {
    title: 'collecting the QR code',
    isOnce: true,
    request: withTokenOf('a track for the phone of qr-code', 'POST', '/verify/qr-code', (scene) => {
      const { challengeId, deviceCode } = answerOf(scene, 'showing a QR code')
      return { challengeId, deviceCode }
    }),
  },
  ...phoneRemovalSteps('qr-code'),
  ...phoneSteps('in-app'),
  { title: 'a challenge for the app', request: withTokenOf('a track for the phone of in-app', 'POST', '/challenge') },
  {
    title: 'approving in the app',
    isOnce: true,
    request: withTokenOf('a track for the phone of in-app', 'POST', '/verify/in-app', (scene) =>
      signedOf('a challenge for the app')(scene, scene.phones['in-app']),
    ),
  },
  ...phoneRemovalSteps('in-app'),
  {
    title: 'setting up enrolment links',
    request: asManager('PATCH', '/tenant', {
      enrolmentLinkUrl: 'https://bank.example/enrol',
      enrolmentLinkWaitHours: 0,
      enrolmentLinkNeedsApproval: true,
    }),
  },
  {
    title: 'issuing an enrolment link',
    isOnce: true,
    request: asManager('POST', `/users/${otherUserId}/enrolment-links`, { reason: 'came with a passport' }),
  },
  { title: 'listing enrolment links', request: asManager('GET', `/users/${otherUserId}/enrolment-links`) },
  {
    title: 'approving an enrolment link',
    isOnce: true,
    request: (scene) => ({
      method: 'POST',
      path: `/management/users/${otherUserId}/enrolment-links/${String(answerOf(scene, 'issuing an enrolment link').linkId)}/approve`,
      headers: scene.asColleague,
      body: {},
    }),
  },
  {
    title: 'redeeming an enrolment link',
    isOnce: true,
    request: asServer('POST', '/enrolment-links/redeem', (scene) => ({
      token: String(answerOf(scene, 'issuing an enrolment link').url).split('#enrolment=')[1],
    })),
  },
  {
    title: 'issuing another enrolment link',
    isOnce: true,
    request: asManager('POST', `/users/${otherUserId}/enrolment-links`, { reason: 'lost the first' }),
  },
  {
    title: 'cancelling an enrolment link',
    isOnce: true,
    request: (scene) => ({
      method: 'DELETE',
      path: `/management/users/${otherUserId}/enrolment-links/${String(answerOf(scene, 'issuing another enrolment link').linkId)}`,
      headers: scene.tenant.asManagement,
    }),
  },
  { title: 'removing authenticator apps', request: asManager('DELETE', '/authenticator-configurations/authenticator-app') },
  { title: 'removing recovery codes', request: asManager('DELETE', '/authenticator-configurations/recovery-code') },
  { title: 'erasing a user', request: asServer('DELETE', user) },
  { title: 'erasing another user', request: asManager('DELETE', `/users/${otherUserId}`) },
  { title: 'removing passkeys', request: asManager('DELETE', '/authenticator-configurations/passkey') },
  {
    title: 'setting up passkeys',
    request: asManager('POST', '/authenticator-configurations/passkey', {
      relyingParty: 'localhost',
      expectedOrigins: ['http://localhost:3000'],
    }),
  },
  {
    title: 'stopping passkeys',
    request: (scene) => ({
      method: 'PATCH',
      path: `/management/authenticator-configurations/${String(answerOf(scene, 'setting up passkeys').authenticatorId)}`,
      headers: scene.tenant.asManagement,
      body: { isActive: false },
    }),
  },
  {
    title: 'removing passkeys by their id',
    request: (scene) => ({
      method: 'DELETE',
      path: `/management/authenticator-configurations/${String(answerOf(scene, 'setting up passkeys').authenticatorId)}`,
      headers: scene.tenant.asManagement,
    }),
  },
  { title: 'deleting an action', request: asManager('DELETE', '/action-configurations/transfer') },
  { title: 'inviting an admin', request: asManager('POST', '/admins', { role: 'admin', name: 'Ada', email: 'ada@portal.example' }) },
  { title: 'options to set up', request: asVisitor('/set-up/begin', (scene) => ({ code: codeOf(scene) })) },
  {
    title: 'setting up',
    isOnce: true,
    request: asVisitor('/set-up/finish', (scene) => {
      const { options } = answerOf(scene, 'options to set up')
      return { code: codeOf(scene), credential: scene.adminAuthenticator.create(options as CreationOptions) }
    }),
  },
  { title: 'asking who I am', request: asAdmin('GET', '/session') },
  { title: 'options to prove', request: asAdmin('POST', '/session/proof/begin') },
  {
    title: 'proving',
    request: asAdmin('POST', '/session/proof/finish', (scene) => {
      const { options } = answerOf(scene, 'options to prove')
      return { credential: scene.adminAuthenticator.get(options as RequestOptions) }
    }),
  },
  { title: 'options for another passkey', request: asAdmin('POST', '/session/passkeys/begin') },
  {
    title: 'adding a passkey',
    isOnce: true,
    request: asAdmin('POST', '/session/passkeys/finish', (scene) => {
      const { options } = answerOf(scene, 'options for another passkey')
      return { credential: createSoftwareAuthenticator({ origin: portal }).create(options as CreationOptions) }
    }),
  },
  { title: 'listing own passkeys', request: asAdmin('GET', '/session/passkeys') },
  {
    title: 'removing an own passkey',
    request: asAdmin('DELETE', (scene) => `/session/passkeys/${String(answerOf(scene, 'adding a passkey').passkeyId)}`),
  },
  { title: 'making recovery codes', request: asAdmin('POST', '/session/recovery-codes') },
  { title: 'changing the own address', request: asAdmin('PATCH', '/session', () => ({ email: 'ada@home.example' })) },
  { title: 'inviting another', request: asAdmin('POST', '/admins', () => ({ role: 'viewer' })) },
  {
    title: 'revoking an invitation',
    request: asAdmin('DELETE', (scene) => `/admin-invitations/${String(answerOf(scene, 'inviting another').invitationId)}`),
  },
  { title: 'listing sessions', request: asAdmin('GET', '/sessions') },
  {
    title: 'ending a session',
    request: asManager('DELETE', (scene) => `/sessions/${String(answerOf(scene, 'asking who I am').sessionId)}`),
  },
  {
    title: 'changing an admin',
    request: asManager('PATCH', (scene) => `/admins/${String(answerOf(scene, 'setting up').adminId)}`, { role: 'analyst' }),
  },
  { title: 'removing an admin', request: asManager('DELETE', (scene) => `/admins/${String(answerOf(scene, 'setting up').adminId)}`) },
]
