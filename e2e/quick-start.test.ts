import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import * as node from '../packages/node/src/index.ts'
import { loadConfig, type RunningServer, startServer } from '../packages/server/src/app/start-server.ts'
import { runSallyport } from '../packages/server/test/support/run-sallyport.ts'
import { launchBrowser, openDevice } from './browser.ts'

// Does what the README says under "Your own application in ten minutes", with the text of its own blocks. Only ports and keys are filled in.

const root = path.resolve(import.meta.dirname, '..')
const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
const [, section = ''] = /^## Your own application in ten minutes\n([\s\S]*?)^## /m.exec(readme) ?? []
const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }))
const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-quick-start-'))
let server: RunningServer
let pages: http.Server
let browser: Browser
let origin: string

before(async () => {
  pages = http.createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>shop</title>'))
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  const address = pages.address()
  assert.ok(typeof address === 'object' && address !== null)
  origin = `http://localhost:${address.port}`
  server = await startServer(loadConfig({ port: '0', 'data-dir': path.join(folder, 'data'), 'log-level': 'silent' }, {}))
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  pages?.close()
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

function textsOf(language: string): string[] {
  return blocks.filter((block) => block.language === language).map(({ text }) => text)
}

/** Runs the `npx sallyport` line of a block. */
async function command(text: string, env: Record<string, string> = {}): Promise<string> {
  const [, line = ''] = /^npx sallyport (.*)$/m.exec(text) ?? assert.fail(`no command in ${text}`)
  const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const given = args.map((argument) => (argument === 'http://localhost:3001' ? origin : argument))
  const { code, out, err } = await runSallyport(given, { cwd: folder, env: { SALLYPORT_API_URL: server.url, ...env } })
  assert.equal(code, 0, err)
  return out
}

const AsyncFunction = (async () => undefined).constructor as new (...texts: string[]) => (...given: unknown[]) => Promise<never>

/** Runs a block of the application's server with `given` in scope, and answers its constants of these names. */
function onServer<T>(text: string, given: Record<string, unknown>, names: string): Promise<T> {
  const body = text.replace(/^import .*$/gm, '').replaceAll('http://localhost:4000', server.url)
  return new AsyncFunction(...Object.keys(given), `${body}\nreturn { ${names} }`)(...Object.values(given))
}

test('D11: a stranger who follows the README has a tenant, rules, a first passkey and an approved transfer', async () => {
  const [create = '', imports = ''] = textsOf('sh')
  const made = await command(create)
  const find = (pattern: RegExp) => pattern.exec(made)?.[1] ?? assert.fail(`${pattern} is not in what \`tenant create\` printed`)
  const tenantId = find(/^\s*tenant id\s+(\S+)$/im)
  const secretKey = find(/^\s*secret (?:API )?key\s+(\S+)$/im)
  const managementKey = find(/^\s*management (?:API )?key\s+(\S+)$/im)

  for (const text of textsOf('yaml')) {
    const [, name = ''] = /^# (\S+)\n/.exec(text) ?? assert.fail('a file without a name')
    writeFileSync(path.join(folder, name), text)
  }
  await command(imports, { SALLYPORT_MANAGEMENT_KEY: managementKey })

  const [enrol = '', signUp = '', ask = '', signIn = '', approve = ''] = textsOf('ts')
  const { page } = await openDevice(browser)
  await page.goto(origin)
  await page.evaluate(await bundle(signUp, signIn, tenantId))

  process.env.SALLYPORT_API_SECRET_KEY = secretKey
  const request = { headers: { 'user-agent': await page.evaluate(() => navigator.userAgent) }, socket: { remoteAddress: '203.0.113.7' } }
  const scope = { ...node, userId: 'ada', request }
  type Enrolment = { sallyport: node.Sallyport; token: string }
  const { sallyport, token } = await onServer<Enrolment>(enrol, scope, 'sallyport, token')
  const { data: signedUp, errorDescription } = await inPage<{ data?: { token?: string }; errorDescription?: string }>('signUp', token)
  assert.ok(signedUp?.token !== undefined, errorDescription ?? 'no token')

  const transfer = { id: 'transfer-1', amount: 3000, recipient: 'bob' }
  const asked = await onServer<Record<string, unknown>>(ask, { ...scope, sallyport, transfer }, 'state, token, isEnrolled, warnings')
  assert.deepEqual([asked.state, asked.isEnrolled, asked.warnings], ['CHALLENGE_REQUIRED', true, undefined])
  const { data } = await inPage<{ data?: { token?: string } }>('signIn', asked.token)

  const executed: unknown[] = []
  const execute = (done: unknown) => executed.push(done)
  await onServer(approve, { ...scope, sallyport, transfer, data, execute }, 'approval')
  assert.deepEqual(executed, [transfer])

  const other = { ...transfer, amount: 9000 }
  await onServer(approve, { ...scope, sallyport, transfer: other, data, execute }, 'approval').catch(() => undefined)
  assert.deepEqual(executed, [transfer], 'the approval is for this transfer only')

  function inPage<T>(name: string, given: unknown): Promise<T> {
    return page.evaluate(
      ([called, argument]) =>
        (globalThis as unknown as Record<string, (token: unknown) => Promise<T>>)[called as string]?.(argument) as Promise<T>,
      [name, given] as const,
    )
  }
})

/** The browser's two blocks, as functions of a token. */
async function bundle(signUp: string, signIn: string, tenantId: string): Promise<string> {
  const connected = signUp.replaceAll('http://localhost:4000', server.url)
  const [, connect = ''] = /^(const sallyport = .*)$/m.exec(connected) ?? []
  const enrol = connected.replace(/^import .*$/m, '').replace(connect, '')
  const { outputFiles } = await build({
    stdin: {
      contents: `import { Sallyport } from './packages/browser/src/index.ts'
        const tenantId = ${JSON.stringify(tenantId)}
        ${connect}
        globalThis.signUp = async (token) => { ${enrol}\nreturn { data, errorDescription } }
        globalThis.signIn = async (token) => { ${signIn}\nreturn { data } }`,
      resolveDir: root,
    },
    bundle: true,
    format: 'iife',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
