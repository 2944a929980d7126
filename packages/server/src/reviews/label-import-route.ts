import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { labelValue } from '../actions/instance-json.ts'
import type { SettleInstanceDeps } from '../actions/settle-instance.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { toIso } from '../http/iso-time.ts'
import { importLabels, type LabelImport } from './import-labels.ts'
import { createLabelFileReader, findLack, labelRow, type PlacedLabelRow } from './label-row.ts'

/** Rows of one request. A list is read in one go, a file in parts. */
const mostRows = { rows: 1000, csv: 10_000 }
const partLength = 16 * 1024
const mostBytes = 4 * 1024 * 1024
const mostProblems = 20

const body = z.strictObject({
  rows: z.array(labelRow).max(mostRows.rows).optional(),
  csv: z
    .string()
    .max(mostBytes)
    .optional()
    .meta({ description: 'The rows as a CSV file, whose first line names the columns. Instead of `rows`.' }),
  label: labelValue.default('fraud').meta({ description: 'The label of rows that name none.' }),
  amountDataPoint: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: 'The data point that holds the amount. Needed for rows without a key.' }),
  toleranceMinutes: z
    .int()
    .min(0)
    .max(7 * 1440)
    .default(60)
    .meta({ description: 'How far the time of a row may be from that of the action, either way.' }),
  dryRun: z.boolean().default(false).meta({ description: 'Changes nothing, and answers as if it did.' }),
})

const line = z.int().meta({ description: 'Where the row stands in its file.' })
const found = z.object({ line, userId: z.string(), action: z.string(), idempotencyKey: z.string(), label: labelValue })
const reply = z
  .object({
    dryRun: z.boolean(),
    rows: z.int(),
    matched: z.array(found),
    alreadyLabelled: z
      .array(found.extend({ source: z.enum(['person', 'chargeback', 'challenge']) }))
      .meta({ description: 'Left as they were, with the label that stays.' }),
    unmatched: z.array(z.object({ line, reason: z.string() })),
    ambiguous: z
      .array(z.object({ line, candidates: z.array(z.object({ action: z.string(), idempotencyKey: z.string(), createdAt: z.string() })) }))
      .meta({ description: 'Rows that several actions fit. None of these is labelled.' }),
  })
  .meta({ id: 'LabelImport' })

/** Management API: labels from elsewhere, such as the chargebacks of a bank. */
export const labelImportRoutes: Routes<SettleInstanceDeps> = (app, deps) => {
  app.post(
    '/labels/import',
    {
      bodyLimit: mostBytes,
      schema: {
        tags: ['events'],
        summary: 'Import labels, such as chargebacks',
        description:
          'Every row names an action by its key, or by user, time and amount. Rows that fit no action, or several, are told and change nothing. A file with a row that cannot be read is refused as a whole, with every such line. Importing the same rows again changes nothing.',
        body,
        response: { 200: reply },
      },
    },
    async (request) => {
      const { dryRun, toleranceMinutes, amountDataPoint, label } = request.body
      const rows = await rowsOf(request.body)
      const options = { label, amountDataPoint, toleranceMs: toleranceMinutes * 60_000, isDryRun: dryRun }
      const result = await importLabels(deps, tenantOf(request), rows, options, actorOf(request))
      return { dryRun, rows: rows.length, ...result, ambiguous: result.ambiguous.map(toAmbiguousJson) }
    },
  )
}

async function rowsOf({ rows, csv }: z.output<typeof body>): Promise<PlacedLabelRow[]> {
  if ((rows === undefined) === (csv === undefined)) throw new ApiError('invalid_request', 'send either `rows` or `csv`')
  const placed: PlacedLabelRow[] = []
  const problems: { line: number; problem: string }[] = []
  for (const row of csv === undefined ? (rows ?? []).map((row, index) => ({ line: index + 1, ...row })) : await readCsv(csv)) {
    const problem = 'problem' in row ? row.problem : findLack(row)
    if (problem !== undefined) problems.push({ line: row.line, problem })
    else placed.push(row as PlacedLabelRow)
  }
  if (problems.length > 0) throw new ApiError('invalid_request', describe(problems))
  if (placed.length > mostRows.csv) throw new ApiError('invalid_request', `\`csv\` has more than ${mostRows.csv} rows: send it in parts`)
  return placed
}

async function readCsv(csv: string) {
  const reader = createLabelFileReader()
  const rows: ReturnType<typeof reader.end> = []
  for (let at = 0; at < csv.length; at += partLength) {
    rows.push(...reader.push(csv.slice(at, at + partLength)))
    await nextTurn()
  }
  return [...rows, ...reader.end()]
}

function describe(problems: readonly { line: number; problem: string }[]): string {
  const told = problems.slice(0, mostProblems).map(({ line, problem }) => `line ${line}: ${problem}`)
  const more = problems.length - mostProblems
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

function toAmbiguousJson({ line, candidates }: LabelImport['ambiguous'][number]) {
  return { line, candidates: candidates.map(({ createdAt, ...candidate }) => ({ ...candidate, createdAt: toIso(createdAt) })) }
}
