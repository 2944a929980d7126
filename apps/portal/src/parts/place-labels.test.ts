import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeLabels } from './place-labels.ts'

const font = { width: 200, height: 100, letterWidth: 6, lineHeight: 12, most: 5 }
const dot = (id: string, x: number, y: number, label = 'Germany') => ({ id, x, y, radius: 4, label })

test('a label stands to the right of its dot, and to the left where the drawing ends', () => {
  assert.deepEqual(placeLabels([dot('a', 50, 50), dot('b', 190, 80)], font), [
    { id: 'a', x: 58, y: 50, anchor: 'start' },
    { id: 'b', x: 182, y: 80, anchor: 'end' },
  ])
})

test('a label without room is left out, and the first dots are served first', () => {
  assert.deepEqual(
    placeLabels([dot('a', 60, 50), dot('b', 62, 52), dot('c', 60, 90)], font).map(({ id, anchor }) => [id, anchor]),
    [
      ['a', 'start'],
      ['b', 'end'],
      ['c', 'start'],
    ],
  )
  assert.deepEqual(
    placeLabels([dot('a', 60, 50), dot('b', 90, 50)], font).map(({ id, anchor }) => [id, anchor]),
    [
      ['a', 'end'],
      ['b', 'start'],
    ],
    'no label covers another dot',
  )
  assert.deepEqual(placeLabels([dot('a', 50, 2)], font), [], 'no label is cut off')
  assert.equal(placeLabels([dot('a', 50, 20), dot('b', 50, 60)], { ...font, most: 1 }).length, 1)
})
