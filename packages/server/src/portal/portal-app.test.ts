import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import Fastify from 'fastify'
import type { App } from '../http/app-type.ts'
import { toErrorReply } from '../http/error-reply.ts'
import { portalApp } from './portal-app.ts'

function open(t: TestContext, files: Record<string, string | Buffer>): App {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-built-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'assets'))
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  const app = Fastify() as unknown as App
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = toErrorReply(error, request.id)
    return reply.code(status).send(body)
  })
  app.register(async (scope) => portalApp(scope as unknown as App, folder), { prefix: '/portal' })
  return app
}

test('AD-04: every path that is no file is the page, with a nonce of its own and a policy that names nobody else', async (t) => {
  const app = open(t, { 'index.html': '<meta nonce="{{nonce}}">' })
  const nonces = new Set<string>()
  for (const url of ['/portal/', '/portal/events', '/portal/events/a/b/c?x=1']) {
    const { statusCode, headers, body } = await app.inject(url)
    assert.equal(statusCode, 200)
    const [, nonce = ''] = /^<meta nonce="([\w+/=]{24})">$/.exec(body) ?? assert.fail(body)
    nonces.add(nonce)
    assert.equal(
      headers['content-security-policy'],
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    assert.equal(headers['cache-control'], 'no-store')
  }
  assert.equal(nonces.size, 3)
})

test('a file of the build is kept for ever, and goes out packed to whoever takes that', async (t) => {
  const app = open(t, { 'assets/a-1x.js': 'plain', 'assets/a-1x.js.gz': gzipSync('plain') })
  const plain = await app.inject('/portal/assets/a-1x.js')
  assert.deepEqual([plain.body, plain.headers['content-encoding']], ['plain', undefined])
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable')
  const packed = await app.inject({ url: '/portal/assets/a-1x.js', headers: { 'accept-encoding': 'br, gzip' } })
  assert.equal(packed.headers['content-encoding'], undefined, 'there is no `.br` here')
  const gzip = await app.inject({ url: '/portal/assets/a-1x.js', headers: { 'accept-encoding': 'gzip, br;q=0' } })
  assert.deepEqual([gzip.headers['content-encoding'], gzip.rawPayload], ['gzip', gzipSync('plain')])
})

test('nothing outside the build can be read', async (t) => {
  const app = open(t, { 'index.html': 'page', 'assets/a.js': 'x' })
  for (const name of ['..%2Findex.html', '%2e%2e/index.html', 'none.js', 'a.js.map', '..%5Cindex.html', 'a%00.js', '.hidden.js', '']) {
    const { statusCode, body } = await app.inject(`/portal/assets/${name}`)
    if (name === '%2e%2e/index.html') assert.equal(body, 'page', 'the path is that of a page')
    else assert.equal(statusCode, 404, name)
  }
})

test('a portal that was not built says how to build it', async (t) => {
  const { statusCode, body } = await open(t, {}).inject('/portal/')
  assert.equal(statusCode, 200)
  assert.match(body, /not built yet: run <code>npm run portal<\/code>/)
})
