import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MethodDriver } from '../../test/contract/method-driver.ts'
import { passkeyDriver } from '../../test/contract/passkey-driver.ts'
import { spokenWord } from '../../test/methods/spoken-word/spoken-word.ts'
import { spokenWordDriver } from '../../test/methods/spoken-word/spoken-word-driver.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'
import { methods } from '../methods/methods.ts'

let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
before(async () => {
  app = await createTestApp({ clock: () => now, methods: [...methods, spokenWord] })
  client = createCeremonies(app)
  await client.send('POST', '/management/authenticator-configurations/spoken-word', app.asManagement, {})
})
after(() => app.close())

const scope = 'add:authenticators'

/** Binds an authenticator; answers with what asks for a new track and challenge and answers it. */
async function bind<Device>(
  driver: MethodDriver<Device>,
  userId: string,
): Promise<(isRight: boolean, headers?: object) => Promise<Answer>> {
  const { token } = await client.track(userId, 'enrol', { scope })
  const begun = await driver.beginBinding(client, app.withToken(token))
  const { device, answer } = await driver.finishBinding(client, app.withToken(token), begun, true)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return async (isRight, headers = {}) => {
    const tracked = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
    const asking = { ...app.withToken(tracked.token), ...headers }
    return driver.answerChallenge(client, asking, await driver.beginChallenge(client, asking), device, isRight)
  }
}

test('RL-01, RL-05: new tracks, challenges and forged addresses begin no new count of wrong answers', async () => {
  const answer = await bind(spokenWordDriver, 'ann')
  const statuses: number[] = []
  for (let n = 0; n < 8; n += 1) statuses.push((await answer(false, { 'x-forwarded-for': `198.51.100.${n}` })).status)
  assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429, 429, 429])
  const right = await answer(true)
  assert.deepEqual([right.status, right.body.errorCode, right.headers['retry-after']], [429, 'too_many_requests', '30'])
  now += 30_000
  assert.equal((await answer(true)).status, 200)
  assert.equal((await answer(false)).status, 400, 'a right answer ends the row of wrong ones')
  assert.equal((await answer(true)).status, 200)
})

test('RL-03, RL-06: whoever guesses at one method locks that one, and the passkey of the user goes on working', async () => {
  const byWord = await bind(spokenWordDriver, 'bob')
  const byPasskey = await bind(passkeyDriver, 'bob')
  for (let n = 0; n < 40; n += 1) {
    now += 3_600_000
    await byWord(false)
  }
  const locked = await byWord(true)
  assert.deepEqual([locked.status, locked.headers['retry-after']], [429, '3600'])
  assert.equal((await byPasskey(false)).status, 400)
  assert.equal((await byPasskey(true)).status, 200)
  assert.equal((await byWord(true)).status, 429, 'a right answer by another method unlocks nothing')
  const entries = await app.deps.store.db.selectFrom('audit_log').select('event').where('user_id', '=', 'bob').execute()
  assert.equal(entries.filter(({ event }) => event === 'authenticator.locked').length, 1)
})

test('RL-06: an answer without a token is not judged and counts for nobody', async () => {
  const answer = await bind(spokenWordDriver, 'cleo')
  for (let n = 0; n < 10; n += 1) {
    const refused = await client.send('POST', '/client/verify/spoken-word', app.asBrowser, { challenge: 'x', code: 'y' })
    assert.ok(refused.status >= 400)
  }
  assert.equal((await answer(true)).status, 200)
})

test('RL-05: wrong answers at a binding are counted, and throttle bindings', async () => {
  const outcomes: number[] = []
  for (let n = 0; n < 7; n += 1) {
    const { token } = await client.track('dan', 'enrol', { scope })
    const begun = await spokenWordDriver.beginBinding(client, app.withToken(token))
    outcomes.push((await spokenWordDriver.finishBinding(client, app.withToken(token), begun, false)).answer.status)
  }
  assert.deepEqual(outcomes, [400, 400, 400, 400, 400, 429, 429])
  now += 30_000
  await bind(spokenWordDriver, 'dan')
})

test('RL-04: a proof of an authenticator that is not there is refused as a wrong one', async () => {
  const answer = await bind(spokenWordDriver, 'eve')
  const { token } = await client.track('eve', 'transfer', {}, 'CHALLENGE_REQUIRED')
  const begun = await spokenWordDriver.beginChallenge(client, app.withToken(token))
  const wrong = (await answer(false)).body
  const [own] = (await client.send('GET', '/users/eve/authenticators', app.asServer)).body as unknown as Record<string, unknown>[]
  await client.send('DELETE', `/users/eve/authenticators/${own?.userAuthenticatorId}`, app.asServer)
  const missing = await spokenWordDriver.answerChallenge(client, app.withToken(token), begun, { secret: '' }, false)
  const { requestId: _, ...shown } = missing.body
  const { requestId: __, ...expected } = wrong
  assert.deepEqual([missing.status, shown], [400, expected])
})

test('LG-03: erasing a user erases the counts of the user', async () => {
  const answer = await bind(spokenWordDriver, 'fay')
  await answer(false)
  const counts = () => app.deps.store.db.selectFrom('tries').selectAll().where('user_id', '=', 'fay').execute()
  assert.equal((await counts()).length, 2)
  await client.send('DELETE', '/users/fay', app.asServer)
  assert.deepEqual(await counts(), [])
})
