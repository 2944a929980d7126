import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { type Answer, createCeremonies } from '../../test/support/test-ceremony.ts'
import { createKey } from '../tenants/change-keys.ts'

const hour = 3_600_000
let now = 1_750_000_000_000
const sent: { to: string; text: string }[] = []
const mailer = {
  async send(mail: { to: string; text: string }) {
    sent.push(mail)
    return { isSent: true } as const
  },
  check: async () => ({ isSent: true }) as const,
}
const app = await createTestApp({ clock: () => now, mailer })
after(app.close)
const client = createCeremonies(app)
const set = (settings: object) => client.send('PATCH', '/management/tenant', app.asManagement, settings)
const refusal = ({ status, body }: Answer) => [status, body.errorCode]

/** A key that stands for a person. */
async function keyOf(admin: string): Promise<Record<string, string>> {
  const { tenantId } = app.tenant
  const made = await createKey(app.deps, { tenantId, kind: 'management', name: admin, role: 'support' }, { kind: 'admin', id: admin })
  assert.ok(typeof made !== 'string')
  app.deps.tenants.invalidate(tenantId)
  return { authorization: `Basic ${Buffer.from(`${made.key}:`).toString('base64')}` }
}
const [asAda, asBen] = [await keyOf('ada'), await keyOf('ben')]

const linksOf = (userId: string) => `/management/users/${userId}/enrolment-links`
const issue = (userId: string, as = asAda) => client.send('POST', linksOf(userId), as, { reason: 'showed a passport' })
const tokenOf = ({ body }: Answer) => String(body.url).split('#enrolment=')[1] ?? ''
const redeem = (token: string) => client.send('POST', '/enrolment-links/redeem', app.asServer, { token })
const stateOf = async (userId: string) => {
  const { body } = await client.send('GET', linksOf(userId), app.asManagement)
  return (body as unknown as Record<string, unknown>[]).map(({ state }) => state)
}
async function newUser(userId: string): Promise<string> {
  await client.send('PATCH', `/users/${userId}`, app.asServer, { email: `${userId}@example.com`, emailVerified: true })
  return userId
}
/** The page in the mail to a user, by which its reader cancels the link. */
async function cancelPath(userId: string): Promise<string> {
  const find = () => sent.find(({ to }) => to === `${userId}@example.com`)
  for (let turn = 0; find() === undefined && turn < 1000; turn += 1) await new Promise(setImmediate)
  const mail = find()
  return /http:\/\/localhost:4000(\/hosted\/cancel-enrolment\?token=\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
}

test('a tenant without a page for it issues no enrolment link, and an unknown user gets none', async () => {
  assert.deepEqual(refusal(await issue(await newUser('early'))), [400, 'invalid_configuration'])
  assert.equal((await set({ enrolmentLinkUrl: 'https://bank.example/enrol' })).status, 200)
  assert.deepEqual(refusal(await issue('nobody')), [404, 'not_found'])
  for (const url of ['javascript:alert(1)', 'enrol', 'https://bank.example/#x'])
    assert.equal((await set({ enrolmentLinkUrl: url })).status, 400, url)
})

test('EN-08: an enrolment link works once, after 24 hours, and lets the application enrol its user', async () => {
  const userId = await newUser('ann')
  const issued = await issue(userId)
  assert.equal(issued.status, 200, JSON.stringify(issued.body))
  assert.match(String(issued.body.url), /^https:\/\/bank\.example\/enrol#enrolment=[\w.-]+$/)
  assert.deepEqual([issued.body.state, issued.body.notified], ['WAITING', ['mail']])
  assert.equal(issued.body.usableFrom, new Date(now + 24 * hour).toISOString())
  now += 24 * hour - 1
  const early = await redeem(tokenOf(issued))
  assert.equal(early.body.errorDescription, `the enrolment link cannot be used before ${issued.body.usableFrom}`)
  now += 1
  const redeemed = await Promise.all(Array.from({ length: 10 }, () => redeem(tokenOf(issued))))
  assert.deepEqual(
    redeemed.filter(({ status }) => status === 200).map(({ body }) => body.userId),
    [userId],
  )
  assert.deepEqual(await stateOf(userId), ['USED'])
  const { authenticator } = await client.enrol(userId)
  const login = await client.track(userId, 'login', { ipAddress: '203.0.113.9' }, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(login.token, authenticator)).status, 200)
  const key = { tenantId: app.tenant.tenantId, userId, action: 'login', idempotencyKey: login.idempotencyKey }
  assert.equal((await app.deps.store.findInstance(key))?.learnt, 'success', 'seen, not proven')
})

test('an enrolment link expires, is not guessed and is of its tenant alone', async () => {
  const userId = await newUser('bob')
  const issued = await issue(userId)
  const other = await app.addTenant()
  now += 24 * hour
  const token = tokenOf(issued)
  for (const wrong of [
    'x',
    `${token.slice(0, -1)}A`.replace(/(.)$/, (last) => (last === token.at(-1) ? 'B' : last)),
    '..',
    token.replace('.', ''),
  ]) {
    assert.deepEqual(refusal(await redeem(wrong)), [400, 'invalid_request'], wrong)
  }
  assert.deepEqual(refusal(await client.send('POST', '/enrolment-links/redeem', other.asServer, { token })), [400, 'invalid_request'])
  assert.deepEqual(refusal(await issue(userId)), [409, 'already_exists'])
  now += 72 * hour
  assert.deepEqual(refusal(await redeem(token)), [400, 'invalid_request'])
  assert.equal((await issue(userId)).status, 200, 'one that has expired is in nobody’s way')
})

test('EN-06: the user is told, and cancels the link by a button; to open the page changes nothing', async () => {
  const userId = await newUser('cat')
  const issued = await issue(userId)
  const path = await cancelPath(userId)
  assert.ok(path !== '')
  for (let visit = 0; visit < 3; visit += 1) {
    const page = await app.app.inject(path)
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /<button/)
    assert.ok(!page.body.includes(tokenOf(issued)))
  }
  assert.deepEqual(await stateOf(userId), ['WAITING'])
  const press = () =>
    app.app.inject({
      method: 'POST',
      url: '/hosted/cancel-enrolment',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ token: path.split('token=')[1] ?? '' }).toString(),
    })
  const done = await press()
  assert.equal(done.statusCode, 200)
  assert.match(done.body, /<h1>The recovery link is cancelled<\/h1>/)
  assert.match(done.body, /Nobody can use it any more\. If you did not ask for it, tell .*test-tenant/)
  assert.deepEqual(await stateOf(userId), ['CANCELLED'])
  assert.deepEqual([(await press()).statusCode, (await app.app.inject(path)).statusCode], [410, 410])
  now += 24 * hour
  assert.deepEqual(refusal(await redeem(tokenOf(issued))), [400, 'invalid_request'])
  const events = await app.deps.store.db.selectFrom('audit_log').select(['event', 'actor']).where('user_id', '=', userId).execute()
  assert.ok(events.some(({ event, actor }) => event === 'enrolment_link.cancelled' && actor === 'user'))
  assert.ok(!app.logged().includes(tokenOf(issued)))
})

test('a second admin approves each link, where the tenant says so, and the wait begins then', async () => {
  await set({ enrolmentLinkNeedsApproval: true, enrolmentLinkWaitHours: 2 })
  const userId = await newUser('dan')
  const issued = await issue(userId)
  assert.deepEqual([issued.body.state, issued.body.usableFrom, issued.body.notified], ['WAITING_FOR_APPROVAL', undefined, []])
  now += 48 * hour
  assert.deepEqual(refusal(await redeem(tokenOf(issued))), [400, 'invalid_request'])
  const approve = (as: Record<string, string>) => client.send('POST', `${linksOf(userId)}/${issued.body.linkId}/approve`, as, {})
  assert.deepEqual(refusal(await approve(asAda)), [403, 'own_proposal'])
  const isYours = async (as: Record<string, string>) =>
    ((await client.send('GET', linksOf(userId), as)).body as unknown as { isYours: boolean }[]).map((link) => link.isYours)
  assert.deepEqual([await isYours(asAda), await isYours(asBen)], [[true], [false]])
  assert.deepEqual(refusal(await approve(app.asManagement)), [403, 'own_proposal'], 'a key that stands for nobody approves nothing')
  assert.equal((await approve(asBen)).body.usableFrom, new Date(now + 2 * hour).toISOString())
  assert.deepEqual(refusal(await approve(asBen)), [400, 'invalid_request'])
  now += 2 * hour
  assert.equal((await redeem(tokenOf(issued))).status, 200)
  await set({ enrolmentLinkNeedsApproval: null, enrolmentLinkWaitHours: null })
})

test('an admin cancels a link once, and an erased user leaves none', async () => {
  const userId = await newUser('eve')
  const { body } = await issue(userId)
  const cancel = () => client.send('DELETE', `${linksOf(userId)}/${body.linkId}`, asBen)
  assert.equal((await cancel()).status, 200)
  assert.deepEqual(refusal(await cancel()), [400, 'invalid_request'])
  assert.deepEqual(refusal(await client.send('DELETE', `${linksOf('ann')}/${body.linkId}`, asBen)), [404, 'not_found'])
  const next = await issue(userId)
  await client.send('DELETE', `/users/${userId}`, app.asServer)
  now += 24 * hour
  assert.deepEqual(refusal(await redeem(tokenOf(next))), [400, 'invalid_request'])
})
