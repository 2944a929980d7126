import { print } from './command-file.ts'

type Value = string | number | boolean | null | undefined

/** Prints records: a table on a terminal, one JSON object per line anywhere else and with `json`. The first record names the columns. */
export function printRecords(
  records: readonly Readonly<Record<string, unknown>>[],
  { json = false }: { json?: boolean | undefined } = {},
): void {
  if (json || !process.stdout.isTTY) {
    for (const record of records) print(JSON.stringify(record))
    return
  }
  for (const line of tableOf(records)) print(line)
}

/** The lines of a table. Members that hold objects or lists are left out: JSON shows them. */
export function tableOf(records: readonly Readonly<Record<string, unknown>>[]): string[] {
  const names = [...new Set(records.flatMap((record) => Object.keys(record).filter((name) => isPlain(record[name]))))]
  const rows = [names, ...records.map((record) => names.map((name) => textOf(record[name])))]
  const widths = names.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function isPlain(value: unknown): value is Value {
  return value === null || typeof value !== 'object'
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '-'
  return isPlain(value) ? plainText(value) : '…'
}

/** A value as text for a terminal. Stored text must not move the cursor or colour it. */
export function plainText(value: unknown): string {
  return String(value).replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}')
}
