import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { createCsvReader } from '../reviews/csv.ts'
import type { ManagementClient } from '../rules-as-code/management-client.ts'
import { addRemoteSettings, CommandError, print } from './command-file.ts'
import { clientOf } from './rules-remote.ts'

const columns = ['userId', 'time', 'ipAddress', 'deviceId', 'userAgent', 'verificationMethod'] as const
type Column = (typeof columns)[number]
type Event = Partial<Record<Column, string>>

interface Line {
  line: number
  event: Event
}

interface Imported {
  taught: number
  alreadyKnown: number
  refused: { index: number; reason: string }[]
}

const batchSize = 400
/** Events of one time stay in one request, up to the server's bound: a later request takes only what is newer. */
const mostInBatch = 500

const help = `
A line of the file is a JSON object with userId, time, ipAddress, deviceId, userAgent, verificationMethod, or a row of a CSV file (.csv) whose first line
names these columns. Put in what went well only. It counts as proved only with a verification method, such as PASSKEY. Importing a file again changes nothing.`

/** `users import-history`: teaches profiles what users did before, on a running server. */
export function addUsersImportHistory(users: Command): void {
  const command = users
    .command('import-history <file>')
    .description('teach profiles what users did well before, from a file of JSON lines or CSV, on a running server')
    .option('--dry-run', 'change nothing, and say what would be done')
    .addHelpText('after', help)
  addRemoteSettings(command).action(async (file: string, options: { dryRun?: boolean } & Record<string, unknown>) => {
    const client = clientOf(options)
    const counts = { taught: 0, alreadyKnown: 0, refused: 0 }
    const refuse = (line: number, reason: string) => {
      counts.refused += 1
      process.stderr.write(`line ${line}: ${reason}\n`)
    }
    const byUser = await readByUser(file, refuse)
    for (const [userId, lines] of byUser) {
      for (const batch of batchesOf(lines)) {
        const result = await send(client, userId, batch, options.dryRun === true)
        counts.taught += result.taught
        counts.alreadyKnown += result.alreadyKnown
        for (const { index, reason } of result.refused) refuse(batch[index]?.line ?? 0, reason)
      }
    }
    const verb = options.dryRun === true ? 'would teach' : 'taught'
    print(
      `${counts.taught} event(s) of ${byUser.size} user(s) ${verb} profiles, ${counts.alreadyKnown} already known, ${counts.refused} refused.`,
    )
    if (counts.refused > 0) process.exitCode = 1
  })
}

function send(client: ManagementClient, userId: string, batch: readonly Line[], dryRun: boolean): Promise<Imported> {
  const events = batch.map(({ event: { userId: _, ...event } }) => event)
  return client.send<Imported>('POST', `/users/${encodeURIComponent(userId)}/history`, { events, dryRun })
}

/** The lines of each user, oldest first. */
async function readByUser(file: string, refuse: (line: number, reason: string) => void): Promise<Map<string, Line[]>> {
  const byUser = new Map<string, Line[]>()
  for await (const read of file.toLowerCase().endsWith('.csv') ? csvLines(file) : jsonLines(file)) {
    if ('problem' in read) {
      refuse(read.line, read.problem)
      continue
    }
    const { userId = '' } = read.event
    if (userId === '') refuse(read.line, 'names no `userId`')
    else if (byUser.get(userId)?.push(read) === undefined) byUser.set(userId, [read])
  }
  for (const lines of byUser.values()) lines.sort((a, b) => timeOf(a) - timeOf(b))
  return byUser
}

function timeOf({ event }: Line): number {
  const at = Date.parse(event.time ?? '')
  return Number.isNaN(at) ? 0 : at
}

function batchesOf(lines: readonly Line[]): Line[][] {
  const batches: Line[][] = []
  let batch: Line[] = []
  for (const line of lines) {
    const last = batch.at(-1)
    const isSameTime = last !== undefined && timeOf(last) === timeOf(line)
    if (batch.length >= mostInBatch || (batch.length >= batchSize && !isSameTime)) {
      batches.push(batch)
      batch = []
    }
    batch.push(line)
  }
  return batch.length === 0 ? batches : [...batches, batch]
}

type Read = Line | { line: number; problem: string }

async function* jsonLines(file: string): AsyncGenerator<Read> {
  let line = 0
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    if (text.trim() !== '') yield readJsonLine(line, text)
  }
}

function readJsonLine(line: number, text: string): Read {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { line, problem: 'is not JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, problem: 'is not a JSON object' }
  const event: Event = {}
  for (const [name, given] of Object.entries(value)) {
    const column = columns.find((known) => known === name)
    if (column === undefined) return { line, problem: `has an unknown member \`${name.slice(0, 50)}\`` }
    if (typeof given !== 'string' && given !== null) return { line, problem: `\`${column}\` is not text` }
    if (given !== null) event[column] = given
  }
  return { line, event }
}

async function* csvLines(file: string): AsyncGenerator<Read> {
  const reader = createCsvReader()
  let header: Column[] | undefined
  const read = (rows: ReturnType<typeof reader.push>): Read[] =>
    rows.flatMap((row): Read[] => {
      if ('problem' in row) return [row]
      if (header === undefined) {
        header = readHeader(row.fields)
        return []
      }
      if (row.fields.length !== header.length) return [{ line: row.line, problem: `has ${row.fields.length} fields, not ${header.length}` }]
      const event: Event = {}
      for (const [at, column] of header.entries()) if (row.fields[at]?.trim()) event[column] = row.fields[at].trim()
      return [{ line: row.line, event }]
    })
  for await (const text of createReadStream(file, 'utf8')) yield* read(reader.push(String(text)))
  yield* read(reader.end())
}

/** A name may be written as `user_id` or `User ID` too. */
function readHeader(names: readonly string[]): Column[] {
  const plain = (name: string) => name.replace(/[\s_-]/g, '').toLowerCase()
  return names.map((name) => {
    const column = columns.find((known) => plain(known) === plain(name))
    if (column === undefined) throw new CommandError(`unknown column \`${name}\`; the columns are ${columns.join(', ')}`)
    return column
  })
}
