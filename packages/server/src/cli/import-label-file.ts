import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { csvLine } from '../reviews/csv.ts'
import { createLabelFileReader, type PlacedLabelRow } from '../reviews/label-row.ts'
import type { ManagementClient } from '../rules-as-code/management-client.ts'
import { CommandError, print } from './command-file.ts'

export interface LabelFileOptions {
  label: 'good' | 'fraud'
  amountDataPoint?: string
  /** Milliseconds. */
  tolerance: number
  problems?: string
  dryRun?: boolean
  json?: boolean
}

interface Imported {
  matched: { line: number }[]
  alreadyLabelled: { line: number; label: string; source: string }[]
  unmatched: { line: number; reason: string }[]
  ambiguous: { line: number; candidates: { action: string; idempotencyKey: string; createdAt: string }[] }[]
}

const batchSize = 500
/** More than anybody corrects at once. */
const mostProblems = 100

/**
 * Imports a CSV file of any size, with memory for one batch. It reads the whole file once before it sends anything: a file with a line that cannot be read
 * changes nothing.
 */
export async function importLabelFile(client: ManagementClient, file: string, options: LabelFileOptions): Promise<void> {
  const rows = await refuseUnreadable(file)
  const counts = { matched: 0, alreadyLabelled: 0, unmatched: 0, ambiguous: 0 }
  const problems = options.problems === undefined ? undefined : createWriteStream(options.problems)
  if (problems !== undefined) put(problems, ['line', 'userId', 'action', 'idempotencyKey', 'time', 'amount', 'reason'])
  for await (const batch of batchesOf(file)) {
    const result = await client.send<Imported>('POST', '/labels/import', {
      rows: batch,
      label: options.label,
      toleranceMinutes: Math.ceil(options.tolerance / 60_000),
      dryRun: options.dryRun === true,
      ...(options.amountDataPoint !== undefined && { amountDataPoint: options.amountDataPoint }),
    })
    counts.matched += result.matched.length
    counts.alreadyLabelled += result.alreadyLabelled.length
    counts.unmatched += result.unmatched.length
    counts.ambiguous += result.ambiguous.length
    report(batch, result, problems, options)
  }
  if (problems !== undefined) {
    problems.end()
    await finished(problems)
  }
  if (options.json !== true) print(summaryOf(rows, counts, options))
  if (counts.unmatched + counts.ambiguous > 0) process.exitCode = 1
}

/** Resolves with the number of rows. */
async function refuseUnreadable(file: string): Promise<number> {
  let rows = 0
  let wrong = 0
  for await (const row of rowsOf(file)) {
    if (!('problem' in row)) rows += 1
    else if (wrong++ < mostProblems) process.stderr.write(`line ${row.line}: ${row.problem}\n`)
  }
  if (wrong > mostProblems) process.stderr.write(`and ${wrong - mostProblems} more\n`)
  if (wrong > 0) throw new CommandError(`${wrong} line(s) of ${file} cannot be read; nothing was imported`)
  return rows
}

async function* rowsOf(file: string) {
  const reader = createLabelFileReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (bytes?: Buffer) => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
    } catch (cause) {
      throw new CommandError(`${file} is not UTF-8: save it as "CSV UTF-8"`, { cause })
    }
  }
  for await (const bytes of createReadStream(file)) yield* reader.push(decode(bytes))
  yield* reader.push(decode())
  yield* reader.end()
}

async function* batchesOf(file: string): AsyncGenerator<PlacedLabelRow[]> {
  let batch: PlacedLabelRow[] = []
  for await (const row of rowsOf(file)) {
    if ('problem' in row) throw new CommandError(`${file} has changed meanwhile`)
    batch.push(row)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function report(rows: readonly PlacedLabelRow[], result: Imported, problems: WriteStream | undefined, { json }: LabelFileOptions): void {
  const byLine = new Map(rows.map((row) => [row.line, row]))
  function refused(line: number, reason: string): void {
    if (json !== true) process.stderr.write(`line ${line}: ${reason}\n`)
    const { userId = '', action = '', idempotencyKey = '', time = '', amount = '' } = byLine.get(line) ?? {}
    if (problems !== undefined) put(problems, [String(line), userId, action, idempotencyKey, time, String(amount), reason])
  }
  const severals = result.ambiguous.map(({ line, candidates }) => {
    const list = candidates.map(({ action, idempotencyKey, createdAt }) => `${action} ${idempotencyKey} at ${createdAt}`)
    return { line, reason: `fits several actions: ${list.join(', ')}` }
  })
  for (const { line, reason } of [...result.unmatched, ...severals].sort((a, b) => a.line - b.line)) refused(line, reason)
  if (json !== true) return
  for (const [became, list] of Object.entries({ ...result })) {
    if (Array.isArray(list)) for (const row of list) print(JSON.stringify({ became, ...row }))
  }
}

function put(file: WriteStream, fields: readonly string[]): void {
  file.write(`${csvLine(fields)}\r\n`)
}

function summaryOf(
  rows: number,
  { matched, alreadyLabelled, unmatched, ambiguous }: Record<'matched' | 'alreadyLabelled' | 'unmatched' | 'ambiguous', number>,
  { dryRun }: LabelFileOptions,
): string {
  const done = dryRun === true ? 'would be labelled' : 'labelled'
  return `${rows} row(s): ${matched} ${done}, ${alreadyLabelled} already labelled, ${unmatched} without a match, ${ambiguous} with several.`
}
