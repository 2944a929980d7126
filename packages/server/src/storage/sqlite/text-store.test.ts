import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTextStore } from './text-store.ts'

/** Short ones, ones of several blocks, and ones whose characters lie across the end of a block. */
const texts = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ minLength: 100, maxLength: 700 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
)

test('a text is what was put there, whatever was put and removed since', () => {
  const steps = fc.array(fc.record({ text: texts, removed: fc.option(fc.nat({ max: 50 })) }), { maxLength: 300 })
  fc.assert(
    fc.property(steps, (all) => {
      const store = createTextStore()
      const kept: { place: number; text: string }[] = []
      for (const { text, removed } of all) {
        kept.push({ place: store.put(text), text })
        const [gone] = removed === null ? [] : kept.splice(removed % kept.length, 1)
        if (gone !== undefined) store.remove(gone.place)
        for (const each of kept) assert.equal(store.get(each.place), each.text)
      }
    }),
    { numRuns: 30 },
  )
})

test('blocks of texts that were removed serve others: memory grows with what is stored, not with what was', () => {
  const store = createTextStore()
  const places = new Set<number>()
  for (let n = 0; n < 50_000; n++) {
    const place = store.put('x'.repeat(1 + (n % 3_000)))
    places.add(place)
    store.remove(place)
  }
  assert.ok(places.size <= 24, `${places.size} places for one text at a time`)
})

test('a text larger than a part of the memory is what it was', () => {
  const store = createTextStore()
  const long = 'ä€😀'.repeat(500_000)
  const place = store.put(long)
  const other = store.put('other')
  assert.equal(store.get(place), long)
  assert.equal(store.get(other), 'other')
})
