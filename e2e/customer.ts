import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { type Device, openDevice } from './browser.ts'

export type Name = 'Ada Okafor' | 'Ben Lindqvist' | 'Chloe Marchetti'
export type ConnectionLabel = 'Home broadband' | 'Office' | 'Mobile carrier' | 'Hotel Wi-Fi abroad' | 'Commercial VPN' | 'Tor'

/** The result of a payment on the page. `challenge`: the page asks for the passkey. */
export type Outcome = 'executed' | 'cancelled' | 'unenrolled' | 'declined' | 'unconfirmed' | 'challenge'

/** A customer at the bank's page, limited to what a person can do and see. */
export interface Customer extends Device {
  reload(): Promise<void>
  connectFrom(connection: ConnectionLabel): Promise<void>
  /** Follows a link of the page's head. */
  goTo(page: 'Payments' | 'Security'): Promise<void>
  addPasskey(): Promise<void>
  /** On the page Security, as the next two. */
  namePasskey(name: string): Promise<void>
  /** Uses the passkey to prove that it may be removed. */
  removePasskey(): Promise<void>
  acceptEmailCodes(): Promise<void>
  /** Fills in the form, sends it, and waits for the result. */
  send(dollars: number): Promise<Outcome>
  /** Accepts the challenge's dialog and uses the passkey. Resolves when the dialog closes or shows an error. */
  confirm(): Promise<Outcome>
  cancel(): Promise<Outcome>
  /** Posts from the page, to the bank or, with a token, to the server. */
  post(url: string, body?: object, token?: string): Promise<Reply>
  /** The current balance at the bank, in cents. */
  balance(): Promise<number>
  /** The answer to "Why?" about the last payment. */
  why(): Promise<Decision>
}

export interface Reply {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: the bank's replies have no common type
  body: any
}

export interface Decision {
  state: string
  badge: string
  sentence: string
  rules: string[]
  /** The value of each signal. */
  signals: Record<string, string>
}

/** Opens the bank on a new device and signs in. */
export async function signIn(browser: Browser, url: string, name: Name, options?: BrowserContextOptions): Promise<Customer> {
  const device = await openDevice(browser, options)
  const { page } = device
  await page.goto(url)
  const button = page.getByRole('button', { name })
  await isInteractive(button)
  await button.click()
  await page.getByRole('heading', { name: 'Send money' }).waitFor()
  return {
    ...device,
    reload: async () => {
      await page.reload()
      await isInteractive(page.getByLabel('Amount'))
    },
    connectFrom: (connection) => connectFrom(page, connection),
    goTo: (name) => goTo(page, name),
    addPasskey: () => addPasskey(page),
    namePasskey: (name) => namePasskey(page, name),
    removePasskey: () => removePasskey(page),
    acceptEmailCodes: () => acceptEmailCodes(page),
    send: (dollars) => send(page, dollars),
    confirm: async () => {
      await page.getByRole('button', { name: 'Confirm with passkey' }).click()
      return answered(page)
    },
    cancel: async () => {
      await page.getByRole('button', { name: 'Cancel payment' }).click()
      await page.locator('[data-outcome]').waitFor()
      return answered(page)
    },
    post: (url, body, token) => post(page, url, body, token),
    balance: () => readBalance(page),
    why: () => readDecision(page),
  }
}

/** Waits until React has hydrated the page. A click or a key before that would be lost. */
async function isInteractive(control: Locator): Promise<void> {
  const element = await control.elementHandle()
  await control.page().waitForFunction((node) => Object.keys(node ?? {}).some((key) => key.startsWith('__react')), element)
}

async function connectFrom(page: Page, connection: ConnectionLabel): Promise<void> {
  if (await page.getByRole('radio', { name: connection }).isChecked()) return
  const saved = page.waitForResponse((response) => response.url().endsWith('/api/connection'))
  await page.getByText(connection, { exact: true }).click()
  await saved
}

async function goTo(page: Page, name: 'Payments' | 'Security'): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name }).click()
  await page.getByRole('heading', { name: name === 'Payments' ? 'Send money' : name, exact: true }).waitFor()
}

async function addPasskey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.locator('[data-enrolled=true]').waitFor()
}

async function namePasskey(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Rename / }).click()
  await page.getByLabel('Name of this passkey').fill(name)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(name, { exact: true }).waitFor()
}

async function removePasskey(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Remove / }).click()
  await page.locator('[data-enrolled=false]').waitFor()
}

async function acceptEmailCodes(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Accept codes by mail as well' }).click()
  await page.locator('[data-email-codes=true]').waitFor()
}

async function send(page: Page, dollars: number): Promise<Outcome> {
  await page.getByLabel('Amount').fill(String(dollars))
  const sent = page.waitForResponse((response) => response.url().endsWith('/api/passkey/verify-transaction'))
  await page.getByRole('button', { name: /^Send \$/ }).click()
  await sent
  return answered(page)
}

/** Waits until the page shows the result of the payment or asks for the passkey. */
async function answered(page: Page): Promise<Outcome> {
  const outcome = page.locator('[data-outcome]')
  const asks = page.getByRole('button', { name: 'Confirm with passkey', disabled: false })
  await outcome.or(asks).waitFor()
  return (await asks.isVisible()) ? 'challenge' : ((await outcome.getAttribute('data-outcome')) as Outcome)
}

function post(page: Page, url: string, body: object = {}, token?: string): Promise<Reply> {
  return page.evaluate(
    async ([target, text, bearer]) => {
      const headers = { 'content-type': 'application/json', ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) }
      const response = await fetch(target, { method: 'POST', headers, body: text })
      return { status: response.status, body: await response.json() }
    },
    [url, JSON.stringify(body), token] as const,
  )
}

async function readBalance(page: Page): Promise<number> {
  // A fresh page shows the bank's record instead of this page's state.
  const response = await page.context().request.get(page.url())
  const [, text] = /data-testid="balance">\$([\d,.]+)</.exec(await response.text()) ?? []
  assert.ok(text, 'the page shows no balance')
  return Math.round(Number(text.replaceAll(',', '')) * 100)
}

async function readDecision(page: Page): Promise<Decision> {
  const panel = page.locator('section[data-decision]')
  await panel.waitFor()
  return panel.evaluate((section) => {
    const textOf = (selector: string) => section.querySelector(selector)?.textContent ?? ''
    return {
      state: section.getAttribute('data-decision') ?? '',
      badge: textOf('[data-state]'),
      sentence: textOf('p'),
      rules: [...section.querySelectorAll('ol li span:first-child')].map((rule) => rule.textContent),
      signals: Object.fromEntries(
        [...section.querySelectorAll('tr[data-signal]')].map((row) => [
          row.getAttribute('data-signal'),
          row.querySelector('td')?.textContent ?? '',
        ]),
      ),
    }
  })
}
