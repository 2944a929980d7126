import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { signIn } from './customer.ts'
import { type DemoStack, startDemoStack } from './demo-stack.ts'

let browser: Browser
let stack: DemoStack
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
  await ben.namePasskey('Work laptop')
  await ben.reload()
  await ben.page.getByText('Work laptop', { exact: true }).waitFor()
  const { status, body } = await ben.post('/api/passkey/remove', { id: 'somebody-elses' })
  assert.deepEqual([status, body.message], [404, 'There is no such passkey.'])
  await ben.removePasskey()
  await ben.reload()
  await ben.page.getByRole('button', { name: 'Add a passkey' }).waitFor()
})

test('D10: a decision speaks of the amount, not of the name in the code', async () => {
  const chloe = await signIn(browser, stack.url, 'Chloe Marchetti')
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
  await ben.page.getByRole('button', { name: 'Accept codes by mail as well' }).click()
  await ben.page.locator('[data-email-codes=true]').waitFor()

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
