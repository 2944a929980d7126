import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '@sallyport/engine/facts'
import fc from 'fast-check'
import { hostileCondition, standardCondition } from '../../../../packages/engine/test/arbitrary-conditions.ts'
import { jsonLogicCases } from '../../../../packages/engine/test/json-logic-cases.ts'
import { insertPart, negatePart, removePart, setSignal } from './edit-tree.ts'
import { formatJson } from './format-json.ts'
import { isWithin, type Path, replaceAt, valueAt } from './json-place.ts'
import { parseJson } from './parse-json.ts'
import type { Operand } from './read-operand.ts'
import { nodesOf, readTree, type TreeNode } from './read-tree.ts'

const suite = Object.values(jsonLogicCases).flatMap((cases) => cases.map(([logic]) => logic))
const ours: JsonValue[] = [
  { '<': [2000, { var: 'custom.amount' }] },
  { and: { '!': { var: ['ip.isTrusted'] } } },
  { '!': { '!': [{ or: [{ '!!': { var: 'device.isNew' } }, { soundsLike: [{ var: 'user.email' }, 'bob'] }] }] } },
  { '>': [{ var: 'custom.amount' }, { '*': [0.5, { var: 'user.custom.balance' }] }] },
  { or: [{ inCidr: [{ var: 'ip.address' }, '10.0.0.0/8'] }, { in: [{ var: 'ip.countryCode' }, { var: 'lists.blocked' }] }] },
  { and: [{ '<=': [1, { var: 'time.hour' }, 5] }, { var: ['custom.gift', false] }, {}, [], null, { b: 1, a: 2 }] },
  JSON.parse('{"and":[{"__proto__":[{"var":"x"}]},{"==":[{"var":"x"},-0.0]}]}') as JsonValue,
]

function operandsOf(node: TreeNode): Operand[] {
  return node.kind === 'condition' ? [node.subject, ...node.values].flatMap(withParts) : []
}

function withParts(operand: Operand): Operand[] {
  return operand.kind === 'arithmetic' ? [operand, ...operand.parts.flatMap(withParts)] : [operand]
}

/** The paths of everything that is no array and no object with something in it. */
function leavesOf(json: JsonValue, path: Path = []): Path[] {
  if (typeof json !== 'object' || json === null) return [path]
  const entries: [string | number, JsonValue][] = Array.isArray(json) ? [...json.entries()] : Object.entries(json)
  return entries.length === 0 ? [path] : entries.flatMap(([step, part]) => leavesOf(part, [...path, step]))
}

function assertLossless(conditions: JsonValue): void {
  const text = JSON.stringify(conditions)
  const root = readTree(conditions)
  if (root === undefined) return
  const nodes = [...nodesOf(root)]
  const operands = nodes.flatMap(operandsOf)
  for (const { path } of [...nodes, ...operands]) {
    const part = valueAt(conditions, path)
    assert.notEqual(part, undefined, text)
    assert.equal(JSON.stringify(replaceAt(conditions, path, part as JsonValue)), text, 'what is put back is as it was')
  }
  const drawn = [
    ...nodes.filter(({ kind }) => kind === 'json').map(({ path }) => path),
    ...operands.filter(({ kind }) => kind !== 'arithmetic').map(({ path }) => path),
    // A group without parts is drawn as such.
    ...nodes.flatMap((node) => (node.kind === 'group' && node.children.length === 0 ? [node.core] : [])),
  ]
  for (const leaf of leavesOf(conditions))
    assert.ok(
      drawn.some((path) => isWithin(leaf, path)),
      `${JSON.stringify(leaf)} of ${text} is drawn`,
    )
  for (const operand of operands) {
    const written = valueAt(conditions, operand.path)
    if (operand.kind === 'number' || operand.kind === 'text' || operand.kind === 'boolean') assert.equal(operand.value, written)
    if (operand.kind === 'values') assert.deepEqual(operand.values, written)
    if (operand.kind === 'signal') assert.deepEqual(setSignal(conditions, operand.path, operand.name), conditions)
  }
  for (const node of nodes) {
    if (node.kind === 'json') assert.equal(JSON.stringify(node.logic), JSON.stringify(valueAt(conditions, node.path)))
    const negated = valueAt(negatePart(conditions, node), node.path) as JsonValue
    const isUndone = node.kind === 'not' || (node.kind !== 'json' && node.isNegated)
    const [inner, outer] = isUndone ? [negated, valueAt(conditions, node.path)] : [valueAt(conditions, node.path), negated]
    assert.ok([{ '!': [inner] }, { '!': inner }].some((made) => JSON.stringify(made) === JSON.stringify(outer)))
  }
}

test('what is loaded and saved is the same to the last byte: every case of the public JsonLogic suite', () => {
  assert.ok(suite.length > 150)
  for (const conditions of [...suite, ...ours]) assertLossless(conditions)
})

test('what is loaded and saved is the same to the last byte: any conditions, honest or hostile', () => {
  fc.assert(fc.property(fc.oneof(standardCondition(), hostileCondition()), assertLossless), { numRuns: 2000 })
})

test('a part that is added and taken away again leaves nothing behind', () => {
  const part: JsonValue = { '==': [{ var: 'device.isNew' }, true] }
  fc.assert(
    fc.property(standardCondition(), (conditions) => {
      const root = readTree(conditions)
      for (const node of root === undefined ? [] : nodesOf(root)) {
        if (node.kind !== 'group' || node.children.length === 0 || !Array.isArray(valueAt(conditions, [...node.core, node.operator])))
          continue
        const added = insertPart(conditions, part, node)
        assert.deepEqual(valueAt(added.conditions, added.path), part)
        assert.equal(JSON.stringify(removePart(added.conditions, added.path)), JSON.stringify(conditions))
      }
    }),
  )
})

test('JSON that is written out and read again is the same, and each part has its place in the text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), standardCondition(), hostileCondition()), fc.integer({ min: 8, max: 80 }), (any, width) => {
      const value = JSON.parse(JSON.stringify(any ?? null)) as JsonValue
      const text = formatJson(value, width)
      const parsed = parseJson(text)
      assert.equal(JSON.stringify(parsed?.value), JSON.stringify(value))
      for (const path of leavesOf(value)) {
        const span = parsed?.spans.get(JSON.stringify(path))
        assert.ok(span, JSON.stringify(path))
        assert.equal(JSON.stringify(JSON.parse(text.slice(span.from, span.to))), JSON.stringify(valueAt(value, path)))
      }
    }),
    { numRuns: 500 },
  )
})

test('JSON that would lose something on the way says so', () => {
  const lossesOf = (text: string) => parseJson(text)?.losses.map(({ from, to }) => text.slice(from, to))
  assert.deepEqual(lossesOf('[2000.0, 2e3, 0.10, -0.5, 1e-7, 12345678]'), [])
  assert.deepEqual(lossesOf('[12345678901234567890, 1e400]'), ['12345678901234567890', '1e400'])
  assert.deepEqual(lossesOf('{ "and": [], "and": [1] }'), ['"and"'])
  assert.equal(parseJson('{ and: [] }'), undefined)
})
