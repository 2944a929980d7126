import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatShare } from './format-share.ts'

test('a share is rounded, and what is little or nearly all is not rounded away', () => {
  assert.deepEqual(
    [
      [0, 0],
      [0, 5],
      [1, 2],
      [1, 3],
      [1, 27],
      [1, 5000],
      [4999, 5000],
      [997, 1000],
      [5, 5],
    ].map(([part = 0, all = 0]) => formatShare(part, all)),
    ['', '0 %', '50 %', '33 %', '3.7 %', '< 0.1 %', '> 99.9 %', '99.7 %', '100 %'],
  )
})
