import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testArticle } from './article-scenarios.ts'

const article = testArticle('sallyport')

test('"Why?" shows the state, the rule, the sentence and the signals', async () => {
  const { ada } = article
  await ada.connectFrom('Tor')
  await ada.send(25)
  await ada.confirm()
  const approved = await ada.why()
  assert.equal(approved.state, 'CHALLENGE_SUCCEEDED')
  assert.equal(approved.badge, 'Passkey confirmed')
  assert.deepEqual(approved.rules, ['IP is anonymous'])
  assert.match(approved.sentence, /IP is anonymous/)
  assert.equal(approved.signals['ip.isAnonymous'], 'yes')
  assert.equal(approved.signals['ip.address'], '185.220.101.33')
  assert.equal(approved.signals['custom.transactionValue'], '25')

  await ada.connectFrom('Home broadband')
  await ada.send(35)
  const allowed = await ada.why()
  assert.equal(allowed.state, 'ALLOW')
  assert.equal(allowed.badge, 'Allowed')
  assert.deepEqual(allowed.rules, [])
  assert.notEqual(allowed.sentence, '')
  assert.equal(allowed.signals['ip.isAnonymous'], 'no')
})

test('"Why?" of an earlier payment is there to read', async () => {
  const { ada } = article
  await ada.page.getByRole('button', { name: 'Why? $25.00 to Birchwood Property' }).click()
  await ada.page.locator('section[data-decision=CHALLENGE_SUCCEEDED]').waitFor()
  assert.equal((await ada.why()).signals['custom.transactionValue'], '25')
})

test('a suspicious payment gives nobody a token with which a passkey could be added', async () => {
  const { bank, ada } = article
  const { token, state, isEnrolled } = await bank.sallyport.track({
    userId: 'ben',
    action: 'adaptive-mfa-transfer',
    attributes: { ipAddress: '185.220.101.33', custom: { transactionValue: 20 } },
  })
  assert.equal(state, 'CHALLENGE_REQUIRED')
  assert.equal(isEnrolled, false)
  const { status, body } = await ada.post(`${bank.apiUrl}/client/user-authenticators/passkey/registration-options`, {}, token)
  assert.equal(status, 403)
  assert.equal(body.errorCode, 'insufficient_scope')
})
