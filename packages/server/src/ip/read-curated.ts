import { readFileSync } from 'node:fs'

/**
 * Reads one of the tables in `curated/`: data that a person keeps by hand, as CSV (RFC 4180) with a header. The last column says what an
 * entry is or why it is listed.
 *
 * Throws a `RangeError` that names the file and the line for a header other than `columns`, a row with more or fewer fields, an empty field,
 * space around a field, or a quote that is out of place. A damaged table stops the server at start: half a list would answer with confidence.
 */
export function readCurated<Column extends string>(file: string, columns: readonly Column[]): Record<Column, string>[] {
  return parseCurated(file, readFileSync(new URL(`./curated/${file}`, import.meta.url), 'utf8'), columns)
}

/** The parser on its own. A field never contains a line break. */
export function parseCurated<Column extends string>(file: string, text: string, columns: readonly Column[]): Record<Column, string>[] {
  const lines = text.split(/\r?\n/)
  if (lines.pop() !== '') throw new RangeError(`${file}: the last line does not end with a newline`)
  if (lines[0] !== columns.join(',')) throw new RangeError(`${file} line 1: the header is not \`${columns.join(',')}\``)
  return lines.slice(1).map((line, at) => {
    const place = `${file} line ${at + 2}`
    const fields = parseLine(place, line)
    if (fields.length !== columns.length) throw new RangeError(`${place}: ${fields.length} fields instead of ${columns.length}`)
    if (fields.some((field) => field === '' || field !== field.trim())) throw new RangeError(`${place}: a field is empty or padded`)
    return Object.fromEntries(columns.map((column, index) => [column, fields[index]])) as Record<Column, string>
  })
}

const FIELD = /"((?:[^"]|"")*)"(?=,|$)|([^",]*)(?=,|$)/y

function parseLine(place: string, line: string): string[] {
  const fields: string[] = []
  for (let start = 0; start <= line.length; ) {
    FIELD.lastIndex = start
    const match = FIELD.exec(line)
    if (match === null) throw new RangeError(`${place}: a quote is out of place`)
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    start = FIELD.lastIndex + 1
  }
  return fields
}
