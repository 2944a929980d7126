import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterEntries, parseEntries } from './parse-entries.ts'

test('each line is an entry, without blanks around it, and once', () => {
  assert.deepEqual(parseEntries(' a b \r\n\n\tc\na b', 'string'), { entries: ['a b', 'c'] })
  assert.deepEqual(parseEntries('1\n2.5\n1e3\n1.0', 'number'), { entries: [1, 2.5, 1000] })
})

test('a line that is no number is named', () => {
  assert.deepEqual(parseEntries('1\n\ntwo', 'number'), { mistake: 'Line 3 is no number: two' })
})

test('entries are found by any part of them', () => {
  assert.deepEqual(filterEntries(['Mail.example', 'other'], 'MAIL'), ['Mail.example'])
  assert.deepEqual(filterEntries([120, 7], '2'), [120])
})
