import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { inviteAdmin } from '../packages/server/src/admins/invite-admin.ts'
import { offerSetUp } from '../packages/server/src/admins/offer-set-up.ts'
import { loadConfig, type RunningServer, startServer } from '../packages/server/src/app/start-server.ts'
import { addAxe } from './add-axe.ts'
import { type Device, launchBrowser, openDevice } from './browser.ts'

let browser: Browser
let server: RunningServer
const dataDir = mkdtempSync(path.join(tmpdir(), 'sallyport-portal-'))
before(async () => {
  browser = await launchBrowser()
  server = await startServer(loadConfig({ port: '0', 'data-dir': dataDir, 'log-level': 'silent' }, {}))
})
after(async () => {
  await browser?.close()
  await server?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

interface Admin extends Device {
  codes: string[]
}

/** Follows a link as a person does, to the page of the portal. Fails on whatever the page's policy refuses. */
async function setUp(link: string, name?: string): Promise<Admin> {
  const device = await openDevice(browser)
  const { page } = device
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) assert.fail(message.text())
  })
  await page.goto(link)
  if (name !== undefined) await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await page.getByRole('heading', { name: 'You are in' }).waitFor()
  assert.equal(new URL(page.url()).hash, '', 'the code has left the address bar')
  const codes = await page.locator('#codes li').allInnerTexts()
  await assertAccessible(page)
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await page.waitForURL(/\/portal\/(?!set-up)/)
  await page.goto(new URL('/portal/settings/account', link).href)
  await ready(page)
  return { ...device, codes }
}

async function assertAccessible(page: Page): Promise<void> {
  await addAxe(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const violations = await page.evaluate(async () => {
      const found = await (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] })
      return found.violations.map(({ id, nodes }) => ({ id, on: nodes.map(({ html }) => html) }))
    })
    assert.deepEqual(violations, [], colorScheme)
  }
}

/** One's own account is on the page. */
const ready = (page: Page) => page.getByRole('heading', { name: 'Your passkeys' }).waitFor()
const signIn = (page: Page) => page.getByRole('button', { name: 'Sign in with a passkey' })

test('AD-01, AD-02: a link makes the owner, who signs out and in again, and invites a second admin', async () => {
  const link = (await offerSetUp(server.deps)) ?? assert.fail()
  const ada = await setUp(link, 'Ada')
  const { page } = ada
  assert.equal(ada.codes.length, 10)
  await page.getByText(/You are Ada, owner of/).waitFor()
  const [cookie] = await page.context().cookies()
  assert.partialDeepStrictEqual(cookie, { name: 'sallyport', httpOnly: true, sameSite: 'Strict', path: '/' })
  assert.equal(await page.evaluate(() => document.cookie), '')

  await page.getByRole('button', { name: 'You: Ada' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await signIn(page).waitFor()
  await assertAccessible(page)
  await page.setViewportSize({ width: 360, height: 740 })
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360)
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.context().addCookies([{ ...(cookie ?? assert.fail()), sameSite: 'Strict' }])
  await page.goto(new URL('/portal/settings/account', link).href)
  await signIn(page).waitFor()
  await signIn(page).click()
  await ready(page)
  assert.notEqual((await page.context().cookies())[0]?.value, cookie?.value)

  const name = '<img src=x onerror=document.title=1>'
  await page.getByRole('tab', { name: 'People' }).click()
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Role').selectOption('analyst')
  await page.getByRole('button', { name: 'Make a link' }).click()
  const invitation = await page.getByRole('region', { name: 'the link' }).innerText()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('table', { name: 'Open invitations' }).getByText(name).waitFor()
  assert.equal(await page.title(), 'Settings – Sallyport', 'what somebody wrote is only text')

  const ben = await setUp(invitation)
  await ben.page.getByText(/, analyst of/).waitFor()
  await ben.page.getByRole('tab', { name: 'People' }).click()
  await ben.page.getByRole('table', { name: 'People' }).waitFor()
  assert.equal(await ben.page.getByRole('button', { name: 'Invite somebody' }).count(), 0)
  assert.equal(await ben.page.getByRole('tab', { name: 'Keys' }).count(), 0)
  const again = await openDevice(browser)
  await again.page.goto(invitation)
  await again.page.getByText('The link is unknown, was used or has expired').waitFor()

  await page.reload()
  await page.getByRole('button', { name: `What can be done with ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Remove …' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: `What can be done with ${name}` }).waitFor({ state: 'detached' })
  await ben.page.reload()
  await signIn(ben.page).waitFor()
})

test('AD-01: whoever has lost the passkey gets in with a recovery code and a new one', async () => {
  const tenantId = server.created?.tenantId ?? assert.fail()
  const actor = { kind: 'system', name: 'test' } as const
  const { url } = await inviteAdmin(server.deps, { tenantId, role: 'viewer', name: 'Cleo', lifetimeMs: 60_000 }, actor)
  const cleo = await setUp(url)
  const { page } = await openDevice(browser)
  await page.goto(`${server.url}/portal/sign-in?next=/portal/settings/account`)
  await page.getByText('No passkey at hand?').click()
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(cleo.codes[0]?.toLowerCase() ?? '')
  await page.getByRole('button', { name: 'Create a new passkey' }).click()
  await ready(page)
  await page.getByText(/^9 codes are left/).waitFor()
  await page.getByRole('button', { name: 'Make new codes' }).click()
  const codes = await page.getByRole('region', { name: 'the recovery codes' }).innerText()
  assert.equal(codes.trim().split('\n').length, 10)
  await cleo.page.reload()
  await signIn(cleo.page).waitFor()
})
