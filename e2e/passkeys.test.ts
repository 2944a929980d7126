import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type Customer, signIn } from './customer.ts'
import { type DemoStack, startDemoStack } from './demo-stack.ts'

let browser: Browser
let stack: DemoStack
/** With a passkey on this device. */
let chloe: Customer
before(async () => {
  browser = await launchBrowser()
  stack = await startDemoStack()
})
after(async () => {
  await browser?.close()
  await stack?.close()
})

test('D10: the warning that a passkey is missing goes when one is added', async () => {
  const ada = await signIn(browser, stack.url, 'Ada Okafor')
  await ada.connectFrom('Tor')
  assert.equal(await ada.send(20), 'unenrolled')
  await ada.connectFrom('Home broadband')
  await ada.addPasskey()
  await ada.page.locator('[data-outcome]').waitFor({ state: 'detached' })
})

test('D10: a passkey can be named, and removed by whoever can use it', async () => {
  const ben = await signIn(browser, stack.url, 'Ben Lindqvist')
  await ben.addPasskey()
  await ben.goTo('Security')
  await ben.namePasskey('Work laptop')
  await ben.page.reload()
  await ben.page.getByText('Work laptop', { exact: true }).waitFor()
  const { status, body } = await ben.post('/api/passkey/remove', { id: 'somebody-elses' })
  assert.deepEqual([status, body.message], [404, 'There is no such passkey.'])
  await ben.removePasskey()
  await ben.page.reload()
  await ben.page.getByRole('button', { name: 'Add a passkey' }).waitFor()
})

test('D10: a decision speaks of the amount, not of the name in the code', async () => {
  chloe = await signIn(browser, stack.url, 'Chloe Marchetti')
  await chloe.addPasskey()
  assert.equal(await chloe.send(3000), 'challenge')
  await chloe.confirm()
  const { sentence } = await chloe.why()
  assert.match(sentence, /the amount in dollars/)
  assert.doesNotMatch(await chloe.page.locator('main').innerText(), /transactionValue/)
})

test('a code by mail confirms a payment without the passkey, and a rule can refuse it', async () => {
  const ben = await signIn(browser, stack.url, 'Ben Lindqvist')
  await ben.addPasskey()
  await ben.goTo('Security')
  await ben.acceptEmailCodes()
  await ben.goTo('Payments')

  assert.equal(await ben.send(3000), 'challenge')
  await ben.page.getByRole('button', { name: 'No passkey here? Get a code by mail' }).click()
  await ben.page.getByLabel('Code from the mail').fill('12')
  await ben.page.getByRole('button', { name: 'Confirm with the code' }).click()
  await ben.page.getByText('This code is not right, or is too old.').waitFor()
  await ben.page.getByLabel('Code from the mail').fill(await stack.readCode('ben.lindqvist@example.com'))
  await ben.page.getByRole('button', { name: 'Confirm with the code' }).click()
  await ben.page.locator('[data-outcome=executed]').waitFor()
  assert.equal((await ben.why()).badge, 'Code confirmed')

  await ben.connectFrom('Commercial VPN')
  assert.equal(await ben.send(100), 'challenge')
  await ben.page.getByText('A code by mail cannot confirm this payment').waitFor()
  const { body } = await ben.post('/api/passkey/verify-transaction', { recipient: 'ben-nora', amount: 60 })
  assert.equal(body.emailCode, 'refused')
  const asked = await ben.post(`${stack.apiUrl}/client/challenge/email-otp`, {}, body.token)
  assert.ok(asked.status >= 400, JSON.stringify(asked.body))
})

test('a lost passkey is replaced with a code by mail and a recovery code, and with neither of them alone', async () => {
  const address = 'chloe.marchetti@example.com'
  await chloe.goTo('Security')
  await chloe.page.getByText('Switch codes by mail on first.').waitFor()
  await chloe.acceptEmailCodes()
  const { page } = chloe
  await page.getByRole('button', { name: 'Make recovery codes' }).click()
  const codes = await readRecoveryCodes(page)
  assert.equal(codes.length, 10)
  await page.getByLabel('Type one of these codes').fill('no such code')
  await page.getByRole('button', { name: 'Switch them on' }).click()
  await page.getByText('This is none of the codes above.').waitFor()
  await page.getByLabel('Type one of these codes').fill(codes[3] ?? '')
  await page.getByRole('button', { name: 'Switch them on' }).click()
  await page.getByText('10 of 10 codes are left.').waitFor()

  const phone = await signIn(browser, stack.url, 'Chloe Marchetti')
  await phone.goTo('Security')
  const begin = async () => {
    await phone.page.getByRole('button', { name: 'Lost your passkey?' }).click()
    await phone.page.getByRole('button', { name: 'Send me a code' }).click()
  }
  const answer = async (label: string, code: string) => {
    await phone.page.getByRole('textbox', { name: label }).fill(code)
    await phone.page.getByRole('button', { name: 'Continue' }).click()
  }
  await phone.connectFrom('Tor')
  await begin()
  await phone.page.getByText('For your safety a passkey cannot be replaced from this connection.').waitFor()
  await phone.page.getByRole('button', { name: 'Cancel' }).click()
  await phone.connectFrom('Mobile carrier')

  // A recovery code in place of the code by mail, and a code by mail without a recovery code, add nothing.
  const { token } = (await phone.post('/api/passkey/replace')).body
  const alone = await phone.post(`${stack.apiUrl}/client/verify/recovery-code`, { verificationCode: codes[0] }, token)
  assert.equal(alone.body.isVerified ?? false, false)
  assert.equal((await phone.post(`${stack.apiUrl}/client/challenge/email-otp`, {}, token)).status, 200)
  const verificationCode = await stack.readCode(address)
  const mailed = await phone.post(`${stack.apiUrl}/client/verify/email-otp`, { verificationCode }, token)
  assert.equal(mailed.body.isVerified, true)
  const registrationOptions = `${stack.apiUrl}/client/user-authenticators/passkey/registration-options`
  assert.equal((await phone.post(registrationOptions, {}, mailed.body.accessToken)).status, 403)

  await begin()
  await phone.page.getByLabel('Code from the mail').waitFor()
  await answer('Code from the mail', await stack.readCode(address))
  await answer('Recovery code', codes[0] ?? '')
  await phone.page.getByRole('button', { name: 'Add a new passkey' }).click()
  await phone.page.getByText('Your new passkey is in place.').waitFor()
  await phone.page.getByText('9 of 10 codes are left.').waitFor()
  assert.equal(await phone.authenticator.countPasskeys(), 1)

  await phone.page
    .getByRole('button', { name: /^Remove / })
    .first()
    .click()
  await phone.page
    .getByRole('button', { name: /^Remove / })
    .nth(1)
    .waitFor({ state: 'detached' })
  await phone.goTo('Payments')
  assert.equal(await phone.send(3000), 'challenge')
  assert.equal(await phone.confirm(), 'executed')

  await phone.goTo('Security')
  await phone.page.getByRole('button', { name: 'Make new codes' }).click()
  const renewed = await readRecoveryCodes(phone.page)
  await phone.page.getByRole('button', { name: 'Not now' }).click()
  await phone.page.getByText('Your new codes are not switched on').waitFor()
  await phone.page.getByText('9 of 10 codes are left.').waitFor()
  await phone.page.getByRole('button', { name: 'Make new codes' }).click()
  const [again] = await readRecoveryCodes(phone.page)
  assert.ok(again !== undefined && !renewed.includes(again) && !codes.includes(again))
  await phone.page.getByLabel('Type one of these codes').fill(again)
  await phone.page.getByRole('button', { name: 'Switch them on' }).click()
  await phone.page.getByText('10 of 10 codes are left.').waitFor()
})

async function readRecoveryCodes(page: Page): Promise<string[]> {
  const list = page.getByRole('list', { name: 'Recovery codes' })
  await list.waitFor()
  return list.getByRole('listitem').allTextContents()
}

test('the bank tracks a device by the key that it proves, not by its cookie', async () => {
  const ada = await signIn(browser, stack.url, 'Ada Okafor')
  await ada.send(20)
  const { signals } = await ada.why()
  assert.match(signals['device.id'] ?? '', /^dk_/)
  assert.equal(signals['device.isProven'], 'yes')
})

test('EN-06: the pages that messages lead to change nothing when they are opened; their button does, without script', async () => {
  const userId = 'eve'
  const email = 'eve@example.com'
  await stack.sallyport.updateUser({ userId, attributes: { email, emailVerified: true } })
  await stack.manage('PATCH', '/tenant', { enrolmentLinkUrl: `${stack.url}/enrol` })
  const links = `/users/${userId}/enrolment-links`
  const stateOfLink = async () => ((await stack.manage('GET', links)) as { state: string }[]).map(({ state }) => state)
  const isFrozen = async () => 'enrolmentFrozenAt' in ((await stack.manage('GET', `/users/${userId}`)) as object)
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US' })
  const page = await context.newPage()
  const titled = (name: string) => page.getByRole('heading', { name }).waitFor()

  await stack.manage('POST', links, { reason: 'showed a passport at the branch' })
  const cancel = await stack.readLink(email)
  await page.goto(cancel)
  await page.reload()
  await titled('A recovery link for your account')
  assert.deepEqual(await stateOfLink(), ['WAITING'])
  await page.getByRole('button', { name: 'Cancel the link' }).click()
  await titled('The recovery link is cancelled')
  await page.getByText('If you did not ask for it, tell ').waitFor()
  assert.deepEqual(await stateOfLink(), ['CANCELLED'])
  await page.goto(cancel)
  await titled('This link no longer works')

  await stack.sallyport.enrollVerifiedAuthenticator({ userId, attributes: { verificationMethod: 'EMAIL_OTP', email } })
  const notMe = await stack.readLink(email)
  await page.goto(notMe)
  await page.reload()
  await titled('Was this not you?')
  assert.equal(await isFrozen(), false)
  await page.getByRole('button', { name: 'This was not me' }).click()
  await titled('Your account is protected')
  assert.equal(await isFrozen(), true)
  await page.goto(notMe)
  await titled('This link no longer works')
  await context.close()
})
