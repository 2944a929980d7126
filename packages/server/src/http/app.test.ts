import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from './test-app.ts'

const { app, asServer, asManagement, asBrowser, close } = await createTestApp()
after(close)

test('TRAP-12: a path that does not exist is 401 with a bad key and 404 with a good one', async () => {
  for (const url of ['/v1/users/u/actions/a/', '/v1/nothing', '/v1/%zz', '/v1']) {
    const refused = await app.inject({ url, headers: { authorization: `Basic ${Buffer.from('bad:').toString('base64')}` } })
    assert.equal(refused.statusCode, 401, url)
    const missing = await app.inject({ url, headers: asServer })
    console.log(url, refused.headers['content-type'], refused.body, missing.statusCode, missing.body)
  }
  for (const url of ['/v1/management/nothing'])
    console.log((await app.inject({ url, headers: asManagement })).body, (await app.inject({ url, headers: asServer })).body)
  for (const url of ['/v1/client/nothing'])
    console.log((await app.inject({ url, headers: asBrowser })).body, (await app.inject({ url, headers: asServer })).body)
  for (const url of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/docs/']) {
    const r = await app.inject({ url })
    console.log(url, r.statusCode, r.headers, r.body.slice(0, 300))
  }
})
