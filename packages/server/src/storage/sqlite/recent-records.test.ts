import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecentRecords, type Remembered } from './recent-records.ts'

interface Thing extends Remembered {
  isHeld: boolean
  size: number
  isForgotten: boolean
}

const maxBytes = 1000
const thing = (isHeld = false, size = 10): Thing => ({ isHeld, size, isForgotten: false, wasUsed: false, bytes: 0 })
const things = (count: number) => Array.from({ length: count }, () => thing())
const create = () =>
  createRecentRecords<Thing>({
    maxBytes,
    sizeOf: ({ size }) => size,
    forget(one) {
      one.isForgotten = !one.isHeld
      return one.isForgotten
    },
  })

test('what has to stay stays, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 50 })), { maxLength: 2000 }), (all) => {
      const records = create()
      const added = all.map(([isHeld, size]) => thing(isHeld, size))
      for (const one of added) records.add(one)
      assert.ok(added.every(({ isHeld, isForgotten }) => !(isHeld && isForgotten)))
    }),
  )
})

test('of what may be forgotten there is no more than fits, and not much less', () => {
  const records = create()
  const all = things(5000)
  for (const one of all) records.add(one)
  const left = all.filter(({ isForgotten }) => !isForgotten)
  assert.ok(left.length * 10 <= maxBytes, `${left.length} are left`)
  assert.ok(left.length * 10 > maxBytes / 2, `${left.length} are left`)
})

test('what is used all the time stays', () => {
  const records = create()
  const favourite = thing()
  records.add(favourite)
  for (const one of things(5000)) {
    records.add(one)
    favourite.wasUsed = true
  }
  assert.equal(favourite.isForgotten, false)
})

test('a thing that has grown makes room for itself', () => {
  const records = create()
  const all = things(100)
  for (const one of all) records.add(one)
  const [grown = assert.fail(), ...others] = all
  grown.isHeld = true
  grown.size = 900
  // Each count considers a few others.
  for (let i = 0; i < 30; i++) records.recount(grown)
  const left = others.filter(({ isForgotten }) => !isForgotten)
  assert.equal(grown.isForgotten, false)
  assert.ok(left.length <= 10, `${left.length} others are left`)
})

test('what was taken out takes no room, and is not asked to go', () => {
  const records = create()
  const all = things(100)
  for (const one of all) records.add(one)
  for (const one of all) records.remove(one)
  const later = things(100)
  for (const one of later) records.add(one)
  assert.deepEqual(
    [...all, ...later].filter(({ isForgotten }) => isForgotten),
    [],
  )
})
