#!/usr/bin/env node
// npm test: brings what it needs and runs everything. `npm test -- packages/engine` runs the tests below that path only.
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { prepare, root } from './lib/prepare.mjs'

await prepare(import.meta.url)
// Only now: the Node that the script began on may not have it.
const { glob } = await import('node:fs/promises')
const { buildAll } = await import('./lib/build.mjs')
const { findChromium } = await import('./lib/find-chromium.mjs')

const only = process.argv.slice(2).map((argument) => path.resolve(argument))
const files = await testFiles()
if (files.length === 0) {
  console.error('No test file matches.')
  process.exit(1)
}
// Variables of the reader's own server must not reach the servers under test.
for (const name of Object.keys(process.env))
  if (name.startsWith('SALLYPORT_') && !name.startsWith('SALLYPORT_TEST_')) delete process.env[name]
process.env.NEXT_TELEMETRY_DISABLED = '1'
process.env.PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`
const browserTests = files.filter((file) => file.startsWith(path.join(root, 'e2e') + path.sep))
if (browserTests.length > 0) process.env.CHROMIUM_PATH = findChromium()
buildAll()

const counts = { passed: 0, failed: 0, skipped: 0 }
const startedAt = Date.now()
// The browser tests drive whole servers and measure none: one after the other, after the rest.
await runAll(
  files.filter((file) => !browserTests.includes(file)),
  2,
)
await runAll(browserTests, 1)
console.log(`\n${((Date.now() - startedAt) / 1000).toFixed(0)} s`)
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`)
process.exit(counts.failed > 0 ? 1 : 0)

async function testFiles() {
  const found = []
  for await (const file of glob(
    [
      'packages/*/{src,test}/**/*.test.{ts,mjs}',
      'examples/*/{lib,test}/**/*.test.{ts,mjs}',
      'scripts/**/*.test.mjs',
      'bench/**/*.test.ts',
      'e2e/**/*.test.ts',
    ],
    { cwd: root },
  )) {
    const full = path.join(root, file)
    if (full.includes(`${path.sep}node_modules${path.sep}`)) continue
    if (only.length === 0 || only.some((wanted) => full === wanted || full.startsWith(wanted + path.sep))) found.push(full)
  }
  return found.sort()
}

async function runAll(wanted, concurrency) {
  if (wanted.length === 0) return
  const stream = run({ files: wanted, concurrency, timeout: 20 * 60_000 })
  const isFileItself = (data) => data.nesting === 0 && data.name === data.file
  stream.on('test:pass', (data) => {
    if (data.details?.type === 'suite' || isFileItself(data)) return
    if (data.skip !== undefined || data.todo !== undefined) counts.skipped++
    else counts.passed++
  })
  stream.on('test:fail', (data) => {
    if (data.details?.type === 'suite' && !isFileItself(data)) return
    counts.failed++
  })
  const output = stream.compose(spec)
  output.pipe(process.stdout)
  await new Promise((resolve, reject) => output.on('end', resolve).on('error', reject))
}
