import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validateConditions } from '@sallyport/engine/check'
import { ruleTemplates } from './rule-templates.ts'

for (const { id, dataPoints, rule } of ruleTemplates) {
  test(`the template ${id} can be saved as it is, once its data points are declared`, () => {
    const declared = new Map(dataPoints.map((point) => [point.name, point]))
    const context = { lists: new Map(), dataPoints: declared, features: [] } as unknown as Parameters<typeof validateConditions>[1]
    assert.deepEqual(validateConditions(rule.conditions as Parameters<typeof validateConditions>[0], context), [])
  })
}
