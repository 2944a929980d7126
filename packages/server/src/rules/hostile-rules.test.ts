import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const { app, asServer, asManagement, asBrowser, close } = await createTestApp()
after(close)

async function call(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, headers = asManagement) {
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const reply = await app.inject({ method, url: `/v1${path}`, headers: { ...headers, 'content-type': 'application/json' }, payload })
  return { status: reply.statusCode, body: reply.json(), text: reply.body }
}

const base = '/management/action-configurations/transfer'
before(async () => {
  await call('POST', '/management/action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' })
  await call('POST', '/management/custom-data-points', { name: 'note', dataType: 'text', modelType: 'action' })
})

let deep: unknown = true
for (let depth = 0; depth < 5000; depth += 1) deep = { '!': [deep] }
let wide: unknown = true
for (let depth = 0; depth < 12; depth += 1) wide = { and: [wide, wide, wide] }

const code = "global.process.mainModule.require('child_process').execSync('id')"
/** Conditions that would run, reach into the language, pollute it or never end, if anything were to. */
const hostile: [name: string, conditions: unknown][] = [
  ['code as text', { '==': [{ var: 'custom.note' }, code] }],
  ['code as a variable', { '==': [{ var: code }, 1] }],
  ['a template', { '==': [{ var: 'custom.note' }, `\${${code}}`] }],
  ['the constructor', { '==': [{ var: 'custom.constructor.constructor' }, 1] }],
  ['the constructor by path', { '==': [{ var: 'constructor.prototype' }, 1] }],
  ['the prototype', { '==': [{ var: 'custom.__proto__.polluted' }, 1] }],
  ['an operator that every object has', { constructor: [code] }],
  ['an operator toString', { toString: [1] }],
  ['an operator that logs', { log: [{ var: '' }] }],
  ['an operator method', { method: ['x', 'constructor', [code]] }],
  ['an unknown operator', { eval: [code] }],
  ['a variable as operator name', { '==': [{ var: { var: 'custom.note' } }, 1] }],
  ['everything', { '==': [{ var: '' }, 1] }],
  ['deep', deep],
  ['wide', wide],
  ['a long text', { '==': [{ var: 'custom.note' }, 'x'.repeat(100_000)] }],
  ['a catastrophic pattern', { regex: [{ var: 'custom.note' }, '(a+)+$'] }],
  ['a list of everything', { in: [{ var: 'custom.note' }, Array.from({ length: 100_000 }, (_, index) => String(index))] }],
]

test('A-15: no condition runs code, reaches the prototype or brings the server down, at any door', async () => {
  const rule = (conditions: unknown) => ({ name: 'r', isActive: true, priority: 0, type: 'BLOCK', conditions })
  for (const [name, conditions] of hostile) {
    const draft = { rules: [rule(conditions)] }
    for (const [method, path, body] of [
      ['POST', `${base}/rules`, rule(conditions)],
      ['PUT', `${base}/policy?dryRun=true`, { defaultUserActionResult: 'ALLOW', rules: [rule(conditions)] }],
      ['PUT', '/management/rules?dryRun=true', { actions: [{ actionCode: 'transfer', defaultUserActionResult: 'ALLOW', ...draft }] }],
      ['POST', `${base}/evaluate`, { event: { custom: { note: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' } }, draft }],
      ['POST', `${base}/tests/run`, { draft }],
      ['POST', `${base}/backtests`, { draft }],
    ] as const) {
      const { status, text } = await call(method, path, body)
      assert.ok(status < 500, `${name}: ${path} ${text.slice(0, 200)}`)
      assert.ok(!/uid=\d+/.test(text), `${name}: ${path}`)
    }
    const saved = (await call('GET', `${base}/rules`)).body as { ruleId: string }[]
    for (const { ruleId } of saved) await app.inject({ method: 'DELETE', url: `/v1${base}/rules/${ruleId}`, headers: asManagement })
    const tracked = await call('POST', '/users/u/actions/transfer', { custom: { note: code } }, asServer)
    assert.equal(tracked.status, 200, name)
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  assert.equal((Object.prototype as { polluted?: unknown }).polluted, undefined)
})

test('A-15: a body that names a prototype is refused before any rule sees it', async () => {
  for (const member of ['"__proto__":{"polluted":1}', '"\\u005f_proto__":{"polluted":1}', '"constructor":{"prototype":{"polluted":1}}']) {
    const saved = await call('POST', `${base}/rules`, `{"name":"r","isActive":true,"priority":0,"type":"BLOCK","conditions":{${member}}}`)
    assert.equal(saved.status, 400, member)
    const tracked = await call('POST', '/users/u/actions/transfer', `{"custom":{${member}}}`, asServer)
    assert.equal(tracked.status, 400, member)
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

test('A-15: only the management key reaches the routes that evaluate', async () => {
  for (const path of ['evaluate', 'tests/run', 'backtests', 'rules']) {
    for (const headers of [asServer, asBrowser, {}]) assert.equal((await call('POST', `${base}/${path}`, {}, headers as never)).status, 401)
  }
})
