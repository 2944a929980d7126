import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyLine, languages, pageCode, sampleCustom, serverCode } from './write-code.ts'

const what = {
  apiUrl: 'https://mfa.example.com/v1',
  tenantId: 'bank',
  action: 'transfer',
  custom: { amount: 3000, 'to-whom': "o'b", tags: ['a'], fast: true },
}

test('the code of every language has the tenant’s own address, action and data, and never the key', () => {
  for (const { value } of languages) {
    const { code } = serverCode(value, what)
    for (const part of ['https://mfa.example.com/v1', 'transfer', 'amount', 'SALLYPORT_API_SECRET_KEY', 'enroll-passkey'])
      assert.ok(code.includes(part), `${part} in ${value}`)
  }
  assert.ok(pageCode(what).code.includes("tenantId: 'bank'"))
})

test('values are written as each language writes them', () => {
  assert.ok(serverCode('node', what).code.includes(`custom: { amount: 3000, 'to-whom': 'o\\'b', tags: ['a'], fast: true }`))
  assert.ok(serverCode('python', what).code.includes(`{ "amount": 3000, "to-whom": "o'b", "tags": ["a"], "fast": True }`))
  assert.ok(serverCode('go', what).code.includes(`map[string]any{"amount": 3000, "to-whom": "o'b", "tags": []string{"a"}, "fast": true}`))
  assert.ok(serverCode('curl', what).code.includes(`"to-whom": "o'\\''b"`))
})

test('the code for Go stands as gofmt leaves it, and uses each package of the standard library that it imports', () => {
  const { code } = serverCode('go', what)
  const imports = (/import \(\n([^)]*)\)/.exec(code)?.[1] ?? '').trim().split(/\s+/)
  assert.deepEqual(imports, [...imports].sort())
  for (const name of imports) {
    const used = name.replaceAll('"', '').split('/').at(-1) ?? ''
    assert.match(code, new RegExp(`\\b${used}\\.`), name)
    assert.doesNotMatch(name, /\./, 'nothing is installed')
  }
  let depth = 0
  for (const line of code.split('\n')) {
    assert.doesNotMatch(line, /\s$/, line)
    assert.doesNotMatch(line, /^\t* /, 'tabs alone')
    const opens = line.match(/[{(]/g)?.length ?? 0
    const closes = line.match(/[})]/g)?.length ?? 0
    const indent = /^\t*/.exec(line)?.[0].length ?? 0
    if (line !== '') assert.equal(indent, /^\t*[})]/.test(line) ? depth - 1 : depth, line)
    depth += opens - closes
  }
  assert.equal(depth, 0)
})

test('declared data of events have a value, and the key is only in the line that sets it', () => {
  const point = { name: 'amount', dataType: 'number', modelType: 'action' } as const
  assert.deepEqual(sampleCustom([point, { ...point, name: 'limit', modelType: 'user' }, { ...point, name: 'big', minimum: 5000 }]), {
    amount: 3000,
    big: 5000,
  })
  assert.equal(keyLine(' '), 'export SALLYPORT_API_SECRET_KEY=your-secret-key')
  assert.equal(keyLine('abc_-1'), 'export SALLYPORT_API_SECRET_KEY=abc_-1')
  assert.equal(keyLine("a'; rm"), `export SALLYPORT_API_SECRET_KEY='a'\\''; rm'`)
})
