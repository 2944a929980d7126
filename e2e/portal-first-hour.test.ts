import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { ConnectionLabel, Customer, Outcome } from './customer.ts'
import { type OpenBank, openBank } from './open-bank.ts'
import { assertAccessible, takePictures, watchPortal } from './portal-stack.ts'

const action = 'adaptive-mfa-transfer'
let bank: OpenBank
let ada: Customer
/** What no page of the portal may do, and one did. */
const faults: string[] = []
before(async () => {
  bank = await openBank({ isWithoutRules: true })
  ada = await bank.visit('Ada Okafor')
  await ada.addPasskey()
})
after(async () => {
  await bank?.close()
  assert.deepEqual(faults, [], 'what went wrong in the browser')
})

/** What a person sees who looks at a page for the first time: the title and the sentence below it. */
async function isAt(page: Page, title: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
}

async function look(page: Page, name: string): Promise<void> {
  await assertAccessible(page)
  await takePictures(page, `first-hour-${name}`)
}

test("from the printed link to a disputed payment: an analyst makes the article's two rules by mouse alone", async () => {
  const { page } = await bank.openDevice({ reducedMotion: 'reduce', viewport: { width: 1440, height: 1000 } })
  const link = await bank.offerSetUp()
  watchPortal(page, new URL(link).origin, faults)
  await page.goto(link)
  await page.getByLabel('Your name').fill('Grace Hopper')
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await isAt(page, 'Overview')
  await look(page, 'overview')

  const rail = page.getByRole('navigation').first()
  await rail.getByRole('link', { name: 'Actions' }).click()
  await isAt(page, 'Actions')
  await page.getByRole('button', { name: 'Create an action' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Adaptive MFA transfer')
  assert.equal(await page.getByLabel('Code').inputValue(), action)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await isAt(page, action)
  await look(page, 'action')

  // The bank is open, and no rule is there yet: everything goes through.
  assert.equal(await pay('Home broadband', 500), 'executed')
  assert.equal(await pay('Home broadband', 3000), 'executed')
  assert.equal(await pay('Commercial VPN', 100), 'executed')

  // What the bank sends is not declared yet. The overview says so, and leads to where it is.
  await rail.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('link', { name: 'Declare it' }).first().click()
  await page.getByRole('button', { name: 'Declare as number: transactionValue' }).click()
  await page.getByRole('table', { name: 'Declared data points' }).getByText('custom.transactionValue').waitFor()

  await rail.getByRole('link', { name: 'Actions' }).click()
  await page.getByRole('table', { name: 'Actions' }).getByRole('link', { name: action }).click()
  await page.getByRole('link', { name: 'New rule' }).click()
  await page.getByRole('button', { name: 'Condition', exact: true }).click()
  await page.getByRole('option', { name: 'the address is anonymous ip.isAnonymous' }).click()
  await page.getByText('Challenge when the address is anonymous.').waitFor()
  await page.getByRole('main').getByRole('link', { name: action }).click()
  await isAt(page, action)
  await page.getByRole('link', { name: 'New rule' }).click()
  await page.getByRole('button', { name: 'Condition', exact: true }).click()
  await page.getByRole('option', { name: 'the transaction value custom.transactionValue' }).click()
  await page.getByRole('spinbutton', { name: 'Value for the transaction value' }).fill('2000')
  await page.getByText('Challenge when the transaction value is over 2,000.').waitFor()
  await page.getByRole('button', { name: 'Test bench' }).click()
  const scenarios = page.getByRole('list', { name: 'Scenarios' })
  for (const [title, outcome] of [
    ['100 through a VPN', 'Challenge'],
    ['3,000 from home', 'Challenge'],
    ['500 from home', 'Allowed'],
    ['20 through Tor', 'Challenge'],
  ] as const)
    await scenarios.getByRole('button', { name: `${title} ${outcome}` }).waitFor()
  await look(page, 'rule')

  await page.getByRole('link', { name: 'Review changes' }).first().click()
  await isAt(page, 'Review changes')
  await page.getByText('would have been decided otherwise').first().waitFor()
  await look(page, 'changes')
  await page.getByRole('button', { name: 'Go live', exact: true }).click()
  await page.getByText(/^Version \d+ is live\.$/).waitFor()

  assert.equal(await pay('Home broadband', 3000), 'challenge')
  assert.equal(await ada.confirm(), 'executed')

  await rail.getByRole('link', { name: 'Events' }).click()
  await page
    .getByRole('table', { name: 'Events', exact: true })
    .getByRole('row', { name: /Challenge passed/ })
    .first()
    .click()
  const receipt = page.getByRole('complementary', { name: 'Receipt' })
  await receipt.getByText('Would have been allowed if the transaction value were at most 2,000.').waitFor()
  await look(page, 'receipt')
  await receipt.getByRole('button', { name: 'Dispute …' }).click()
  const dialog = page.getByRole('dialog', { name: 'It was not the user' })
  await dialog.getByRole('button', { name: 'Chargeback' }).click()
  await dialog.getByRole('button', { name: 'Dispute', exact: true }).click()
  await page
    .getByRole('region', { name: 'What the dispute took back' })
    .getByRole('row', { name: /Trust in the address .* trusted not trusted/ })
    .waitFor()
  await look(page, 'disputed')
})

/** What the bank says to a payment. */
async function pay(connection: ConnectionLabel, dollars: number): Promise<Outcome> {
  await ada.connectFrom(connection)
  return ada.send(dollars)
}
