import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { Sallyport } from '../packages/node/src/index.ts'
import { loadConfig, type RunningServer, startServer } from '../packages/server/src/app/start-server.ts'
import { launchBrowser } from './browser.ts'

/** A page of an application in a browser, and the server that the page calls. */
export interface PageStack {
  server: RunningServer
  /** Of the API. */
  baseUrl: string
  /** Of the page. The tenant expects it, and its relying party is `localhost`. */
  origin: string
  /** Id of the tenant. */
  tenantId: 'page'
  managementKey: string
  /** What the application's own server calls. */
  sallyport: Sallyport
  browser: Browser
  page: Page
  /** Of the page, for virtual authenticators. */
  cdp: CDPSession
  /** Switches a verification method on. */
  configure(method: string, settings: object): Promise<void>
  close(): Promise<void>
}

const root = path.resolve(import.meta.dirname, '..')
const emptyPage = '<!doctype html><title>page</title><main></main>'

/** Starts a server with one tenant, a page on another origin, and a browser that shows the page. `html` is the whole page. */
export async function startPageStack(html: string = emptyPage): Promise<PageStack> {
  await using opened = new AsyncDisposableStack()
  const pages = http.createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  opened.defer(() => void pages.close())
  const origin = `http://localhost:${(pages.address() as AddressInfo).port}`
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sallyport-page-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const secretKey = randomBytes(32).toString('base64url')
  const managementKey = randomBytes(32).toString('base64url')
  const settings = {
    port: '0',
    'data-dir': dataDir,
    'log-level': 'silent',
    'bootstrap-tenant-id': 'page',
    'bootstrap-secret-key': secretKey,
    'bootstrap-management-key': managementKey,
    'bootstrap-rp-id': 'localhost',
    'bootstrap-origins': origin,
  }
  const server = await startServer(loadConfig(settings, {}))
  opened.defer(() => server.close())
  const browser = await launchBrowser()
  opened.defer(() => browser.close())
  // In a context that takes other pages of the same browser.
  const page = await (await browser.newContext()).newPage()
  const cdp = await page.context().newCDPSession(page)
  await page.goto(origin)
  const baseUrl = `${server.url}/v1`
  const stack = opened.move()
  return {
    server,
    baseUrl,
    origin,
    tenantId: 'page',
    managementKey,
    sallyport: new Sallyport({ apiSecretKey: secretKey, apiUrl: baseUrl }),
    browser,
    page,
    cdp,
    async configure(method, given) {
      const response = await fetch(`${baseUrl}/management/authenticator-configurations/${method}`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${managementKey}:`)}`, 'content-type': 'application/json' },
        body: JSON.stringify(given),
      })
      assert.equal(response.status, 200, await response.text())
    },
    close: () => stack.disposeAsync(),
  }
}

/** One script for a page, made from a module whose imports are found from a folder: the root of the repository, unless another is given. */
export async function bundle(contents: string, resolveDir: string = root): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
