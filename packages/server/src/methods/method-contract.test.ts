import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticatorAppDriver } from '../../test/contract/authenticator-app-driver.ts'
import { codeDriver } from '../../test/contract/code-driver.ts'
import { inAppDriver, pushDriver, qrCodeDriver } from '../../test/contract/device-key-drivers.ts'
import { mailLinkDriver } from '../../test/contract/mail-link-driver.ts'
import { checkMethodContract } from '../../test/contract/method-contract.ts'
import type { MethodDriver } from '../../test/contract/method-driver.ts'
import { passkeyDriver } from '../../test/contract/passkey-driver.ts'
import { recoveryCodeDriver } from '../../test/contract/recovery-code-driver.ts'
import { securityKeyDriver } from '../../test/contract/security-key-driver.ts'
import { spokenWord } from '../../test/methods/spoken-word/spoken-word.ts'
import { spokenWordDriver } from '../../test/methods/spoken-word/spoken-word-driver.ts'
import { followSentCodes } from '../../test/support/sent-codes.ts'
import { followSentLinks } from '../../test/support/sent-links.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { emailOtp } from './email-otp/email-otp.ts'
import { methods } from './methods.ts'
import { sms } from './sms/sms.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'

checkMethodContract(passkeyDriver, createTestApp)
checkMethodContract(authenticatorAppDriver, createTestApp)
checkMethodContract(recoveryCodeDriver, createTestApp)
checkMethodContract(securityKeyDriver, createTestApp)
checkMethodContract(inAppDriver, createTestApp)
checkMethodContract(pushDriver, createTestApp)
checkMethodContract(qrCodeDriver, createTestApp)

const sent = followSentCodes()
checkMethodContract(
  codeDriver(emailOtp, {}, sent, (count) => `ann-${count}@example.com`, 12),
  async (options) => sent.follow(await createTestApp({ ...options, config: { trustedProxies: ['127.0.0.1'] } })),
)

// So few messages go to one block of numbers that each number is in one of its own.
for (const method of [sms, whatsapp]) {
  const messages = followSentCodes()
  checkMethodContract(
    codeDriver(method, { smsCountryCodes: ['NZ'] }, messages, (count) => `+6421${1_000_000 + ((count * 1_234_577) % 8_999_000)}`, 6),
    async (options) => messages.follow(await createTestApp({ ...options, config: { trustedProxies: ['127.0.0.1'] } })),
  )
}

const links = followSentLinks()
checkMethodContract(mailLinkDriver(links), async (options) =>
  links.follow(await createTestApp({ ...options, config: { trustedProxies: ['127.0.0.1'] } })),
)

// A method that is not shipped: its folder, and this line.
const withSpokenWord = [...methods, spokenWord]
checkMethodContract(spokenWordDriver, (options) => createTestApp({ ...options, methods: withSpokenWord }))

test('TX-09: wrong answers count for the instance, by whichever method they come', async (t) => {
  const app = await createTestApp({ methods: withSpokenWord })
  t.after(app.close)
  const client = createCeremonies(app)
  const { settings } = spokenWordDriver
  await client.send('POST', '/management/authenticator-configurations/spoken-word', app.asManagement, settings)

  async function bind<Device>(driver: MethodDriver<Device>, token: string) {
    const begun = await driver.beginBinding(client, app.withToken(token))
    const { device, answer } = await driver.finishBinding(client, app.withToken(token), begun, true)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return (isRight: boolean, asked: string) =>
      driver.beginChallenge(client, app.withToken(asked)).then(async (open) => {
        if (open.status !== 200) return open
        return driver.answerChallenge(client, app.withToken(asked), open, device, isRight)
      })
  }

  const scope = 'add:authenticators'
  const byPasskey = await bind(passkeyDriver, (await client.track('ann', 'enrol', { scope })).token)
  const byWord = await bind(spokenWordDriver, (await client.track('ann', 'enrol', { scope })).token)
  const tracked = await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
  for (const answer of [byPasskey, byWord, byPasskey, byWord]) {
    assert.equal((await answer(false, tracked.token)).body.errorCode, 'invalid_credential')
    assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')
  }
  await byPasskey(false, tracked.token)
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_FAILED')
  assert.equal((await byWord(true, tracked.token)).body.errorCode, 'invalid_request')
})
