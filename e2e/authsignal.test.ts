import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { testArticle } from './article-scenarios.ts'

// The article's packages, unchanged from npm, with our URL. The demo calls `signIn` with the action, as the article does.
const article = testArticle('authsignal')

/** The part of the package's page script that these tests use. */
interface PageGlobals {
  authsignal: {
    Authsignal: new (options: {
      tenantId: string
      baseUrl: string
    }) => { passkey: { signIn(options: { token: string }): Promise<{ data?: { token?: string } }> } }
  }
}

const script = path.resolve(import.meta.dirname, '../node_modules/@authsignal/browser/dist/index.min.js')

test("the page runs on the article's packages", async () => {
  const { page } = article.ada
  assert.equal(await page.getByText('here through the packages of the article').isVisible(), true)
  const cookies = await page.context().cookies()
  assert.ok(cookies.some(({ name }) => name === '__as_aid'))
  assert.ok(!cookies.some(({ name }) => name === '__sp_did'))
})

test("signIn of the article's package approves the tracked payment when it is given the token", async () => {
  const { bank, ada } = article
  const balance = await ada.balance()
  await ada.connectFrom('Tor')
  const { body: tracked } = await ada.post('/api/passkey/verify-transaction', { recipient: 'ada-sam', amount: 60 })
  assert.equal(tracked.outcome, 'challenge')

  await ada.page.addScriptTag({ path: script })
  const token = await ada.page.evaluate(
    async ({ tenantId, apiUrl, token }) => {
      const { Authsignal } = (globalThis as unknown as PageGlobals).authsignal
      const result = await new Authsignal({ tenantId, baseUrl: apiUrl }).passkey.signIn({ token })
      return result.data?.token
    },
    { tenantId: bank.tenantId, apiUrl: bank.apiUrl, token: tracked.token },
  )
  const transferId = tracked.transfer.id
  const { state } = await bank.sallyport.getAction({ userId: 'ada', action: 'adaptive-mfa-transfer', idempotencyKey: transferId })
  assert.equal(state, 'CHALLENGE_SUCCEEDED')
  assert.equal((await ada.post('/api/passkey/validate', { token, transferId })).status, 200)
  assert.equal(await ada.balance(), balance - 6000)
})

test('a sign-in for the action approves one payment, once, and none that was made after it', async () => {
  const { ada } = article
  const balance = await ada.balance()
  const sent = ada.page.waitForRequest('**/api/passkey/validate')
  assert.equal(await ada.send(20), 'challenge')
  assert.equal(await ada.confirm(), 'executed')
  const { token, transferId } = (await sent).postDataJSON()
  assert.equal((await ada.post('/api/passkey/validate', { token, transferId })).status, 403)

  const { body: later } = await ada.post('/api/passkey/verify-transaction', { recipient: 'ada-sam', amount: 60 })
  assert.equal((await ada.post('/api/passkey/validate', { token, transferId: later.transfer.id })).status, 403)
  assert.equal(await ada.balance(), balance - 2000)
})
