import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { openTestPostgres } from './test-postgres.ts'

const repository = join(import.meta.dirname, '..', '..', '..', '..')
const source = join(import.meta.dirname, '..', '..', 'src')
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
  /^tokens\/(forged-tokens|token-matrix)\.test\.ts$/,
  // The engine, over history that other files here read.
  /^backtests\/(count-undetermined|evaluate|simulate-personas)\.test\.ts$/,
  /^seed\/demo-rules\.test\.ts$/,
  /^velocity\/templates\.test\.ts$/,
]
const shares = 2

/**
 * Runs a share of the application's tests on PostgreSQL: every other file, beginning with this one. Shares are files of their own, so that
 * they run beside each other; the files of a share run one after another in its process.
 */
export async function testOnPostgres(share: 1 | 2): Promise<void> {
  const postgres = await openTestPostgres()
  if (typeof postgres === 'string') {
    test(`every test of the application holds on PostgreSQL: share ${share} of ${shares}`, { skip: postgres }, () => undefined)
    return
  }
  process.env.SALLYPORT_TEST_STORE = 'postgres'
  process.env.SALLYPORT_TEST_DATABASE_URL = await postgres.createDatabase()
  // There is no pooler, so that no store looks for one.
  process.env.SALLYPORT_TEST_SPARE_DATABASE = `${await postgres.createDatabase()}?pgbouncer=false`
  const files = (await applicationTests()).filter((_, index) => index % shares === share - 1)
  assert.ok(files.length > 0)
  // Each file is a test whose parts are the tests in it, so what the file says of `before` and `after` holds for that file only.
  for (const file of files) {
    await test(`${relative(repository, file)} on PostgreSQL`, async () => {
      await import(pathToFileURL(file).href)
    })
  }
  await postgres.close()
}

/** The test files that open the application or a store. */
async function applicationTests(): Promise<string[]> {
  const files: string[] = []
  for await (const file of glob('**/*.test.ts', { cwd: source })) {
    const path = join(source, file)
    if (filesNotHere.some((pattern) => pattern.test(file.replaceAll('\\', '/')))) continue
    if (/createTestApp|openTestStore/.test(readFileSync(path, 'utf8'))) files.push(path)
  }
  return files.sort()
}
