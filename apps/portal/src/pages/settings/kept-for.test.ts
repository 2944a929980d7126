import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countedFrom, describeErasure, keptFor, listChangesDays, readDays } from './kept-for.ts'

test('how long something is kept is said in days, and 0 is for ever', () => {
  assert.equal(keptFor(180), 'for 180 days')
  assert.equal(keptFor(1), 'for 1 day')
  assert.equal(keptFor(0), 'for ever')
  assert.equal(listChangesDays(180), 211)
  assert.equal(listChangesDays(0), 0)
})

test('fewer days than the server keeps are taken, and nothing typed means as many', () => {
  assert.deepEqual(
    ['', '30', '180', '181', '0', '1.5', 'ten'].map((text) => readDays(text, 180)),
    [180, 30, 180, undefined, undefined, undefined, undefined],
  )
  assert.deepEqual([readDays('', 0), readDays('400', 0)], [0, 400])
})

test('before anything is erased it is said what, when, and what stays', () => {
  const now = Date.UTC(2026, 2, 31, 12)
  const said = describeErasure(30, now, 1200)
  assert.match(said, /^About 1,200 events from before March 1, 2026 are erased within six hours, and cannot be brought back\./)
  assert.match(said, /when it is 30 days old, with its receipt, labels and disputes\. What was learnt from it stays\.$/)
  assert.match(describeErasure(1, now, undefined), /^All events from before March 30, 2026 .*when it is a day old/)
  assert.match(describeErasure(30, now, 0), /^No event is from before March 1, 2026, so nothing is erased today\./)
  assert.equal(countedFrom(30, now).to, '2026-03-01T00:00:00.000Z')
})
