import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { presentAssignment, signalsOf, standardCondition } from '../../test/arbitrary-conditions.ts'
import { conditionsContext as context } from '../../test/conditions-context.ts'
import { compileCondition } from '../language/compile-condition.ts'
import { FAILS, HOLDS } from '../language/truth.ts'
import { canAllBe, createSearch } from './satisfiability.ts'

const numRuns = process.env.FUZZ === '1' ? 100_000 : 1_000

test('what is said never to hold, or always, does so for every value', () => {
  let impossible = 0
  fc.assert(
    fc.property(standardCondition(), presentAssignment(), (conditions, assignment) => {
      // Counts and codes have ranges that the generated values do not keep to.
      const realistic = { ...assignment, 'velocity.actions1h': 3, 'ip.asn': 7 }
      const truth = compileCondition(conditions, new Map())(signalsOf(realistic), undefined)
      const canHold = canAllBe([{ logic: conditions, wanted: true }], createSearch(context))
      const canFail = canAllBe([{ logic: conditions, wanted: false }], createSearch(context))
      if (!canHold) {
        impossible++
        assert.notEqual(truth, HOLDS)
      }
      if (!canFail) assert.notEqual(truth, FAILS)
    }),
    { numRuns },
  )
  assert.ok(impossible > 0)
})
