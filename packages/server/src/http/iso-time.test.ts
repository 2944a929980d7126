import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isoTime } from './iso-time.ts'

test('C6: a day that does not exist is no time', () => {
  const impossible = [
    '2027-02-31',
    '2027-02-29',
    '2027-04-31T10:00:00Z',
    '2100-02-29',
    '2027-00-10',
    '2027-13-01',
    '2027-01-00',
    '2027-06-31T10:00:00+02:00',
    '2027-01-01T24:00:00Z',
    '2027-01-01T25:00:00Z',
    '2027-01-01T10:60:00Z',
    '2027-01-01T10:00:00+25:00',
    'tomorrow',
  ]
  for (const text of impossible) assert.equal(isoTime.safeParse(text).success, false, text)
})

test('C6: every day that exists is a time, without an offset in UTC', () => {
  for (const [text, iso] of [
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['2027-12-31T23:59:59.999Z', '2027-12-31T23:59:59.999Z'],
    ['2027-01-31T12:00', '2027-01-31T12:00:00.000Z'],
    ['2027-03-01T00:30:00+02:00', '2027-02-28T22:30:00.000Z'],
    ['0099-01-31', '0099-01-31T00:00:00.000Z'],
  ] as const) {
    assert.equal(new Date(isoTime.parse(text)).toISOString(), iso)
  }
})
