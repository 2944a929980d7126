import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies, origin } from '../../test/support/test-ceremony.ts'

const app = await createTestApp({ config: { trustedProxies: ['127.0.0.1'] } })
const client = createCeremonies(app)
after(app.close)

type Body = Record<string, unknown>

async function manage(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object, headers = app.asManagement) {
  const reply = await app.app.inject({ method, url: `/v1/management${path}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>(), why: String(reply.json<Body>().errorDescription) }
}

const tenant = (settings: object) => manage('PATCH', '/tenant', settings)
const passkeys = (settings: object) => manage('PATCH', '/authenticator-configurations/passkey', settings)

test('A8: a setting of the original API that is not carried out is refused by name, and null for it is not', async () => {
  const idle: [path: string, settings: Body][] = [
    [
      '/tenant',
      { customDomain: 'x.example', hideAuthsignalLogo: true, hideRecoveryCodesOnEnrollment: false, redirectOnSessionExpiry: true },
    ],
    [
      '/tenant',
      { logEventsWebhookConfig: { endpointUrl: 'https://x.example' }, authenticatorEventsWebhookConfig: { url: 'https://x.example' } },
    ],
    ['/authenticator-configurations/passkey', { rateLimitConfiguration: { rateLimit: 5 }, recoveryMethods: ['EMAIL_OTP'] }],
    ['/authenticator-configurations/passkey', { isEditableByUser: true, disableEnrollmentPrompt: true, enrollmentPromptInterval: 3 }],
  ]
  for (const [path, settings] of idle) {
    const refused = await manage('PATCH', path, settings)
    assert.equal(refused.status, 400, path)
    for (const name of Object.keys(settings)) assert.ok(refused.why.includes(`\`${name}\``), `${name} in ${refused.why}`)
    const nothing = await manage('PATCH', path, Object.fromEntries(Object.keys(settings).map((name) => [name, null])))
    assert.equal(nothing.status, 200, nothing.why)
    for (const name of Object.keys(settings)) assert.ok(!(name in nothing.body), name)
  }
  const action = (settings: object) =>
    manage('POST', '/action-configurations', { actionCode: 'a', defaultUserActionResult: 'ALLOW', ...settings })
  for (const settings of [
    { actionType: 'FLOW' },
    { messagingTemplates: { en: { defaultTemplate: 'x' } } },
    { promptToEnrollVerificationMethods: ['PASSKEY'] },
    { actionNodes: [] },
  ]) {
    const refused = await action(settings)
    assert.equal(refused.status, 400)
    assert.ok(refused.why.includes(`\`${Object.keys(settings)[0]}\``), refused.why)
  }
  assert.equal((await action({ actionType: 'CLASSIC', messagingTemplates: null })).status, 200)
  const rule = await manage('POST', '/action-configurations/a/rules', {
    name: 'r',
    isActive: true,
    priority: 0,
    type: 'CHALLENGE',
    promptToEnrollVerificationMethods: ['PASSKEY'],
  })
  assert.equal(rule.status, 400)
  assert.match(rule.why, /promptToEnrollVerificationMethods/)
})

test('A8: unknown members of the management API are refused, all of them at once', async () => {
  const two = await tenant({ tokenDurationInMinuts: 5, allowDisablingMFA: false })
  assert.equal(two.status, 400)
  assert.ok(two.why.includes('tokenDurationInMinuts') && two.why.includes('allowDisablingMFA'), two.why)
  for (const [method, path, body] of [
    ['POST', '/value-lists', { name: 'x', itemType: 'string', isActive: true, items: [] }],
    ['POST', '/custom-data-points', { name: 'x', dataType: 'text', modelType: 'action', public: true }],
    ['POST', '/velocity-features', { name: 'x', metric: 'count', per: 'user', windowMinutes: 5, windowMinute: 6 }],
    ['POST', '/action-configurations', { actionCode: 'x', defaultUserActionResult: 'ALLOW', defaultOutcome: 'BLOCK' }],
    ['POST', '/action-configurations/x/rules', { name: 'r', isActive: true, priority: 0, type: 'BLOCK', condition: {} }],
    ['PUT', '/action-configurations/x/policy', { defaultUserActionResult: 'ALLOW', rules: [], rule: [] }],
    ['PUT', '/rules', { lists: [], list: [] }],
  ] as const) {
    const refused = await manage(method, path, body)
    assert.equal(refused.status, 400, path)
    assert.match(refused.why, /unknown/, path)
  }
})

test('A8: every body and query of the management API names its members', async () => {
  interface Schema {
    type?: string
    properties?: Record<string, Schema>
    additionalProperties?: unknown
    items?: Schema
    anyOf?: Schema[]
    allOf?: Schema[]
    oneOf?: Schema[]
    $ref?: string
  }
  const document = (await app.app.inject('/openapi.json')).json()
  const open: string[] = []
  const visited = new Set<string>()
  const look = (schema: Schema, place: string): void => {
    const ref = schema.$ref
    if (ref !== undefined && !visited.has(ref)) {
      visited.add(ref)
      look(document.components.schemas[ref.split('/').at(-1) as string], `${place} (${ref})`)
    }
    if (schema.properties !== undefined && schema.additionalProperties !== false) open.push(place)
    for (const [name, inner] of Object.entries(schema.properties ?? {})) look(inner, `${place}.${name}`)
    for (const one of [
      ...(schema.items === undefined ? [] : [schema.items]),
      ...(schema.anyOf ?? []),
      ...(schema.allOf ?? []),
      ...(schema.oneOf ?? []),
    ])
      look(one, place)
  }
  for (const [path, item] of Object.entries<Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>(
    document.paths,
  )) {
    if (!path.startsWith('/v1/management/')) continue
    for (const [method, operation] of Object.entries(item))
      look(operation.requestBody?.content['application/json']?.schema ?? {}, `${method} ${path}`)
  }
  assert.deepEqual(open, [])
  const mistyped = await manage('DELETE', '/value-lists/none?dryRun=true')
  assert.deepEqual([mistyped.status, mistyped.why], [400, 'this path does not take `dryRun`'])
  assert.equal((await manage('PUT', '/rules?dryrun=true', {})).status, 400)
})

test('A8: ipWhitelist lets the keys of both APIs in from there alone, and never shuts out who sets it', async () => {
  const other = await app.addTenant()
  const from = (address: string, headers: Record<string, string>) => ({ ...headers, 'x-forwarded-for': address })
  const set = (ipWhitelist: unknown, address = '203.0.113.7') =>
    manage('PATCH', '/tenant', { ipWhitelist }, from(address, other.asManagement) as never)
  for (const [list, reason] of [
    [['198.51.100.0/24'], /shut you out/],
    [['203.0.113.0/33'], /neither/],
    [['example.com'], /neither/],
    ['203.0.113.0/24', /ipWhitelist/],
  ] as const) {
    const refused = await set(list)
    assert.equal(refused.status, 400)
    assert.match(refused.why, reason)
  }
  const saved = await set(['203.0.113.0/24', '2001:db8::/32'])
  assert.deepEqual([saved.status, saved.body.ipWhitelist], [200, ['203.0.113.0/24', '2001:db8::/32']])
  const get = async (url: string, headers: object) => (await app.app.inject({ url: `/v1${url}`, headers: { ...headers } })).statusCode
  for (const [address, status] of [
    ['203.0.113.9', 200],
    ['2001:db8::5', 200],
    ['::ffff:203.0.113.9', 200],
    ['198.51.100.1', 403],
    ['::1', 403],
  ] as const) {
    assert.equal(await get('/users/u', from(address, other.asServer)), status, address)
    assert.equal(await get('/management/tenant', from(address, other.asManagement)), status, address)
  }
  const outside = await app.app.inject({ url: '/v1/users/u', headers: from('198.51.100.1', other.asServer) })
  assert.equal(outside.json().errorCode, 'address_not_allowed')
  assert.equal((await app.app.inject({ url: '/v1/no-such', headers: from('198.51.100.1', other.asServer) })).statusCode, 403)
  const browser = { ...from('198.51.100.1', other.asBrowser), 'content-type': 'application/json' }
  const asked = await app.app.inject({ method: 'POST', url: '/v1/client/challenge', headers: browser, payload: { action: 'login' } })
  assert.equal(asked.statusCode, 200, 'browsers come from everywhere')
  assert.equal((await set([])).status, 200)
  assert.equal(await get('/users/u', from('198.51.100.1', other.asServer)), 200)
})

test('A8: preventRemovingLastPasskey keeps the last passkey, also of two that are removed at once', async () => {
  const { userAuthenticatorId } = await client.enrol('ann')
  const tracked = await client.track('ann', 'add', { scope: 'add:authenticators' })
  const second = await client.register(tracked.token, createSoftwareAuthenticator({ origin }))
  const remove = (id: unknown) => client.send('DELETE', `/users/ann/authenticators/${id}`, app.asServer)
  await passkeys({ preventRemovingLastPasskey: true })
  const both = await Promise.all([remove(userAuthenticatorId), remove(second.body.userAuthenticatorId)])
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400])
  const refused = both.find(({ status }) => status === 400)
  assert.match(String(refused?.body.errorDescription), /preventRemovingLastPasskey/)
  assert.equal((await client.send('GET', '/users/ann', app.asServer)).body.isEnrolled, true)
  assert.equal((await client.send('DELETE', '/users/ann', app.asServer)).status, 200)
  await passkeys({ preventRemovingLastPasskey: null })
})

test('A8: allowDisablingMfa and allowDeletingUserAuthenticators, when off, keep authenticators', async () => {
  const { userAuthenticatorId } = await client.enrol('ben')
  const remove = () => client.send('DELETE', `/users/ben/authenticators/${userAuthenticatorId}`, app.asServer)
  await tenant({ allowDisablingMfa: false })
  const last = await remove()
  assert.equal(last.status, 400)
  assert.match(String(last.body.errorDescription), /allowDisablingMfa/)
  await tenant({ allowDisablingMfa: true, allowDeletingUserAuthenticators: false })
  const any = await remove()
  assert.equal(any.status, 400)
  assert.match(String(any.body.errorDescription), /allowDeletingUserAuthenticators/)
  assert.equal((await client.send('DELETE', '/users/ben/authenticators/no-such', app.asServer)).status, 404)
  await tenant({ allowDeletingUserAuthenticators: null })
  assert.equal((await remove()).status, 200)
})

test('C11: null empties a value list, and what a list already is may be sent back', async () => {
  const alias = 'payees'
  const made = await manage('POST', '/value-lists', {
    name: 'Payees',
    alias,
    itemType: 'string',
    isActive: true,
    valueListItems: ['a', 'b'],
  })
  assert.deepEqual(made.body.valueListItems, ['a', 'b'])
  const emptied = await manage('PATCH', `/value-lists/${alias}`, { alias, itemType: 'string', valueListItems: null })
  assert.deepEqual([emptied.status, emptied.body.valueListItems], [200, []])
  assert.equal((await manage('PATCH', `/value-lists/${alias}`, { itemType: 'number' })).status, 400)
  assert.equal((await manage('POST', '/value-lists', { name: 'x', alias: 'Not One', itemType: 'string', isActive: true })).status, 400)
})

test('C11: an id given at create is taken, and a taken one is refused', async () => {
  const rule = { name: 'r', isActive: true, priority: 5, type: 'BLOCK', ruleId: 'my-rule', conditions: {} }
  await manage('POST', '/action-configurations', { actionCode: 'ids', defaultUserActionResult: 'ALLOW' })
  const made = await manage('POST', '/action-configurations/ids/rules', rule)
  assert.deepEqual([made.status, made.body.ruleId], [200, 'my-rule'])
  assert.equal((await manage('POST', '/action-configurations/ids/rules', { ...rule, priority: 6 })).status, 409)
  assert.equal((await manage('POST', '/action-configurations/ids/rules', { ...rule, priority: 6, ruleId: 'a b' })).status, 400)
  const { policyVersion: _, warnings: __, ...shown } = made.body
  assert.equal(
    (await manage('PATCH', '/action-configurations/ids/rules/my-rule', shown)).status,
    200,
    'a rule may be sent back as it was shown',
  )
  assert.equal((await manage('PATCH', '/action-configurations/ids/rules/my-rule', { ruleId: 'other' })).status, 400)
  const point = { id: 'my-point', name: 'amount', dataType: 'number', modelType: 'action' }
  assert.equal((await manage('POST', '/custom-data-points', point)).body.id, 'my-point')
  assert.equal((await manage('POST', '/custom-data-points', { ...point, name: 'other' })).status, 409)
})

test('C11: a method that this release does not have is not found, cannot be made, and its configuration is found by id', async () => {
  for (const path of ['onfido', 'veriff', 'iproov', 'authenticator_app']) {
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      assert.equal(
        (await manage(method, `/authenticator-configurations/${path}`, method === 'PATCH' ? {} : undefined)).status,
        404,
        `${method} ${path}`,
      )
    }
    const made = await manage('POST', `/authenticator-configurations/${path}`, { smsProvider: 'TWILIO' })
    assert.equal(made.status, 400)
    assert.match(made.why, /passkey/)
  }
  const { body } = await manage('GET', '/authenticator-configurations/passkey')
  assert.deepEqual((await manage('GET', `/authenticator-configurations/${body.authenticatorId}`)).body, body)
})

test('C11: null for a whole body is refused, and a user always has a list of methods', async () => {
  const headers = { ...app.asServer, 'content-type': 'application/json' }
  for (const url of ['/v1/users/u', '/v1/users/u/actions/a']) {
    for (const payload of ['null', '[]', '"x"', '1']) {
      const method = url.endsWith('/a') ? 'POST' : 'PATCH'
      assert.equal((await app.app.inject({ method, url, headers, payload })).statusCode, 400, `${method} ${url} ${payload}`)
    }
  }
  assert.deepEqual((await client.send('GET', '/users/nobody', app.asServer)).body.enrolledVerificationMethods, [])
})

test('C11: an action says when it was last tracked', async () => {
  await manage('POST', '/action-configurations', { actionCode: 'tracked', defaultUserActionResult: 'ALLOW' })
  assert.equal((await manage('GET', '/action-configurations/tracked')).body.lastActionCreatedAt, undefined)
  const before = Date.now()
  await client.track('dan', 'tracked')
  const at = Date.parse(String((await manage('GET', '/action-configurations/tracked')).body.lastActionCreatedAt))
  assert.ok(at >= before && at <= Date.now())
})

test('C11: a passkey carries the name of its authenticator', async () => {
  const aaguid = 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4'
  await client.enrol('cat', { aaguid: Buffer.from(aaguid.replaceAll('-', ''), 'hex') })
  const reply = await app.app.inject({ url: '/v1/users/cat/authenticators', headers: app.asServer })
  const [{ webauthnCredential }] = reply.json()
  assert.deepEqual([webauthnCredential.aaguid, webauthnCredential.aaguidMapping], [aaguid, { name: 'Google Password Manager' }])
})

test('a relying party is checked part by part before it is saved, and nothing changes by it', async () => {
  const before = await manage('GET', '/authenticator-configurations/passkey')
  const check = (relyingParty: string, ...expectedOrigins: string[]) =>
    manage('POST', '/relying-party/check', { relyingParty, expectedOrigins })
  const good = await check('example.com', 'https://app.example.com')
  assert.deepEqual(good.body, { relyingParty: {}, expectedOrigins: [{ origin: 'https://app.example.com' }] })
  const { body } = await check('example.com', 'https://app.example.com/', 'https://example.org', 'http://example.com')
  const problems = (body.expectedOrigins as { problem?: string }[]).map(({ problem }) => problem ?? '')
  assert.match(problems[0] ?? '', /did you mean `https:\/\/app.example.com`\?/)
  assert.match(problems[1] ?? '', /is not under the relying party id `example.com`/)
  assert.match(problems[2] ?? '', /is not secure/)
  const { body: wrong } = await check('https://Example.com', 'https://example.com')
  assert.match((wrong.relyingParty as { problem: string }).problem, /did you mean `example.com`\?/)
  assert.deepEqual(await manage('GET', '/authenticator-configurations/passkey'), before)
})

test('LG-03: how long data is kept can be read by everybody of the tenant', async () => {
  const { eventDays, auditDays } = app.deps.config.retention
  assert.deepEqual((await manage('GET', '/tenant/retention')).body, { eventDays, serverEventDays: eventDays, auditDays })
  const tooMany = await tenant({ eventRetentionDays: eventDays + 1 })
  assert.equal(tooMany.status, 400)
  assert.match(tooMany.why, /`eventRetentionDays`: the server keeps events for 180 days, so 181 are too many/)
  assert.equal((await tenant({ eventRetentionDays: 30 })).body.eventRetentionDays, 30)
  assert.deepEqual((await manage('GET', '/tenant/retention')).body, { eventDays: 30, serverEventDays: eventDays, auditDays })
  assert.equal((await tenant({ eventRetentionDays: null })).body.eventRetentionDays, undefined)
})

test('the first days of an account prove as much as the tenant says, from the next decision on', async () => {
  await manage('POST', '/action-configurations', { actionCode: 'pay', defaultUserActionResult: 'ALLOW' })
  const home = {
    ipAddress: '185.18.69.201',
    deviceId: 'laptop',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
  }
  const standing = async (userId: string) => {
    await client.track(userId, 'pay', home, 'ALLOW')
    const { body } = await manage('GET', `/users/${userId}/profile`)
    return (body.devices as { standing: string }[]).map((device) => device.standing)
  }
  assert.deepEqual(await standing('early'), ['known'])
  const off = await tenant({ trustOnFirstUse: { days: 0 } })
  assert.deepEqual([off.status, off.body.trustOnFirstUse], [200, { days: 0 }])
  assert.deepEqual(await standing('late'), ['seen'])
  assert.deepEqual(await standing('early'), ['known'])
  for (const wrong of [{ days: 15 }, { days: 1.5 }, { addresses: 11 }, { devices: -1 }, { people: 1 }]) {
    assert.equal((await tenant({ trustOnFirstUse: wrong })).status, 400)
  }
  const again = await tenant({ trustOnFirstUse: null })
  assert.equal('trustOnFirstUse' in again.body, false)
  assert.deepEqual(await standing('later'), ['known'])
})
