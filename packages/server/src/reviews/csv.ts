import { quotedField, withoutFormula } from '../csv-field.ts'

/** One row of a CSV file: its fields, or what is wrong with it. `line` is where it begins, from 1. */
export type CsvRow = { line: number; fields: string[] } | { line: number; problem: string }

export interface CsvReader {
  /** Takes the next part of the file, and gives the rows that end in it. */
  push(text: string): CsvRow[]
  /** Gives what is left when the file ends. */
  end(): CsvRow[]
}

/** A quote that is never closed would make one row of the rest of the file. */
const longestRow = 16 * 1024

/**
 * Reads CSV as RFC 4180 has it, in parts of any size and with memory for one row: quotes, line breaks inside quotes, either line end, a byte order mark.
 * The separator is a comma, a semicolon or a tab, whichever comes first in the first line. Empty lines are left out. A row that is wrong is told, and reading
 * goes on with the next line.
 */
export function createCsvReader(): CsvReader {
  let separator: string | undefined
  let line = 1
  let begunAt = 1
  let fields: string[] = []
  let field = ''
  let length = 0
  let state: 'start' | 'plain' | 'quoted' | 'closed' | 'wrong' = 'start'
  let problem = ''
  let isAfterReturn = false

  function push(text: string): CsvRow[] {
    const rows: CsvRow[] = []
    for (const character of text) {
      if (isAfterReturn && character === '\n' && state === 'start' && fields.length === 0) {
        isAfterReturn = false
        continue
      }
      isAfterReturn = character === '\r' && state !== 'quoted'
      take(character, rows)
    }
    return rows
  }

  function take(character: string, rows: CsvRow[]): void {
    const isBreak = character === '\n' || character === '\r'
    length += 1
    if (length > longestRow && state !== 'wrong') fail(`is longer than ${longestRow} characters: perhaps a quote is not closed`)
    if (state === 'quoted') {
      if (character === '\n') line += 1
      if (character === '"') state = 'closed'
      else field += character
    } else if (isBreak) {
      endRow(rows)
      line += 1
      begunAt = line
    } else if (state === 'wrong' || (character === '\uFEFF' && line === 1 && length === 1)) {
      // Skipped.
    } else if (isSeparator(character)) {
      fields.push(field)
      field = ''
      state = 'start'
    } else if (character === '"') {
      if (state === 'start') state = 'quoted'
      else if (state === 'closed') {
        field += '"'
        state = 'quoted'
      } else fail('has a quote inside a field that does not begin with one')
    } else if (state === 'closed') fail('has text behind the quote that closes a field')
    else {
      field += character
      state = 'plain'
    }
  }

  function isSeparator(character: string): boolean {
    if (separator !== undefined) return character === separator
    if (character !== ',' && character !== ';' && character !== '\t') return false
    separator = character
    return true
  }

  function fail(text: string): void {
    problem = text
    state = 'wrong'
  }

  function endRow(rows: CsvRow[]): void {
    if (state === 'wrong') rows.push({ line: begunAt, problem })
    else if (fields.length > 0 || field !== '' || state !== 'start') rows.push({ line: begunAt, fields: [...fields, field] })
    fields = []
    field = ''
    length = 0
    state = 'start'
  }

  return {
    push,
    end() {
      const rows: CsvRow[] = []
      if (state === 'quoted') fail('has a quote that is never closed')
      endRow(rows)
      return rows
    },
  }
}

/** One line of CSV, in which no field is a formula. */
export function csvLine(fields: readonly string[]): string {
  return fields.map((field) => quoted(withoutFormula(field))).join(',')
}

function quoted(field: string): string {
  return /[",;\r\n\t]/.test(field) ? quotedField(field) : field
}
