import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openTestPostgres } from './test-postgres.ts'

const source = join(import.meta.dirname, '..', '..', 'src')
/** A test that PostgreSQL cannot change: it reads the embedded store's file. */
const notHere = ['RU-07: trying an event out']
/**
 * Files that PostgreSQL cannot change: they hold what happens before the store is asked or after it has answered, or they run commands. What they ask of the
 * store is asked here as well: `every-route` and `cross-tenant` call their routes, the store contract holds the store, and `every-statement-fails` plays every
 * change on PostgreSQL, statement by statement.
 */
const filesNotHere = [
  /^cli\//,
  /-guide\.test\.ts$/,
  // Bodies, headers and refusals.
  /^app\/(app|bodies|browser-powers|equal-cost|open-api|operations-metrics|overload|roles)\.test\.ts$/,
  /^rules\/(hostile-rules|rule-fields|tests-before-saves)\.test\.ts$/,
  /^rules-document\/(canonical-forms|policy-document)\.test\.ts$/,
  // Who is meant, and what is warned of.
  /^actions\/(official-client|track-warnings|wire-traps)\.test\.ts$/,
  /^audit\/actor\.test\.ts$/,
  // Signatures, tokens and what a browser is asked for.
  /^authenticators\/authenticator-(secret|signals)\.test\.ts$/,
  /^challenges\/anonymous-answers\.test\.ts$/,
  /^methods\/passkey\/(browser-client|challenge-requirements|hostile-requests|sign-in-refusal|told-refusals|user-verification)\.test\.ts$/,
  /^tokens\/forged-tokens\.test\.ts$/,
  // The engine, over history that other files here read.
  /^backtests\/(count-undetermined|evaluate|simulate-personas)\.test\.ts$/,
  /^seed\/demo-rules\.test\.ts$/,
  /^velocity\/templates\.test\.ts$/,
]
const shares = 4

/**
 * Runs a share of the application's tests on PostgreSQL: every fourth file, beginning with this one. Shares are files of their own, so that
 * they run beside each other.
 */
export async function testOnPostgres(share: 1 | 2 | 3 | 4): Promise<void> {
  const postgres = await openTestPostgres()
  const skip = typeof postgres === 'string' ? postgres : false
  if (typeof postgres !== 'string') after(() => postgres.close())

  test(`every test of the application holds on PostgreSQL: share ${share} of ${shares}`, { skip }, async (t) => {
    if (typeof postgres === 'string') return
    const compiled = process.env.NODE_COMPILE_CACHE ?? mkdtempSync(join(tmpdir(), 'sallyport-compiled-'))
    if (process.env.NODE_COMPILE_CACHE === undefined) t.after(() => rmSync(compiled, { recursive: true }))
    const files = (await applicationTests()).filter((_, index) => index % shares === share - 1)
    assert.ok(files.length > 0)
    const child = spawn(
      process.execPath,
      ['--test', '--test-concurrency=1', '--test-reporter=dot', ...notHere.map((title) => `--test-skip-pattern=${title}`), ...files],
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
}

/** The test files that open the application or a store. Each runs in its own process. */
async function applicationTests(): Promise<string[]> {
  const files: string[] = []
  for await (const file of glob('**/*.test.ts', { cwd: source })) {
    const path = join(source, file)
    if (filesNotHere.some((pattern) => pattern.test(file.replaceAll('\\', '/')))) continue
    if (/createTestApp|openTestStore/.test(readFileSync(path, 'utf8'))) files.push(path)
  }
  return files.sort()
}
