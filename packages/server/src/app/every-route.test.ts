import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fillTenant, secretText } from '../../test/fuzz/fuzz-world.ts'
import { allowedValue, type GenerateDeps, oddValue, spoiled } from '../../test/fuzz/generate-value.ts'
import { allows, type JsonSchema, type Schemas } from '../../test/fuzz/json-schema.ts'
import { createRandom, type Random } from '../../test/fuzz/random.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { errorBody } from '../http/error-reply.ts'
import { readDecimal } from '../http/read-decimal.ts'

// SALLYPORT_TEST_FUZZ_SEED chooses the requests, SALLYPORT_TEST_FUZZ_SECONDS lets it take a time instead of a number of them. `npm run fuzz` sets both and looks
// for what is new; without them the requests are always the same, so that a change fails for what it changed.
const seed = Number(process.env.SALLYPORT_TEST_FUZZ_SEED ?? 7)
const isPostgres = process.env.SALLYPORT_TEST_STORE === 'postgres'
const seconds = process.env.SALLYPORT_TEST_FUZZ_SECONDS
const requestsOfRoute = isPostgres ? 10 : 20

const server = await createTestApp()
const { app, asServer, asManagement, asBrowser, withToken, logged, addTenant, close } = server
after(close)

interface Parameter {
  in: 'path' | 'query'
  name: string
  required?: boolean
  schema: JsonSchema
}
interface Operation {
  requestBody?: { content: { 'application/json': { schema: JsonSchema } } }
  parameters?: Parameter[]
}
interface ApiDescription {
  paths: Record<string, Record<string, Operation | undefined>>
  components: { schemas: Schemas }
}

const document: ApiDescription = (await app.inject('/openapi.json')).json()
const { schemas } = document.components
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
type Method = (typeof methods)[number]

const routes = Object.entries(document.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const { requestBody, parameters = [] } = item[method] ?? {}
    const body = requestBody?.content['application/json'].schema
    return item[method] === undefined || !path.startsWith('/v1/') ? [] : [{ method, path, body, parameters }]
  }),
)
type Route = (typeof routes)[number]

interface Sent {
  method: Method
  url: string
  headers: Record<string, string>
  payload?: string | Buffer
}

interface Expected {
  /** What the status must be; absent: anything but a fault. */
  status?: (status: number) => boolean
  /** The document allows the request, so it is not refused for its form. */
  isAllowed?: boolean
}

/** An export is the one answer that is a file. */
const exportedTypes = /^(application\/x-ndjson|text\/csv; charset=utf-8)$/

/** How a refused schema is worded, which the document describes too. Semantic refusals have words of their own. */
const refusedForItsForm =
  /is missing: it|must be (a text|a number|a whole number|an object|a list|`true` or `false`|one of|at (least|most) \d)|unknown fields? `|is (longer|shorter) than \d+ characters|has (more|fewer) than \d+ entries/

test('RE-10: no request to any route is answered with a fault, every refusal has its shape, and the document says what is accepted', async (t) => {
  t.diagnostic(`SALLYPORT_TEST_FUZZ_SEED=${seed} repeats this run`)
  const other = await addTenant()
  const endsAt = performance.now() + Number(seconds) * 1000
  const passed = new Set<Route>()
  const findings = new Map<string, string>()
  let world = await fillTenant(server)
  let count = 0
  while (seconds === undefined ? count < requestsOfRoute * routes.length : performance.now() < endsAt) {
    if (count % 200 === 199) world = await fillTenant(server)
    const random = createRandom(seed + count)
    // Every route in turn, so that a short run reaches all of them.
    const route = routes[count % routes.length] ?? assert.fail()
    count += 1
    const make = random.pick([allowed, allowed, spoiledBody, spoiledBody, spoiledUrl, bytes, otherMethod, otherCredential, otherTenant])
    const { sent, expected } = make({ random, schemas, known: world.known }, route)
    try {
      await check(sent, expected, `request ${count}, ${make.name}`)
    } catch (error) {
      // One finding of each kind for each route, so that one run shows all that is wrong.
      findings.set(`${route.method} ${route.path} ${make.name}`, error instanceof Error ? error.message : String(error))
    }
  }
  assert.deepEqual([...findings.values()], [], `SALLYPORT_TEST_FUZZ_SEED=${seed} repeats this run`)
  assert.ok(count >= routes.length, 'every route was reached')
  t.diagnostic(`${count} requests; ${passed.size} of ${routes.length} routes accepted some`)

  async function check(sent: Sent, expected: Expected, name: string): Promise<void> {
    const response = await app.inject({ ...sent, method: sent.method.toUpperCase() as 'GET' })
    const { statusCode: status, body } = response
    const seen = `${name}: ${sent.method} ${sent.url} ${String(sent.payload ?? '').slice(0, 600)} -> ${status} ${body.slice(0, 400)}`
    // A busy machine may have no connection to PostgreSQL to spare.
    if (isPostgres && status === 503) return
    assert.ok(status < 500, `${seen}\n${lastFault()}`)
    const isFile = status === 200 && sent.url.startsWith('/v1/management/events/export')
    if (status !== 204) assert.match(String(response.headers['content-type']), isFile ? exportedTypes : /^application\/json$/, seen)
    if (status >= 400) errorBody.parse(response.json())
    else {
      passed.add(routes[(count - 1) % routes.length] ?? assert.fail())
      if (sent.url.startsWith('/v1/client/'))
        assert.ok(!Object.hasOwn(response.json(), 'error'), `a browser takes \`error\` for a refusal: ${seen}`)
    }
    assert.ok(expected.status?.(status) ?? true, seen)
    if (expected.isAllowed && status === 400) assert.doesNotMatch(response.json().errorDescription, refusedForItsForm, seen)
    if (sent.headers.authorization === other.asServer.authorization || sent.headers.authorization === other.asManagement.authorization) {
      assert.ok(!body.includes(secretText), `another tenant's data: ${seen}`)
    }
  }

  function allowed(deps: GenerateDeps, route: Route): { sent: Sent; expected: Expected } {
    const body = route.body && allowedValue(deps, route.body)
    return { sent: toSent(deps, route, body), expected: { isAllowed: true } }
  }

  function spoiledBody(deps: GenerateDeps, route: Route): { sent: Sent; expected: Expected } {
    if (route.body === undefined) return spoiledUrl(deps, route)
    let body = spoiled(deps.random, allowedValue(deps, route.body))
    if (deps.random.chance(0.3)) body = spoiled(deps.random, body)
    // Without a body, and with `null`, a request is an empty object.
    const isAllowed = allows(route.body, JSON.parse(JSON.stringify(body ?? {})), schemas)
    return { sent: toSent(deps, route, body), expected: isAllowed ? {} : { status: (status) => status >= 400 } }
  }

  function spoiledUrl(deps: GenerateDeps, route: Route): { sent: Sent; expected: Expected } {
    const { random } = deps
    const values = new Map(route.parameters.map((parameter) => [parameter.name, textOf(deps, parameter)]))
    const { name, schema } = route.parameters.length === 0 ? { name: 'x', schema: {} } : random.pick(route.parameters)
    const odd = oddValue(random)
    const text = (typeof odd === 'string' ? odd : JSON.stringify(odd)).toWellFormed()
    values.set(name, text)
    const isAllowed = allows(schema, schema.type === 'integer' || schema.type === 'number' ? (readDecimal(text) ?? text) : text, schemas)
    const sent = { ...toSent(deps, route, route.body && allowedValue(deps, route.body)), url: urlOf(route, values) }
    return { sent, expected: isAllowed || text === '' ? {} : { status: (status) => status >= 400 } }
  }

  /** Half bodies, bytes that are no text, texts that are no JSON, and JSON that readers disagree about. */
  function bytes(deps: GenerateDeps, route: Route): { sent: Sent; expected: Expected } {
    const { random } = deps
    const sent = toSent(deps, route, route.body && allowedValue(deps, route.body))
    if (route.method === 'get') return { sent, expected: {} }
    const whole = Buffer.from(sent.payload ?? '{}')
    const headers: Record<string, string> = { ...sent.headers, 'content-type': 'application/json' }
    // The user of a token may have been erased on the way.
    const isToken = sent.headers.authorization === withToken(world.token).authorization
    const refused = { status: (status: number) => [400, 404, 413, 415].includes(status) || (isToken && status === 401) }
    const payload = random.pick<Buffer>([
      whole.subarray(0, 1 + random.integer(Math.max(1, whole.length - 1))),
      Buffer.concat([whole, Buffer.from([random.integer(128) + 128])]),
      Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xc3, 0x28, random.integer(256)]), Buffer.from('"}')]),
      Buffer.from(Array.from({ length: 1 + random.integer(40) }, () => random.integer(256))),
      Buffer.from('{"custom":{"x":40817810099910004312},"x":1e999}'),
      Buffer.from('{"x":1,"x":2}'),
      Buffer.from(`${'{"x":['.repeat(3000)}1`),
      Buffer.from('x'.repeat(300_000)),
    ])
    if (random.chance(0.1))
      return { sent: { ...sent, headers: { ...headers, 'content-encoding': 'gzip' }, payload: whole }, expected: refused }
    if (random.chance(0.1))
      return { sent: { ...sent, headers: { ...headers, 'content-type': 'text/plain' }, payload: whole }, expected: refused }
    return { sent: { ...sent, headers, payload }, expected: isObject(payload) ? {} : refused }
  }

  function otherMethod(deps: GenerateDeps, route: Route): { sent: Sent; expected: Expected } {
    const there = document.paths[route.path] ?? {}
    const missing = methods.filter((method) => there[method] === undefined)
    const sent = toSent(deps, route, undefined)
    if (missing.length === 0) return { sent, expected: {} }
    // The path may also be that of a route whose last segment is a parameter.
    return { sent: { ...sent, method: deps.random.pick(missing) }, expected: {} }
  }

  function otherCredential(deps: GenerateDeps, route: Route): { sent: Sent; expected: Expected } {
    const { random } = deps
    const sent = toSent(deps, route, route.body && allowedValue(deps, route.body))
    const own = route.path.startsWith('/v1/management/') ? asManagement : asServer
    const strangers = [{}, asManagement, asServer, { authorization: 'Basic !!!' }, { authorization: `Bearer ${world.token.slice(0, -2)}` }]
    const headers: Record<string, string> = random.pick(strangers.filter((headers) => headers !== own))
    const isClient = route.path.startsWith('/v1/client/')
    return {
      sent: { ...sent, headers: { 'content-type': 'application/json', ...headers } },
      expected: isPublic(route.path) ? {} : { status: (status) => status === 401 || (isClient && status === 400) },
    }
  }

  function otherTenant(deps: GenerateDeps, route: Route): { sent: Sent; expected: Expected } {
    const sent = toSent(deps, route, route.body && allowedValue({ ...deps, known: {} }, route.body))
    if (route.path.startsWith('/v1/client/')) return { sent, expected: {} }
    const { authorization } = route.path.startsWith('/v1/management/') ? other.asManagement : other.asServer
    return { sent: { ...sent, headers: { ...sent.headers, authorization: String(authorization) } }, expected: {} }
  }

  function toSent(deps: GenerateDeps, route: Route, body: unknown): Sent {
    const values = new Map<string, string>()
    for (const parameter of route.parameters) {
      if (parameter.in === 'path' || parameter.required || deps.random.chance(0.3)) values.set(parameter.name, textOf(deps, parameter))
    }
    const headers = { ...credentialFor(route.path, deps.random) }
    if (route.method === 'get' || body === undefined) return { method: route.method, url: urlOf(route, values), headers }
    headers['content-type'] = 'application/json'
    return { method: route.method, url: urlOf(route, values), headers, payload: JSON.stringify(body) }
  }

  function credentialFor(path: string, random: Random): Record<string, string> {
    if (path.startsWith('/v1/management/')) return asManagement
    if (!path.startsWith('/v1/client/')) return asServer
    return random.chance(0.5) ? asBrowser : withToken(world.token)
  }
})

/** A value of a parameter that the document allows, as text. */
function textOf(deps: GenerateDeps, { name, schema }: Parameter): string {
  const value = allowedValue(deps, schema, name)
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  // An empty segment is another path.
  return text === '' || text === '.' || text === '..' ? 'x' : text
}

function urlOf(route: Route, values: ReadonlyMap<string, string>): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent((values.get(name) ?? 'x').toWellFormed()))
  const query = [...values]
    .filter(([name]) => !route.path.includes(`{${name}}`))
    .map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`)
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

/** No credential is asked for. */
function isPublic(path: string): boolean {
  return path.startsWith('/v1/client/public/')
}

function isObject(payload: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return typeof value === 'object' && !payload.toString('utf8').includes('"x":')
  } catch {
    return false
  }
}

function lastFault(): string | undefined {
  return logged()
    .trim()
    .split('\n')
    .filter((line) => line.includes('failed'))
    .at(-1)
}
