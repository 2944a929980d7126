import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecordTable } from './record-table.ts'

const maxBytes = 20_000
const numbersOf = (id: number) => ({ id, isStored: id % 2 === 0, head: 2 * id, asOf: 3 * id, parsedAt: id })

test('what is dirty or held is there, as it was written last, whatever came since', () => {
  const step = fc.record({
    id: fc.integer({ min: 1, max: 300 }),
    size: fc.integer({ min: 0, max: 900 }),
    isKept: fc.boolean(),
    isHeld: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 1_000 }), (steps) => {
      const table = createRecordTable(maxBytes)
      const kept = new Map<number, string | null>()
      for (const { id, size, isKept, isHeld } of steps) {
        const no = table.find(String(id)) ?? table.add(String(id))
        const text = size === 0 ? null : 'x'.repeat(size)
        table.hold(no)
        table.write(no, numbersOf(id))
        table.setText(no, text)
        table.setFacts(no, text === null ? 'facts' : null)
        if (isKept && !isHeld) table.markDirty(no, id)
        else table.markClean(no)
        if (!(isKept && isHeld)) table.release(no)
        if (isKept) kept.set(id, text)
        else kept.delete(id)
      }
      for (const [id, text] of kept) {
        const no = table.find(String(id)) ?? assert.fail(`${id} is gone`)
        assert.deepEqual([table.nameOf(no), table.textOf(no), table.factsOf(no)], [String(id), text, text === null ? 'facts' : null])
        assert.deepEqual(table.read(no), numbersOf(id))
      }
      const dirty = [...table.dirtyInOrder()].map((no) => Number(table.nameOf(no)))
      assert.equal(dirty.length, table.dirtyCount)
      assert.deepEqual(
        dirty,
        [...kept.keys()].filter((id) => table.isDirty(table.find(String(id)) as number)).sort((a, b) => a - b),
      )
    }),
    { numRuns: 30 },
  )
})

function fill(table: ReturnType<typeof createRecordTable>, count: number, text: string): void {
  for (let n = 0; n < count; n++) {
    const no = table.add(`record ${n}`)
    table.setText(no, text)
    table.release(no)
    const favourite = table.find('record 0')
    assert.notEqual(favourite, undefined, 'what is asked for all the time stays')
  }
}

test('of what may be forgotten there is no more than fits', () => {
  const table = createRecordTable(maxBytes)
  fill(table, 5_000, 'x'.repeat(100))
  const left = [...table.names()].length
  assert.ok(left * 240 <= maxBytes, `${left} are left`)
  assert.ok(left * 300 > maxBytes / 2, `${left} are left`)
})

test('a record that has grown makes room for itself', () => {
  const table = createRecordTable(maxBytes)
  fill(table, 70, 'x')
  const no = table.find('record 0') ?? assert.fail()
  table.hold(no)
  // Each time a few others are considered.
  for (let n = 0; n < 30; n++) table.setText(no, 'x'.repeat(15_000))
  assert.ok([...table.names()].length < 25)
  assert.equal(table.textOf(no)?.length, 15_000)
})
