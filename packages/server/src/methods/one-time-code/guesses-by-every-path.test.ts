import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { otherThan } from '../../../test/contract/code-driver.ts'
import { followSentCodes } from '../../../test/support/sent-codes.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies } from '../../../test/support/test-ceremony.ts'

const sent = followSentCodes()
let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
before(async () => {
  app = sent.follow(await createTestApp({ clock: () => now }))
  client = createCeremonies(app)
  await client.send('POST', '/management/authenticator-configurations/email-otp', app.asManagement, {})
})
after(() => app.close())

const email = 'ann@example.com'
const newEmail = 'thief@example.com'
type Guess = () => Promise<Answer>

/** Every way to have a code of EMAIL_OTP judged for a user: each begins something new and answers with a wrong code of it. */
const paths: Record<string, () => Promise<Guess>> = {
  async 'the browser answers a challenge'() {
    const { token } = await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
    await client.send('POST', '/client/challenge/email-otp', app.withToken(token))
    const verificationCode = otherThan(sent.lastTo(email))
    return () => client.send('POST', '/client/verify/email-otp', app.withToken(token), { verificationCode })
  },
  async 'the browser binds an address'() {
    const { token } = await client.track('ann', 'enrol', { scope: 'add:authenticators' })
    await client.send('POST', '/client/user-authenticators/email-otp', app.withToken(token), { email: newEmail })
    const verificationCode = otherThan(sent.lastTo(newEmail))
    return () => client.send('POST', '/client/verify/email-otp', app.withToken(token), { verificationCode })
  },
  async 'the server answers a challenge'() {
    const asked = { verificationMethod: 'EMAIL_OTP', action: 'sign-in', userId: 'ann' }
    const { challengeId } = (await client.send('POST', '/challenge', app.asServer, asked)).body
    const verificationCode = otherThan(sent.lastTo(email))
    return () => client.send('POST', '/verify', app.asServer, { challengeId, verificationCode })
  },
}

test('RL-05: whichever paths that take a code are used in turn, a user has ten wrong answers in five minutes', async () => {
  const bound = await client.send('POST', '/users/ann/authenticators', app.asServer, { verificationMethod: 'EMAIL_OTP', email })
  assert.equal(bound.status, 200, JSON.stringify(bound.body))
  const judged = new Map<string, number>()
  for (let round = 0; round < 3; round += 1) {
    for (const [path, begin] of Object.entries(paths)) {
      const guess = await begin()
      for (let n = 0; n < 4; n += 1) {
        const { status, body } = await guess()
        if (status === 429) continue
        assert.equal(body.isVerified, false, `${path}: ${JSON.stringify(body)}`)
        judged.set(path, (judged.get(path) ?? 0) + 1)
      }
    }
    now += 31_000
  }
  assert.equal(judged.size, 3, JSON.stringify([...judged]))
  const total = [...judged.values()].reduce((sum, count) => sum + count, 0)
  assert.equal(total, 10, JSON.stringify([...judged]))
})
