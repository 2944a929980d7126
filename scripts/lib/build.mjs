import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { childEnv, giveUp, root } from './prepare.mjs'

const skipped = new Set(['node_modules', 'dist', '.next', 'test', 'next-env.d.ts'])

/** Builds the SDKs, the portal and the demo, each only when one of its sources has changed. */
export function buildAll() {
  buildSdks()
  buildPortal()
  build({
    label: 'demo',
    folder: 'examples/transfer',
    output: 'examples/transfer/.next',
    from: ['examples/transfer', 'packages/node', 'packages/browser', 'scripts/build-sdk.mjs'],
    command: [path.join(root, 'node_modules/next/dist/bin/next'), 'build'],
  })
}

export function buildSdks() {
  buildSdk('server SDK', 'node')
  buildSdk('browser SDK', 'browser')
}

/** The portal is built into the package of the server, which sends its files. */
export function buildPortal() {
  writePortalTypes()
  const folder = 'apps/portal'
  const output = 'packages/server/portal/index.html'
  const vite = [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']
  build({ label: 'portal', folder, output, from: [folder, 'packages/engine/src'], command: vite })
}

/** The types of the API for the portal, from the API description. */
export function writePortalTypes() {
  const folder = 'apps/portal'
  build({
    label: 'API types of the portal',
    folder,
    output: 'apps/portal/generated',
    from: ['docs/openapi.json', 'apps/portal/tools'],
    command: [path.join(root, folder, 'tools/write-api-types.ts')],
  })
}

function buildSdk(label, name) {
  const folder = `packages/${name}`
  const script = 'scripts/build-sdk.mjs'
  build({ label, folder, output: `${folder}/dist`, from: [folder, script], command: [path.join(root, script), name] })
}

function build({ label, folder, output, from, command }) {
  const stamp = path.join(root, 'node_modules', '.cache', 'sallyport', `${output.replaceAll(/[/.]/g, '-')}.hash`)
  const wanted = hashOf(from)
  if (existsSync(path.join(root, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
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
