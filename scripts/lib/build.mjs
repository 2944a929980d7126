import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { childEnv, giveUp, root } from './prepare.mjs'

const skipped = new Set(['node_modules', 'dist', '.next', 'test', 'next-env.d.ts'])

/** Builds the SDKs and the demo, each only when one of its sources has changed. */
export function buildAll() {
  buildSdks()
  build(
    'demo',
    'examples/transfer',
    ['packages/node', 'packages/browser', 'scripts/build-sdk.mjs'],
    [path.join(root, 'node_modules/next/dist/bin/next'), 'build'],
  )
}

export function buildSdks() {
  build('server SDK', 'packages/node', ['scripts/build-sdk.mjs'], [path.join(root, 'scripts/build-sdk.mjs'), 'node'])
  build('browser SDK', 'packages/browser', ['scripts/build-sdk.mjs'], [path.join(root, 'scripts/build-sdk.mjs'), 'browser'])
}

function build(label, folder, alsoFrom, command) {
  const stamp = path.join(root, 'node_modules', '.cache', 'sallyport', `${folder.replaceAll('/', '-')}.hash`)
  const wanted = hashOf([folder, ...alsoFrom])
  const output = path.join(root, folder, folder.startsWith('packages/') ? 'dist' : '.next')
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log(`Building the ${label} …`)
  const result = spawnSync(process.execPath, command, { cwd: path.join(root, folder), env: childEnv(), encoding: 'utf8' })
  if (result.status !== 0) {
    console.error(result.stdout, result.stderr)
    giveUp(`The ${label} could not be built (see above).`)
  }
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

function hashOf(sources) {
  const hash = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .update(process.version)
  for (const source of sources) add(hash, path.join(root, source))
  return hash.digest('hex')
}

function add(hash, source) {
  if (statSync(source).isFile()) hash.update(path.relative(root, source)).update(readFileSync(source))
  else addFolder(hash, source)
}

function addFolder(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (skipped.has(entry.name) || entry.name.endsWith('.tgz')) continue
    const file = path.join(folder, entry.name)
    if (entry.isDirectory() || entry.isFile()) add(hash, file)
  }
}
