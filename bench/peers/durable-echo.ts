import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import Fastify from 'fastify'
import { announce } from './announce.ts'

// The limit for `track`: the same HTTP framework validates the same JSON and appends one row of 300 bytes, by group commit, before it
// replies. `--plain` leaves out the row.

const plain = process.argv.includes('--plain')
const folder = mkdtempSync(path.join(tmpdir(), 'durable-echo-'))
const database = new DatabaseSync(path.join(folder, 'echo.db'))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE log (id INTEGER PRIMARY KEY, row TEXT NOT NULL)')
const insert = database.prepare('INSERT INTO log (row) VALUES (?)')
const begin = database.prepare('BEGIN IMMEDIATE')
const commit = database.prepare('COMMIT')
const row = 'x'.repeat(300)

let waiting: (() => void)[] = []

/** Resolves when the row is on disk. Rows that arrive in the same turn of the event loop share one commit. */
function append(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(flush)
  })
}

function flush(): void {
  const group = waiting
  waiting = []
  begin.run()
  for (const _ of group) insert.run(row)
  commit.run()
  for (const resolve of group) resolve()
}

const app = Fastify()
app.post(
  '/v1/users/:userId/actions/:action',
  {
    schema: {
      body: {
        type: 'object',
        properties: {
          idempotencyKey: { type: 'string', maxLength: 256 },
          ipAddress: { type: 'string', maxLength: 4096 },
          userAgent: { type: 'string', maxLength: 8192 },
          deviceId: { type: 'string', maxLength: 256 },
          custom: { type: 'object' },
        },
      },
    },
  },
  async (request) => {
    if (!plain) await append()
    return request.body
  },
)
const url = await app.listen({ port: 0, host: '127.0.0.1' })

announce(Number(new URL(url).port), async () => {
  await app.close()
  database.close()
  rmSync(folder, { recursive: true })
})
