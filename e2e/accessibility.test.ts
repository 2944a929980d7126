import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'
import { addAxe } from './add-axe.ts'
import type { Customer } from './customer.ts'
import { type OpenBank, openBank } from './open-bank.ts'

let bank: OpenBank
let ada: Customer

before(async () => {
  bank = await openBank()
  ada = await bank.visit('Ada Okafor')
})
after(() => bank?.close())

interface PageGlobals {
  axe: typeof axe
}

/** Runs axe on the current page, in light and in dark, and returns the violations that stop people from using it. */
async function assertAccessible(page: Page): Promise<void> {
  await addAxe(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const violations = await page.evaluate(async () => {
      // Without this, axe would measure colours in the middle of a transition between the schemes.
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
      const found = await (globalThis as unknown as PageGlobals).axe.run({ resultTypes: ['violations'] })
      return found.violations.map(({ id, impact, nodes }) => ({ id, impact, on: nodes.map(({ html }) => html) }))
    })
    assert.deepEqual(violations, [], colorScheme)
  }
}

test('the sign-in page is accessible', async () => {
  const context = await ada.page.context().browser()?.newContext()
  const page = await context?.newPage()
  assert.ok(page)
  await page.goto(bank.url)
  await page.getByRole('button', { name: 'Ada Okafor' }).waitFor()
  await assertAccessible(page)
  await context?.close()
})

test('the account without a passkey, and a payment that was stopped, are accessible', async () => {
  await assertAccessible(ada.page)
  await ada.connectFrom('Tor')
  assert.equal(await ada.send(20), 'unenrolled')
  await ada.why()
  await ada.page.getByRole('button', { name: 'Add a passkey' }).click()
  await ada.page.getByText('a passkey cannot be added from this connection').waitFor()
  await assertAccessible(ada.page)
})

test('the challenge, and one that the passkey did not answer, are accessible', async () => {
  await ada.connectFrom('Home broadband')
  await ada.addPasskey()
  await ada.connectFrom('Commercial VPN')
  assert.equal(await ada.send(100), 'challenge')
  await assertAccessible(ada.page)
  await ada.authenticator.refuse()
  assert.equal(await ada.confirm(), 'challenge')
  await assertAccessible(ada.page)
  await ada.authenticator.accept()
})

test('an approved payment, with all that was known, is accessible', async () => {
  assert.equal(await ada.confirm(), 'executed')
  await ada.why()
  await ada.page.locator('summary').click()
  await assertAccessible(ada.page)
})

test('a cancelled and a disputed payment are accessible', async () => {
  assert.equal(await ada.send(100), 'challenge')
  assert.equal(await ada.cancel(), 'cancelled')
  await ada.why()
  await assertAccessible(ada.page)
  await ada.page.getByRole('button', { name: 'This was not me' }).click()
  await ada.page.getByText('What was learnt from it is forgotten.').waitFor()
  await assertAccessible(ada.page)
})

test('a form that was filled in wrongly is accessible, and says what is wrong', async () => {
  await ada.page.getByLabel('Amount').fill('a lot')
  await assertAccessible(ada.page)
  assert.equal(await ada.page.getByLabel('Amount').getAttribute('aria-invalid'), 'true')
  await ada.connectFrom('Home broadband')
  await ada.page.getByLabel('Amount').fill('900000')
  await ada.page.getByRole('button', { name: /^Send \$/ }).click()
  await ada.page.getByText('There is not enough money in your account.').waitFor()
  await assertAccessible(ada.page)
})

test('a payment can be made and approved with the keyboard alone', async () => {
  const { page } = ada
  await ada.reload()
  await page.getByLabel('Amount').focus()
  await page.keyboard.type('3000')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  // The dialog is modal and focuses its main button.
  await page.keyboard.press('Enter')
  await page.locator('[data-outcome=executed]').waitFor()
  assert.equal((await ada.why()).rules[0], 'Transfer over $2,000')
})

test('Escape closes the challenge, and with it the payment', async () => {
  assert.equal(await ada.send(3000), 'challenge')
  await ada.page.keyboard.press('Escape')
  await ada.page.locator('[data-outcome=cancelled]').waitFor()
})

test('the settings, new recovery codes and the way back are accessible', async () => {
  const { page } = ada
  await ada.goTo('Security')
  await ada.acceptEmailCodes()
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Make recovery codes' }).click()
  const codes = page.getByRole('list', { name: 'Recovery codes' })
  await codes.waitFor()
  await assertAccessible(page)
  const [code = ''] = await codes.getByRole('listitem').allTextContents()
  await page.getByLabel('Type one of these codes').fill(code)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('10 of 10 codes are left.').waitFor()
  await page.getByRole('button', { name: 'Lost your passkey?' }).click()
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await page.getByLabel('Code from the mail').waitFor()
  await assertAccessible(page)
  await page.keyboard.press('Escape')
  await ada.goTo('Payments')
})

test('on a narrow screen nothing is cut off', async () => {
  await ada.page.setViewportSize({ width: 360, height: 740 })
  const overflow = () => ada.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.equal(await overflow(), 0)
  assert.equal(await ada.send(3000), 'challenge')
  assert.equal(await overflow(), 0)
  assert.equal(await ada.confirm(), 'executed')
  await ada.why()
  assert.equal(await overflow(), 0)
  await ada.goTo('Security')
  assert.equal(await overflow(), 0)
})
