import { z } from 'zod'
import { givenReason, labelValue } from '../actions/instance-json.ts'
import { actionCode, idempotencyKey, userId } from '../http/identifier.ts'
import { isoTime } from '../http/iso-time.ts'
import { readDecimal } from '../http/read-decimal.ts'
import { problemsOf, words } from '../schema-words.ts'
import { type CsvRow, createCsvReader } from './csv.ts'

/**
 * One row of an import of labels. It names an action by its key, or by what a bank knows of it: the user, the time and the amount.
 */
export const labelRow = z.strictObject({
  line: z.int().min(1).optional().meta({ description: 'Where the row stands in its file. Default: its place in the list.' }),
  userId,
  action: actionCode.optional(),
  idempotencyKey: idempotencyKey
    .optional()
    .meta({ description: 'With `action`, names one action. Without it, `time` and `amount` are needed.' }),
  time: z
    .string()
    .max(40)
    .refine((text) => isoTime.safeParse(text).success, 'is not a time of ISO 8601, such as `2027-01-31T12:00:00Z`')
    .optional()
    .meta({ description: 'About when it happened, in ISO 8601. A day alone stands for all of it.' }),
  amount: z.number().optional(),
  label: labelValue.optional().meta({ description: 'Default: that of the import.' }),
  reason: givenReason.optional(),
})

export type LabelRow = z.infer<typeof labelRow>

/** A label row with its place in the file. */
export type PlacedLabelRow = LabelRow & { line: number }

/** What a row lacks that says which action it is about; `undefined`: nothing. */
export function findLack({ action, idempotencyKey, time, amount }: LabelRow): string | undefined {
  if (idempotencyKey !== undefined) return action === undefined ? '`idempotencyKey` needs `action` beside it' : undefined
  if (time !== undefined && amount !== undefined) return undefined
  return 'names no action: it needs `action` and `idempotencyKey`, or `time` and `amount`'
}

export interface LabelFileReader {
  /** Takes the next part of the file, and gives the rows that end in it, or what is wrong with them. */
  push(text: string): LabelFileRow[]
  end(): LabelFileRow[]
}

type LabelFileRow = PlacedLabelRow | { line: number; problem: string }

const columns = ['userId', 'action', 'idempotencyKey', 'time', 'amount', 'label', 'reason'] as const
type Column = (typeof columns)[number]

/** Reads label rows from CSV. The first line names the columns, in any order; an unknown one is refused, because a misspelt one would be lost. */
export function createLabelFileReader(): LabelFileReader {
  const csv = createCsvReader()
  let header: Column[] | undefined
  let isRefused = false

  function toRows(rows: readonly CsvRow[]): LabelFileRow[] {
    return rows.flatMap((row): LabelFileRow[] => {
      if (isRefused) return []
      if ('problem' in row) return [row]
      if (header !== undefined) return [toLabelRow(header, row)]
      const read = readHeader(row.fields)
      isRefused = typeof read === 'string'
      if (typeof read === 'string') return [{ line: row.line, problem: read }]
      header = read
      return []
    })
  }

  return {
    push: (text) => toRows(csv.push(text)),
    end() {
      const rows = toRows(csv.end())
      return header === undefined && !isRefused && rows.length === 0 ? [{ line: 1, problem: 'does not name the columns' }] : rows
    },
  }
}

/** The columns that a header names, or what is wrong with it. A name may be written as `user_id` or `User ID` too. */
function readHeader(names: readonly string[]): Column[] | string {
  const plain = (name: string) => name.replace(/[\s_-]/g, '').toLowerCase()
  const found = names.map((name) => columns.find((column) => plain(column) === plain(name)))
  const unknown = names.filter((_, index) => found[index] === undefined).map((name) => `\`${name}\``)
  if (unknown.length > 0)
    return `names unknown columns: ${unknown.join(', ')}. The columns are ${columns.map((name) => `\`${name}\``).join(', ')}`
  const header = found as Column[]
  if (new Set(header).size < header.length) return 'names a column twice'
  const isKeyed = header.includes('action') && header.includes('idempotencyKey')
  if (!header.includes('userId') || !(isKeyed || (header.includes('time') && header.includes('amount'))))
    return 'must name `userId`, and `action` with `idempotencyKey` or `time` with `amount`'
  return header
}

function toLabelRow(header: readonly Column[], { line, fields }: { line: number; fields: readonly string[] }): LabelFileRow {
  if (fields.length !== header.length)
    return { line, problem: `has ${fields.length} fields, and the header names ${header.length} columns` }
  const given: Record<string, string | number> = { line }
  for (const [index, column] of header.entries()) {
    const text = fields[index]?.trim() ?? ''
    if (text === '') continue
    const number = column === 'amount' ? readDecimal(text) : undefined
    if (column === 'amount' && number === undefined) return { line, problem: `\`amount\` is not a plain number, such as 1234.50` }
    given[column] = number ?? text
  }
  const parsed = labelRow.safeParse(given, { error: words })
  if (!parsed.success) return { line, problem: problemsOf(parsed.error).join('; ') }
  const lack = findLack(parsed.data)
  return lack === undefined ? { ...parsed.data, line } : { line, problem: lack }
}
