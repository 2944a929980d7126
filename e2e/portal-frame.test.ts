import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type PortalStack, startPortalStack } from './portal-stack.ts'

let stack: PortalStack
before(async () => {
  stack = await startPortalStack()
})
after(() => stack?.close())

test('the frame: keys, palette, theme, narrow rail, an address that is nothing', async () => {
  const page = await stack.open('/lists')
  await page.getByRole('link', { name: 'Audit' }).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'lists')

  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor()
  assert.equal(await page.title(), 'Audit – Sallyport')
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1', 'the focus follows the page')

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).getByText('Go to Lists').waitFor()
  await stack.shot(page, 'keys')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('dark')
  await page.getByRole('option', { name: 'Use dark colours' }).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'palette')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  await page.reload()
  await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'the theme is kept')

  await page.getByRole('button', { name: 'You: Ada Lovelace' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Colours of the system' }).click()
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), undefined)

  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByRole('button', { name: 'Pages' }).click()
  await stack.shot(page, 'rail')
  await page.getByRole('dialog', { name: 'Sallyport' }).getByRole('link', { name: 'Lists' }).click()
  await page.getByRole('heading', { name: 'Lists', level: 1 }).waitFor()
  await page.setViewportSize({ width: 1280, height: 900 })

  await stack.open('/nowhere')
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
})

test('a list is created, filled, searched, restored and deleted, and every step can be undone', async () => {
  const page = await stack.open('/lists')
  await page.getByRole('button', { name: 'Create a list' }).first().click()
  await page.getByLabel('Name', { exact: true }).fill('Known mules')
  await page.getByLabel('First entries').fill('mule@a.example\nmule@b.example')
  await stack.axe(page)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('heading', { name: 'Known mules' }).waitFor()
  await page.getByText('2 texts, used nowhere.').waitFor()

  const evil = '<img src=x onerror=document.title=1>\u202egnp'
  await page.getByLabel('Add entries').fill(evil)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('table', { name: 'Entries' }).getByText('U+202E').waitFor()
  assert.equal(await page.title(), 'Known mules – Sallyport', 'an entry is only text')
  await stack.axe(page)
  await stack.shot(page, 'list')
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click()
  await page.getByText('2 texts, used nowhere.').waitFor()

  await page.getByRole('button', { name: 'Remove mule@a.example' }).click()
  await page.getByText('1 text, used nowhere.').waitFor()
  await page.getByLabel('Find an entry').fill('nobody')
  await page.getByText('No entry contains this.').waitFor()
  assert.match(page.url(), /find=nobody/)

  await page.getByRole('tab', { name: 'Versions' }).click()
  await page.getByRole('table', { name: 'Versions' }).getByRole('link', { name: '1', exact: true }).click()
  await page.getByRole('dialog', { name: 'Version 1' }).getByRole('button', { name: 'Restore these 2 entries' }).click()
  await page.getByText('2 texts, used nowhere.').waitFor()
  await stack.shot(page, 'list-versions')
  await page.getByRole('tab', { name: 'Where it is used' }).click()
  await page.getByText('Nothing reads this list.').waitFor()

  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete …' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete the list' })
  assert.equal(await dialog.getByRole('button', { name: 'Delete', exact: true }).isDisabled(), true)
  await dialog.getByLabel('Name').fill('Known mules')
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('heading', { name: 'Lists', level: 1 }).waitFor()
})

test('the audit log says what was just done, filters stay in the address, and Back returns to the place', async () => {
  const page = await stack.open('/audit?event=value_list&text=Known+mules')
  const table = page.getByRole('table', { name: 'Audit log' })
  await table.getByText('Ada Lovelace').first().waitFor()
  await stack.axe(page)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Details as they are stored').waitFor()
  assert.match(page.url(), /open=/)
  await stack.axe(page)
  await stack.shot(page, 'audit-entry')
  await page.goBack()
  await sheet.waitFor({ state: 'detached' })
  await page.getByLabel('Event').fill('')
  await page.getByLabel('Text anywhere').fill('nothing like this')
  await page.getByText('No entry is like this.').waitFor()

  await stack.open('/audit')
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await page.getByText(/^✓ /).waitFor()
  await page.getByText(/Keep the hash of entry/).waitFor()
  await table.waitFor()
  await stack.shot(page, 'audit')
  await page.getByRole('button', { name: 'Time range: Last 7 days' }).click()
  await stack.axe(page)
  await stack.shot(page, 'time-range')
  await page.getByRole('button', { name: 'Last 90 days' }).click()
  assert.match(page.url(), /time=-90d/)
})

test('whoever may only read sees no button that changes something', async () => {
  const { page } = await stack.addAdmin('viewer', 'Vera')
  await stack.open('/lists', page)
  await page
    .getByText(/in all/)
    .or(page.getByText('There is no list yet.'))
    .first()
    .waitFor()
  assert.equal(await page.getByRole('button', { name: 'Create a list' }).count(), 0)
})

test('somebody who is not signed in comes back to the page they wanted, and never to another site', async () => {
  const { page } = stack.owner
  await stack.open('/lists')
  await page.getByRole('button', { name: 'You: Ada Lovelace' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
  await page.goto(`${stack.server.url}/portal/audit?event=rule`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor()
  assert.match(page.url(), /\/portal\/audit\?event=rule$/)
  for (const next of ['https://evil.example/portal/', '//evil.example/portal/', 'javascript:alert(1)', '/v1/', '/portal/../docs']) {
    await page.goto(`${stack.server.url}/portal/sign-in?next=${encodeURIComponent(next)}`)
    await page.locator('main h1').waitFor()
    await page.waitForURL(/\/portal\/(lists|$)/)
  }
})
