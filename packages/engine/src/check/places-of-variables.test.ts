import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostileCondition, standardCondition } from '../../test/arbitrary-conditions.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { variablesOf } from '../language/variables-of.ts'
import { placesOfVariables } from './places-of-variables.ts'

test('every place at which conditions read something is named as a refusal would name it', () => {
  const conditions: JsonValue = {
    or: [
      { '>': [{ var: 'custom.amount' }, 1000] },
      { '!': { var: ['device.isNew', false] } },
      { some: [{ var: 'custom.tags' }, { in: [{ var: '' }, { var: 'lists.mules' }] }] },
      { missing: ['custom.payee'] },
    ],
  }
  assert.deepEqual(placesOfVariables(conditions), [
    { name: 'custom.amount', path: "$.or[0]['>'][0].var" },
    { name: 'device.isNew', path: "$.or[1]['!'].var" },
    { name: 'custom.tags', path: '$.or[2].some[0].var' },
    { name: 'lists.mules', path: '$.or[2].some[1].in[1].var' },
    { name: 'custom.payee', path: '$.or[3].missing' },
  ])
})

test('the names are those that the rest of the engine finds', () => {
  fc.assert(
    fc.property(fc.oneof(standardCondition(), hostileCondition()), (conditions) => {
      const names = placesOfVariables(conditions).map(({ name }) => name)
      assert.deepEqual(new Set(names), new Set(variablesOf(conditions)))
    }),
    { numRuns: 2000 },
  )
})
