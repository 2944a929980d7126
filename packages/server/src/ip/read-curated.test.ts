import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCurated } from './read-curated.ts'

const read = (text: string) => parseCurated('table.csv', text, ['code', 'comment'])

test('a curated table is read by column, with commas and quotes inside quoted fields', () => {
  assert.deepEqual(read('code,comment\nA,plain\nB,"one, two"\n"C","""quoted"" name"\n'), [
    { code: 'A', comment: 'plain' },
    { code: 'B', comment: 'one, two' },
    { code: 'C', comment: '"quoted" name' },
  ])
})

test('a curated table may have Windows line ends', () => {
  assert.deepEqual(read('code,comment\r\nA,x\r\n'), [{ code: 'A', comment: 'x' }])
})

const malformed: [title: string, text: string, message: RegExp][] = [
  ['another header', 'code,note\nA,x\n', /table\.csv line 1: the header/],
  ['a missing field', 'code,comment\nA,x\nB\n', /table\.csv line 3: 1 fields instead of 2/],
  ['a comma that is not quoted', 'code,comment\nA,one, two\n', /line 2: 3 fields/],
  ['an empty comment', 'code,comment\nA,\n', /line 2: a field is empty/],
  ['an empty line', 'code,comment\n\nA,x\n', /line 2: 1 fields/],
  ['space around a field', 'code,comment\nA, x\n', /line 2: a field is empty or padded/],
  ['a quote inside a plain field', 'code,comment\nA,x"y\n', /line 2: a quote is out of place/],
  ['a quote that does not close', 'code,comment\nA,"x\n', /line 2: a quote is out of place/],
  ['text after a closing quote', 'code,comment\nA,"x"y\n', /line 2: a quote is out of place/],
  ['a last line that was cut short', 'code,comment\nA,x', /last line/],
]

for (const [title, text, message] of malformed) {
  test(`a curated table with ${title} is refused`, () => {
    assert.throws(() => read(text), { name: 'RangeError', message })
  })
}
