import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { createBoundedCounter } from './bounded-counter.ts'

test('D6: labels that tenants choose are bounded: what comes after the first combinations is counted together', async () => {
  const register = new Registry()
  const counter = createBoundedCounter({ name: 'c', help: 'h', labelNames: ['tenant', 'code'], register, mostSeries: 2 })
  for (const tenant of ['a', 'b', 'c', 'd', 'a', 'c']) counter.add([tenant, 'x'])
  const lines = (await register.metrics()).split('\n').filter((line) => line.startsWith('c{'))
  assert.deepEqual(lines, ['c{tenant="a",code="x"} 2', 'c{tenant="b",code="x"} 1', 'c{tenant="other",code="other"} 3'])
})
