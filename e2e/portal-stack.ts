import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'
import { inviteAdmin } from '../packages/server/src/admins/invite-admin.ts'
import { offerSetUp } from '../packages/server/src/admins/offer-set-up.ts'
import { loadConfig, type RunningServer, startServer } from '../packages/server/src/app/start-server.ts'
import type { Role } from '../packages/server/src/callers/role.ts'
import { builtPortal } from '../packages/server/src/portal/portal-app.ts'
import { onceForRun } from '../packages/server/test/support/once-for-run.ts'
import { runSallyport } from '../packages/server/test/support/run-sallyport.ts'
import { addAxe } from './add-axe.ts'
import { type Device, launchBrowser, openDevice } from './browser.ts'

export interface PortalStack {
  server: RunningServer
  tenantId: string
  /** To look behind the page, or to change something without it: `Authorization: Basic …` as `asManagement` has it. */
  managementKey: string
  asManagement: Record<string, string>
  /** Asks the API behind the page: with the management key, unless other headers are given. Fails on a refusal. */
  post(path: string, body: object, headers?: Record<string, string>): Promise<Record<string, unknown>>
  /** The owner's browser, signed in. */
  owner: Device
  /** Opens a page of the portal (`/lists`) and waits for its title. In the owner's browser, unless another page is given. */
  open(pathBelowPortal: string, page?: Page): Promise<Page>
  /** Another person in another browser, of this tenant if no other is named. */
  addAdmin(role: Role, name: string, ofTenant?: string): Promise<Device>
  /** Fails on what axe finds in light and in dark, and on a page that is wider than a phone. */
  axe(page: Page): Promise<void>
  /** Three pictures (light, dark, 360 px) in the folder that PORTAL_SHOTS names; without it none. */
  shot(page: Page, name: string): Promise<void>
  /** Ends everything. Fails if a page broke its policy, logged an error or asked another machine for something. */
  close(): Promise<void>
}

/** A server with a small bank that has 40 days of history, and its owner signed in with a passkey. Once in a file; the history is made once in a run. */
export async function startPortalStack(): Promise<PortalStack> {
  if (!existsSync(path.join(builtPortal, 'index.html')))
    throw new Error('The portal is not built. `npm test` builds it, and so does `npm start`.')
  await using opened = new AsyncDisposableStack()
  const faults: string[] = []
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sallyport-portal-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const tenantId = 'demo-bank'
  const seeded = await onceForRun('portal-bank', (folder) => seedBank(folder, tenantId))
  cpSync(path.join(seeded, 'data'), dataDir, { recursive: true })
  const managementKey = readFileSync(path.join(seeded, 'management-key'), 'utf8')
  const settings = { 'data-dir': dataDir, 'bootstrap-tenant-id': tenantId, 'bootstrap-management-key': managementKey }

  const server = await startServer(loadConfig({ ...settings, port: '0', 'log-level': 'silent' }, {}))
  opened.defer(() => server.close())
  const browser = await launchBrowser()
  opened.defer(() => browser.close())

  async function enter(link: string, name: string): Promise<Device> {
    const device = await openDevice(browser, { reducedMotion: 'reduce', viewport: { width: 1280, height: 900 } })
    watchPortal(device.page, new URL(server.url).origin, faults)
    await device.page.goto(link)
    const field = device.page.getByLabel('Your name')
    await field.waitFor()
    if (await field.isEditable()) await field.fill(name)
    await device.page.getByRole('button', { name: 'Create a passkey' }).click()
    await device.page.getByRole('link', { name: 'I have kept them' }).click()
    await device.page.locator('main h1').waitFor()
    return device
  }

  const owner = await enter((await offerSetUp(server.deps)) ?? assert.fail('somebody is an admin already'), 'Ada Lovelace')
  const asManagement = { authorization: `Basic ${btoa(`${managementKey}:`)}` }
  const running = opened.move()
  return {
    server,
    tenantId,
    managementKey,
    asManagement,
    async post(pathOfApi, body, headers = asManagement) {
      const reply = await fetch(`${server.url}${pathOfApi}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const answer = (await reply.json()) as Record<string, unknown>
      assert.ok(reply.ok, JSON.stringify(answer))
      return answer
    },
    owner,
    async open(pathBelowPortal, page = owner.page) {
      await page.goto(`${server.url}/portal${pathBelowPortal}`)
      await page.locator('main h1').waitFor()
      return page
    },
    async addAdmin(role, name, ofTenant = tenantId) {
      const actor = { kind: 'system', name: 'test' } as const
      const { url } = await inviteAdmin(server.deps, { tenantId: ofTenant, role, name, lifetimeMs: 60_000 }, actor)
      return enter(url, name)
    },
    axe: assertAccessible,
    shot: takePictures,
    async close() {
      await running.disposeAsync()
      assert.deepEqual(faults, [], 'what went wrong in the browser')
    },
  }
}

async function seedBank(folder: string, tenantId: string): Promise<void> {
  const managementKey = randomBytes(32).toString('base64url')
  writeFileSync(path.join(folder, 'management-key'), managementKey, { mode: 0o600 })
  const settings = { 'data-dir': path.join(folder, 'data'), 'bootstrap-tenant-id': tenantId, 'bootstrap-management-key': managementKey }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const seeded = await runSallyport(['seed', '--demo', '--people', '150', '--days', '40', ...flags])
  assert.equal(seeded.code, 0, seeded.err)
}

/** Notes what no page of the portal may do. A refused call is no fault: the page shows it. */
export function watchPortal(page: Page, origin: string, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    const isRefusal = /the server responded with a status of 4\d\d/.test(message.text())
    // What the driver of the browser tries in the frame of a message. Nothing of the message itself asks for it.
    const isFrameOfMessage = message.text().startsWith("Blocked script execution in 'about:srcdoc'")
    if (message.type() === 'error' && !isRefusal && !isFrameOfMessage) faults.push(`${page.url()}: ${message.text()}`)
  })
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url())
    if (asked !== origin && protocol !== 'data:' && protocol !== 'blob:') faults.push(`${page.url()}: asked for ${request.url()}`)
  })
}

/** The elements of a page are the same in light and in dark: in dark, only what depends on colours is looked at again. */
export async function assertAccessible(page: Page): Promise<void> {
  await addAxe(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const violations = await page.evaluate(
      async (rules) => {
        const found = await (globalThis as unknown as { axe: typeof axe }).axe.run({
          resultTypes: ['violations'],
          ...(rules.length > 0 && { runOnly: { type: 'rule', values: rules } }),
        })
        return found.violations.map(({ id, nodes }) => ({
          id,
          on: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary?.slice(0, 200)}`),
        }))
      },
      colorScheme === 'light' ? [] : ['color-contrast', 'link-in-text-block'],
    )
    assert.deepEqual(violations, [], `${page.url()} in ${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await withViewport(page, 360, 740, async () => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(width <= 360, `${page.url()} is ${width} px wide on a phone of 360 px`)
  })
}

export async function takePictures(page: Page, name: string): Promise<void> {
  const folder = process.env.PORTAL_SHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  const picture = (look: string) => page.screenshot({ path: path.join(folder, `${name}-${look}.png`) })
  await page.mouse.move(0, 0)
  await picture('light')
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await picture('dark')
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await withViewport(page, 360, 740, () => picture('narrow'))
}

async function withViewport(page: Page, width: number, height: number, work: () => Promise<unknown>): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 900 }
  await page.setViewportSize({ width, height })
  try {
    await work()
  } finally {
    await page.setViewportSize(before)
  }
}
