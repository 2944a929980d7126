import { randomUUID } from 'node:crypto'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { createSoftwareAuthenticator } from '../support/software-authenticator.ts'
import type { TestApp } from '../support/test-app.ts'
import { makeToken, passChallenge } from '../support/test-challenge.ts'
import type { Known } from './generate-value.ts'

/** Stands in texts of the tenant that only it may read. No path holds it. */
export const secretText = 'only-for-the-first-tenant'

/** A tenant with something of everything, and what means something there: names, ids, tokens, conditions. */
export interface FuzzWorld {
  known: Known
  token: string
}

/** Makes what is missing. Random requests delete and change things, so it is called again and again. */
export async function fillTenant(server: TestApp): Promise<FuzzWorld> {
  const { app, asServer, asManagement, tenant, deps } = server

  async function send(method: 'GET' | 'POST' | 'PATCH' | 'PUT', path: string, payload?: object): Promise<unknown> {
    const headers = path.startsWith('/management') ? asManagement : asServer
    return (await app.inject({ method, url: `/v1${path}`, headers, payload })).json()
  }
  async function idsOf(path: string, member: string): Promise<unknown[]> {
    const found = await send('GET', path)
    const list = Array.isArray(found) ? found : Object.values(found as object).find(Array.isArray)
    return ((list ?? []) as Record<string, unknown>[]).map((item) => item[member]).filter((id) => id !== undefined)
  }

  const rule = { '>': [{ var: 'custom.amount' }, 1000] }
  const passkey = { relyingParty: 'localhost', expectedOrigins: ['http://localhost:3000'], isActive: true }
  await send('POST', '/management/authenticator-configurations/passkey', { ...passkey, verificationMethod: 'PASSKEY' })
  await send('PATCH', '/management/authenticator-configurations/passkey', passkey)
  await send('POST', '/management/action-configurations', { actionCode: 'transfer' })
  await send('PUT', '/management/action-configurations/transfer/approval', { requireApproval: false })
  await send('PATCH', '/management/action-configurations/transfer', { defaultUserActionResult: 'ALLOW', requiredDataPoints: null })
  await send('POST', '/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  await send('POST', '/management/value-lists', { name: 'Mules', isActive: true, itemType: 'string', valueListItems: ['a', secretText] })
  const actionPath = '/management/action-configurations/transfer'
  const ruleBody = { name: 'High', description: secretText, outcome: 'CHALLENGE', type: 'CHALLENGE', isActive: true, priority: 0 }
  if ((await idsOf(`${actionPath}/rules`, 'ruleId')).length === 0)
    await send('POST', `${actionPath}/rules`, { ...ruleBody, conditions: { and: [rule] } })
  await send('POST', `${actionPath}/tests`, { name: 'large', event: { custom: { amount: 5000 } }, expect: { outcome: 'CHALLENGE' } })
  await send('POST', '/management/keys', { kind: 'management', name: 'desk', role: 'analyst' })
  if ((await idsOf('/management/proposals?state=open', 'proposalId')).length === 0) {
    await send('PUT', `${actionPath}/approval`, { requireApproval: true })
    await send('POST', `${actionPath}/rules?propose=true`, { ...ruleBody, name: 'Proposed', priority: 98, conditions: rule })
    await send('PUT', `${actionPath}/approval`, { requireApproval: false })
  }
  if ((await idsOf('/management/app-clients', 'clientId')).length === 0) await send('POST', '/management/app-clients', { name: 'Web' })
  const [clientId] = await idsOf('/management/app-clients', 'clientId')
  const feature = { name: 'transfers1h', metric: 'count', per: 'user', windowMinutes: 60 }
  await send('POST', '/management/velocity-features', feature)
  const { credentialId, coseKey } = createSoftwareAuthenticator({ algorithm: 'ES256' })
  const key = Buffer.from(encodeCBOR(coseKey)).toString('base64url')
  const enrolled = { verificationMethod: 'PASSKEY', credentialId, credentialPublicKey: key }
  await send('PATCH', '/users/ann', { email: `${secretText}@example.com` })
  if ((await idsOf('/users/ann/authenticators', 'userAuthenticatorId')).length === 0)
    await send('POST', '/users/ann/authenticators', enrolled)
  await send('POST', '/users/ann/actions/transfer', { idempotencyKey: 'k1', deviceId: 'phone', custom: { amount: 5, note: secretText } })
  const token = await makeToken(
    { deps },
    { tenantId: tenant.tenantId, userId: 'ann', action: 'transfer', idempotencyKey: 'k1' },
    'challenge',
  )

  // A session ends when a request guesses how, so there is one in each world.
  const signIn = { tenantId: tenant.tenantId, userId: 'ann', action: 'sign-in', idempotencyKey: randomUUID() }
  await send('POST', '/users/ann/actions/sign-in', { idempotencyKey: signIn.idempotencyKey })
  await send('PATCH', `/users/ann/actions/sign-in/${signIn.idempotencyKey}`, { state: 'CHALLENGE_REQUIRED' })
  const session = await send('POST', '/sessions', { clientId, token: await passChallenge({ deps }, signIn), action: 'sign-in' })
  const { accessToken, refreshToken } = session as Record<string, unknown>

  return {
    token,
    known: {
      userId: ['ann', 'auth0|x'],
      action: ['transfer', 'login'],
      actionCode: ['transfer', 'login'],
      idempotencyKey: ['k1'],
      alias: ['mules'],
      name: ['large', 'transfers1h', 'Mules', 'amount'],
      version: [1, 2],
      a: [1],
      b: [2],
      proposalId: await idsOf('/management/proposals', 'proposalId'),
      ruleId: await idsOf(`${actionPath}/rules`, 'ruleId'),
      id: await idsOf('/management/custom-data-points', 'id'),
      deviceId: ['phone'],
      // Not those that the requests are made with: they would be revoked.
      keyId: await idsOf('/management/keys', 'keyId').then(([, , third]) => (third === undefined ? [] : [third])),
      userAuthenticatorId: await idsOf('/users/ann/authenticators', 'userAuthenticatorId'),
      authenticatorId: await idsOf('/management/authenticator-configurations', 'authenticatorId'),
      token: [token],
      clientId: [clientId],
      clientIds: [[clientId]],
      accessToken: [accessToken],
      refreshToken: [refreshToken],
      tenantId: [tenant.tenantId],
      conditions: [{ and: [rule] }, { or: [{ '==': [{ var: 'ip.isTor' }, true] }] }, {}],
      custom: [{ amount: 5 }, { amount: '10.00', payee: 'acme' }],
      signal: ['custom.amount', 'risk.score'],
      credentialId: [credentialId],
      credentialIds: [credentialId],
      ipAddress: ['203.0.113.7', '2001:db8::1'],
      relyingParty: ['localhost'],
      expectedOrigins: [['http://localhost:3000']],
      of: ['custom.amount'],
      signals: [{ 'ip.isTor': true }],
    },
  }
}
