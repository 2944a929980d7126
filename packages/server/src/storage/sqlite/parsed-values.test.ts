import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParsedValues, type ValueHolder } from './parsed-values.ts'

const holderOf = (text: string | null): ValueHolder => ({ text, parsed: undefined, parsedAt: undefined })
const create = (maxBytes = 10_000) => createParsedValues({ maxBytes, onText: () => undefined })
type Values = ReturnType<typeof create>

/** A value in use: it was needed twice. */
function inUse(values: Values, text: string): ValueHolder {
  const holder = holderOf(text)
  values.get(holder)
  values.get(holder)
  return holder
}

test('a value that is needed again soon is not parsed again, and handed out as it is until it changes', () => {
  const values = create()
  const jane = inUse(values, '{"v":1}')
  assert.equal(values.get(jane), values.get(jane))
  const next = { v: 2 }
  values.set(jane, next)
  assert.equal(values.get(jane), next)
  values.set(jane, undefined)
  assert.equal(values.get(jane), undefined)
  assert.equal(values.textOf(jane), null)
})

test('the text of a value in use is made when it is asked for, once for each value', () => {
  const values = create()
  const jane = inUse(values, '{"v":0}')
  values.set(jane, { v: 1 })
  assert.equal(jane.text, undefined)
  assert.equal(values.textOf(jane), '{"v":1}')
  assert.equal(jane.text, '{"v":1}')
  values.set(jane, { v: 2 })
  assert.equal(values.textOf(jane), '{"v":2}')
})

test('a value that comes back only after many others stays text', () => {
  const values = create(Number.MAX_SAFE_INTEGER)
  const holders = Array.from({ length: 2_000 }, () => holderOf('{"v":1}'))
  for (let turn = 0; turn < 3; turn++) for (const holder of holders) assert.equal(values.get(holder)?.v, 1)
  assert.ok(holders.every((holder) => holder.parsed === undefined))
})

test('values take no more bytes than they may: those that are not in use become texts, and none is lost', () => {
  const values = create()
  const favourite = inUse(values, '{"v":0}')
  const holders = Array.from({ length: 1000 }, () => inUse(values, '{"v":0}'))
  for (const [n, holder] of holders.entries()) {
    values.set(holder, { v: n })
    assert.deepEqual(values.get(favourite), { v: 0 })
    values.get(holder)
    values.get(holder)
  }
  const parsed = holders.filter((holder) => holder.parsed !== undefined).length
  assert.ok(parsed > 20 && parsed < 100, `${parsed} are parsed`)
  for (const [n, holder] of holders.entries()) assert.deepEqual(values.get(holder), { v: n })
})

test('a change that is taken back leaves the value that was, whether it was parsed or not', () => {
  const values = create()
  const text = holderOf('{"v":1}')
  values.set(text, { v: 2 })
  values.restore(text, undefined, '{"v":1}')
  assert.deepEqual([values.textOf(text), values.get(text)], ['{"v":1}', { v: 1 }])
  const jane = inUse(values, '{"v":1}')
  values.set(jane, { v: 2 })
  values.set(jane, { v: 3 })
  values.restore(jane, { v: 2 }, undefined)
  assert.deepEqual([values.get(jane), values.textOf(jane)], [{ v: 2 }, '{"v":2}'])
})

test('a value that grows is counted as what it has become, after eight changes at most', () => {
  const values = create(20_000)
  const holders = Array.from({ length: 5 }, () => inUse(values, '{"v":0}'))
  const long = { v: 'x'.repeat(9_000) }
  for (let change = 0; change < 8; change++) for (const holder of holders) values.set(holder, long)
  for (let other = 0; other < 3; other++) inUse(values, '{"v":0}')
  const kept = holders.filter(({ parsed }) => parsed !== undefined).length
  assert.ok(kept <= 2, `${kept} of 9 kB are kept`)
  for (const holder of holders) assert.deepEqual(values.get(holder), long)
})
