import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleOf, guessType } from './guess-type.ts'

test('the type is guessed from a value that arrived; what only looks like a number stays a text', () => {
  const cases: [unknown, string][] = [
    [3000, 'number'],
    ['10.50', 'number'],
    ['0049170', 'text'],
    ['GB33BUKB20201555555555', 'text'],
    [true, 'boolean'],
    [['a'], 'multiselect'],
    [undefined, 'text'],
    [{ a: 1 }, 'text'],
  ]
  for (const [value, type] of cases) assert.equal(guessType(value), type, JSON.stringify(value))
  assert.equal(exampleOf('x'.repeat(80)).length, 60)
  assert.equal(exampleOf(['a']), '["a"]')
})
