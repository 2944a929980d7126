#!/usr/bin/env node
// npm test: brings what it needs and runs everything. `npm test -- packages/engine` runs the tests below that path only.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { prepare, root } from './lib/prepare.mjs'

await prepare(import.meta.url)
// Only now: the Node that the script began on may not have it.
const { glob } = await import('node:fs/promises')
const { buildAll } = await import('./lib/build.mjs')
const { groupTestFiles } = await import('./lib/group-test-files.mjs')
const { findChromium } = await import('./lib/find-chromium.mjs')
const { useMemoryForTemporaryFiles } = await import('./lib/temporary-folder.mjs')

const LIMIT_MS = 80 * 60_000
const only = process.argv.slice(2).map((argument) => path.resolve(argument))
const files = await testFiles()
if (files.length === 0) {
  console.error('No test file matches.')
  process.exit(1)
}
// Variables of the reader's own server must not reach the servers under test.
for (const name of Object.keys(process.env))
  if (name.startsWith('SALLYPORT_') && !name.startsWith('SALLYPORT_TEST_')) delete process.env[name]
// No server under test asks publishers of IP lists for anything, unless the test is about that.
process.env.SALLYPORT_IP_UPDATES = 'off'
process.env.NEXT_TELEMETRY_DISABLED = '1'
// Every test file is a process of its own, and many start servers: each source is compiled once for all of them.
process.env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules', '.cache', 'sallyport', 'compiled')
process.env.PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`
useMemoryForTemporaryFiles()
// What is made once, for many files to copy.
process.env.TEST_RUN_FOLDER = mkdtempSync(path.join(tmpdir(), 'sallyport-test-run-'))
process.once('exit', () => rmSync(process.env.TEST_RUN_FOLDER, { recursive: true, force: true }))
// The largest first: a long one that began last would run alone.
const browserTests = files
  .filter((file) => file.startsWith(path.join(root, 'e2e') + path.sep))
  .toSorted((a, b) => statSync(b).size - statSync(a).size)
if (browserTests.length > 0) process.env.CHROMIUM_PATH = findChromium()
buildAll()

const counts = { passed: 0, failed: 0, skipped: 0 }
/** Milliseconds by file, also of those that another test runs. */
const durations = new Map()
const startedAt = Date.now()
/** Files that run now. */
const running = new Set()
const giveUp = new AbortController()
setTimeout(() => {
  console.error(`Not ended after ${LIMIT_MS / 60_000} minutes: ${[...running].map((file) => path.relative(root, file)).join(', ')}`)
  process.exitCode = 1
  giveUp.abort()
  setTimeout(() => process.exit(), 10_000)
}, LIMIT_MS).unref()
// Tests wait for timers, disks and other processes: with one more than two processors can run, neither of them stands idle.
const groups = mkdtempSync(path.join(process.env.TEST_RUN_FOLDER, 'groups-'))
await runAll(
  groupTestFiles(
    files.filter((file) => !browserTests.includes(file)),
    groups,
  ),
  3,
)
// The browser tests drive whole servers: after the rest.
await runAll(browserTests, 2)
console.log('\nThe slowest files:')
for (const [name, ms] of [...durations].sort((a, b) => b[1] - a[1]).slice(0, 20)) {
  console.log(`${(ms / 1000).toFixed(0).padStart(5)} s  ${name}`)
}
console.log(`\n${((Date.now() - startedAt) / 1000).toFixed(0)} s`)
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`)
process.exit(counts.failed > 0 ? 1 : 0)

async function testFiles() {
  const found = []
  for await (const file of glob(
    [
      'packages/*/{src,test}/**/*.test.{ts,mjs}',
      'apps/*/src/**/*.test.ts',
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

/** Whether a test stands for a file of tests: in a group, or on PostgreSQL. */
function isFileName(name) {
  return /^[\w/.-]+\.test\.(ts|mjs)( on PostgreSQL)?$/.test(name)
}

async function runAll(wanted, concurrency) {
  if (wanted.length === 0) return
  const stream = run({ files: wanted, concurrency, timeout: 20 * 60_000, signal: giveUp.signal })
  const isFileItself = (data) => data.nesting === 0 && (data.name === data.file || isFileName(data.name))
  stream.on('test:dequeue', ({ name, file }) => {
    if (name === file) running.add(file)
  })
  stream.on('test:complete', (data) => {
    if (data.name === data.file) running.delete(data.file)
    if (data.nesting > 0 || data.name === data.file) return
    const name = isFileName(data.name) ? data.name : path.relative(root, data.file)
    durations.set(name, (durations.get(name) ?? 0) + (data.details?.duration_ms ?? 0))
  })
  stream.on('test:pass', (data) => {
    if (data.details?.type === 'suite' || isFileItself(data)) return
    if (data.skip !== undefined || data.todo !== undefined) counts.skipped++
    else counts.passed++
  })
  stream.on('test:fail', (data) => {
    if (data.details?.type === 'suite' && !isFileItself(data)) return
    // A test in it was counted.
    if (isFileItself(data) && data.details?.error?.failureType === 'subtestsFailed') return
    counts.failed++
  })
  const output = stream.compose(spec)
  output.pipe(process.stdout)
  await new Promise((resolve, reject) => output.on('end', resolve).on('error', reject))
}
