import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openTestPostgres } from '../../test/support/test-postgres.ts'

const source = join(import.meta.dirname, '..')
/** Tests that PostgreSQL cannot change: one reads the embedded store's file, the others time sockets. */
const notHere = ['RU-07: trying an event out', 'A-24']

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
if (typeof postgres !== 'string') after(() => postgres.close())

test('every test of the application holds on PostgreSQL', { skip }, async (t) => {
  if (typeof postgres === 'string') return
  // Each file runs in its own process, and all of them compile the same sources.
  const compiled = mkdtempSync(join(tmpdir(), 'sallyport-compiled-'))
  t.after(() => rmSync(compiled, { recursive: true }))
  const files: string[] = []
  for await (const file of glob('**/*.test.ts', { cwd: source })) {
    if (/createTestApp|openTestStore/.test(readFileSync(join(source, file), 'utf8'))) files.push(join(source, file))
  }
  const own = import.meta.filename
  const child = spawn(
    process.execPath,
    [
      '--test',
      '--test-concurrency=1',
      '--test-reporter=dot',
      ...notHere.map((title) => `--test-skip-pattern=${title}`),
      ...files.filter((file) => file !== own).sort(),
    ],
    {
      env: {
        ...process.env,
        SALLYPORT_TEST_STORE: 'postgres',
        SALLYPORT_TEST_DATABASE_URL: await postgres.createDatabase(),
        SALLYPORT_TEST_SPARE_DATABASE: await postgres.createDatabase(),
        NODE_COMPILE_CACHE: compiled,
        // Without this variable, Node would treat the child as part of this test run.
        NODE_TEST_CONTEXT: undefined,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const output: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text))
  const [code] = (await once(child, 'close')) as [number | null]
  assert.equal(code, 0, output.join(''))
})
