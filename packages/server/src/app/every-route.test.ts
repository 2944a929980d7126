import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { createTestApp } from '../../test/support/test-app.ts'
import { errorBody } from '../http/error-reply.ts'
import { issueToken } from '../tokens/challenge-token.ts'

const { app, deps, tenant, asServer, asManagement, asBrowser, withToken, logged, close } = await createTestApp()
after(close)

const document: { paths?: Record<string, Record<string, Operation | undefined>> } = (await app.inject('/openapi.json')).json()
interface Operation {
  requestBody?: unknown
  parameters?: unknown
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
const routes = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item?.[method]
    return operation === undefined ? [] : [{ method, path, fields: fieldsOf(operation) }]
  }),
)

/** The members and query parameters of a route. Random requests that use these names get further. */
function fieldsOf(operation: Operation): string[] {
  const text = JSON.stringify([operation.requestBody, operation.parameters])
  return [...new Set([...text.matchAll(/"([a-zA-Z]{2,40})":\{/g), ...text.matchAll(/"name":"(\w+)"/g)].map((match) => match[1] ?? ''))]
}

const odd = fc.constantFrom<unknown>(
  null,
  '',
  ' ',
  0,
  -1,
  1e308,
  1.5,
  true,
  [],
  {},
  [null],
  '__proto__',
  'constructor',
  "' OR 1=1--",
  'a\u0000b',
  '\ud800',
  '%00',
  '../..',
  'x'.repeat(10_000),
  '<img onerror=alert(1)>',
  '１２３',
  '9007199254740993',
  'PASSKEY',
  'ALLOW',
  'CHALLENGE',
  '8.8.8.8',
  '2026-01-01T00:00:00Z',
)
const value = fc.oneof({ weight: 3, arbitrary: odd }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) })
const segment = fc.oneof(
  fc.constantFrom('u', 'transfer', 'passkey', '__proto__', 'constructor', "' OR 1=1--", '\u0000', '.', '..', '%'),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
)

/** A credential for each API; the client API also takes a token. */
async function credentialsFor(path: string): Promise<Record<string, string>[]> {
  if (path.startsWith('/v1/management/')) return [asManagement]
  if (!path.startsWith('/v1/client/')) return [asServer]
  const known = (await deps.tenants.find(tenant.tenantId)) ?? assert.fail()
  const tracked = await app.inject({ method: 'POST', url: '/v1/users/u/actions/a', headers: asServer, payload: { idempotencyKey: 'k' } })
  assert.equal(tracked.statusCode, 200)
  const instance = await deps.store.findInstance({ tenantId: tenant.tenantId, userId: 'u', action: 'a', idempotencyKey: 'k' })
  const input = {
    kind: 'challenge',
    userId: 'u',
    actionCode: 'a',
    idempotencyKey: 'k',
    scope: 'add:authenticators',
    jti: 'j',
    at: deps.clock(),
    basis: { createdAt: instance?.createdAt ?? 0, state: 'ALLOW', isEnrolled: false },
  } as const
  return [asBrowser, withToken(issueToken(known, deps.config.issuer, input))]
}

test('RE-10: no request to any route is answered with a fault, and every refusal has its shape', async () => {
  for (const { method, path, fields } of routes) {
    if (!path.startsWith('/v1/')) continue
    const credentials = await credentialsFor(path)
    const request = fc.record({
      segments: fc.array(segment, { minLength: 6, maxLength: 6 }),
      body: fc.oneof(
        { weight: 6, arbitrary: fc.dictionary(fc.constantFrom('x', ...fields), value, { maxKeys: 8 }) },
        { weight: 1, arbitrary: value },
      ),
      query: fc.dictionary(fc.constantFrom('x', ...fields), fc.string({ maxLength: 20 }), { maxKeys: 3 }),
      headers: fc.constantFrom(...credentials),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ segments, body, query, headers }) => {
        let index = 0
        const url = path.replace(/\{\w+\}/g, () => encodeURIComponent((segments[index++] ?? 'x').toWellFormed()))
        const response = await app.inject({
          method: method.toUpperCase() as 'GET',
          url,
          query,
          headers: { ...headers, ...(method !== 'get' && { 'content-type': 'application/json' }) },
          ...(method !== 'get' && { payload: JSON.stringify(body) }),
        })
        const seen = `${method} ${url} ${JSON.stringify(body).slice(0, 300)} -> ${response.statusCode} ${response.body.slice(0, 300)}`
        assert.ok(
          response.statusCode < 500,
          `${seen}\n${logged()
            .trim()
            .split('\n')
            .filter((line) => line.includes('failed'))
            .at(-1)}`,
        )
        assert.equal(response.headers['content-type'], 'application/json', seen)
        if (response.statusCode >= 400) errorBody.parse(response.json())
        else if (path.startsWith('/v1/client/'))
          assert.ok(!Object.hasOwn(response.json(), 'error'), 'a browser takes `error` for a refusal')
      }),
      { numRuns: 15, seed: 1 },
    )
  }
})
