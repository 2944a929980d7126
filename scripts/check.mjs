#!/usr/bin/env node
// npm run check: every check that does not run the code.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { prepare, root } from './lib/prepare.mjs'

await prepare(import.meta.url)
const { childEnv } = await import('./lib/prepare.mjs')

const bin = (name) => path.join(root, 'node_modules', name)
const node = process.execPath
const steps = [
  ['lint and format', [node, bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '.']],
  ['types', [node, bin('typescript/bin/tsc'), '-p', 'tsconfig.json']],
  ['types of the browser SDK', [node, bin('typescript/bin/tsc'), '-p', 'packages/browser/tsconfig.json', '--noEmit']],
  ['types of the portal', [node, bin('typescript/bin/tsc'), '-p', 'apps/portal/tsconfig.json']],
  ['types of the browser tests', [node, bin('typescript/bin/tsc'), '-p', 'e2e/tsconfig.json']],
  ['types of the demo', [node, bin('typescript/bin/tsc'), '-p', 'examples/transfer/tsconfig.json', '--noEmit']],
  ['dependency direction', [node, 'scripts/check-dependencies.mjs']],
  ['floors and circles', [node, 'scripts/check-floors.mjs']],
  ['unused files, exports, dependencies', [node, bin('knip/bin/knip.js'), '--no-progress']],
  ['OpenAPI document', [node, 'packages/server/tools/write-openapi.ts', '--check']],
  ['documentation made from code', [node, 'packages/server/tools/write-docs.ts', '--check']],
  ['floors in ARCHITECTURE.md', [node, 'scripts/write-floors.mjs', '--check']],
  ['security requirements', [node, 'scripts/check-requirements.mjs']],
]

let failed = 0
const startedAt = Date.now()
// The demo takes its types from the built declarations of the SDKs, and the portal from the API description.
const { buildSdks, writePortalTypes } = await import('./lib/build.mjs')
buildSdks()
writePortalTypes()
for (const [label, [command, ...args]] of steps) {
  const { code, output, seconds } = await runStep(command, args)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${label} (${seconds.toFixed(1)} s)`)
  if (code !== 0) {
    failed++
    console.log(output.trimEnd().replace(/^/gm, '     '))
  }
}
console.log(
  failed === 0 ? `\nAll clean (${((Date.now() - startedAt) / 1000).toFixed(0)} s).` : `\n${failed} of ${steps.length} checks failed.`,
)
process.exit(failed === 0 ? 0 : 1)

async function runStep(command, args) {
  const began = Date.now()
  const child = spawn(command, args, { cwd: root, env: childEnv({ NO_COLOR: '1' }) })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, output, seconds: (Date.now() - began) / 1000 }
}
