import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecentRecords, type Remembered } from './recent-records.ts'

interface Thing extends Remembered {
  isHeld: boolean
  size: number
}

const maxBytes = 1000
const thing = (name: string, isHeld = false, size = 10): Thing => ({ name, isHeld, size, wasUsed: false, bytes: 0 })
const create = () => createRecentRecords<Thing>({ maxBytes, sizeOf: ({ size }) => size, forget: ({ isHeld }) => !isHeld })

test('what may not be forgotten is there, and as the one it was, whatever came since', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.boolean(), fc.integer({ min: 1, max: 50 })), { maxLength: 2000 }),
      (all) => {
        const records = create()
        const held = new Map<string, Thing>()
        for (const [number, isHeld, size] of all) {
          const name = String(number)
          if (records.get(name) !== undefined) continue
          const added = thing(name, isHeld, size)
          records.add(added)
          if (isHeld) held.set(name, added)
        }
        for (const [name, one] of held) assert.equal(records.get(name), one)
      },
    ),
  )
})

test('of what may be forgotten there is no more than fits', () => {
  const records = create()
  for (let i = 0; i < 5000; i++) records.add(thing(String(i)))
  const left = Array.from({ length: 5000 }, (_, i) => records.get(String(i))).filter((found) => found !== undefined)
  assert.ok(left.length * 10 <= maxBytes, `${left.length} are left`)
  assert.ok(left.length * 10 > maxBytes / 2, `${left.length} are left`)
})

test('what is asked for all the time stays', () => {
  const records = create()
  const favourite = thing('favourite')
  records.add(favourite)
  for (let i = 0; i < 5000; i++) {
    records.add(thing(String(i)))
    assert.equal(records.get('favourite'), favourite)
  }
})

test('a thing that has grown makes room for itself', () => {
  const records = create()
  const all = Array.from({ length: 100 }, (_, i) => thing(String(i)))
  for (const one of all) records.add(one)
  const grown = all[0] ?? assert.fail()
  grown.isHeld = true
  grown.size = 900
  // Each count considers a few others.
  for (let i = 0; i < 30; i++) records.recount(grown)
  const others = Array.from({ length: 100 }, (_, i) => records.get(String(i))).filter((found) => found !== undefined && found !== grown)
  assert.equal(records.get('0'), grown)
  assert.ok(others.length <= 10, `${others.length} others are left`)
})
