import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isFormula } from '../csv-field.ts'
import { type CsvRow, createCsvReader, csvLine } from './csv.ts'

function read(text: string, size = text.length + 1): CsvRow[] {
  const reader = createCsvReader()
  const rows: CsvRow[] = []
  for (let at = 0; at < text.length; at += size) rows.push(...reader.push(text.slice(at, at + size)))
  return [...rows, ...reader.end()]
}

test('quotes, line breaks inside them, either line end, a byte order mark and empty lines are read as spreadsheets write them', () => {
  assert.deepEqual(read('\uFEFFa,b\r\n1,"x ""y"", z"\r\n\r\n2,"two\nlines"\r\n3,\n'), [
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['1', 'x "y", z'] },
    { line: 4, fields: ['2', 'two\nlines'] },
    { line: 6, fields: ['3', ''] },
  ])
})

test('the first separator of the file is its separator', () => {
  assert.deepEqual(read('a;b\n1;2,50'), [
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['1', '2,50'] },
  ])
  assert.deepEqual(read('a\tb;c'), [{ line: 1, fields: ['a', 'b;c'] }])
})

test('what is wrong with a row is told with its line, and the next row is read', () => {
  assert.deepEqual(read('a,b\n1,x"y\n2,"x"y\n3,z\n"4,never'), [
    { line: 1, fields: ['a', 'b'] },
    { line: 2, problem: 'has a quote inside a field that does not begin with one' },
    { line: 3, problem: 'has text behind the quote that closes a field' },
    { line: 4, fields: ['3', 'z'] },
    { line: 5, problem: 'has a quote that is never closed' },
  ])
  const [, long] = read(`a\n"${'x'.repeat(20_000)}\ny`)
  assert.match(JSON.stringify(long), /"line":2,"problem":"is longer than 16384 characters/)
})

test('AD-05: what is written is read again, in parts of any size, and no field is a formula', () => {
  const field = fc.oneof(
    fc.string(),
    fc.constantFrom('=1+1', ' =1+1', '＝1+1', '|x', '\nx', '@x', '-2', '+3', '\tx', '\rx', 'a,b', 'a"b', 'a\nb', 'a;b'),
  )
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      (rows, size) => {
        const written = `h,h\n${rows.map((fields) => `${csvLine(fields)}\n`).join('')}`
        const found = read(written, size).slice(1)
        const expected = rows.map((fields) => fields.map((text) => (isFormula(text) ? `'${text}` : text)))
        assert.deepEqual(
          found.map((row) => ('fields' in row ? row.fields : row)),
          expected,
        )
      },
    ),
  )
})
