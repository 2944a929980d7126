#!/usr/bin/env node
// npm run bench: measures each row of docs/benchmarks/ and its peer in one run. `npm run bench -- rules` runs the named benchmarks.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { prepare, root } from './lib/prepare.mjs'

await prepare(import.meta.url)
const { childEnv } = await import('./lib/prepare.mjs')
const { buildSdks } = await import('./lib/build.mjs')
buildSdks()
const result = spawnSync(process.execPath, [path.join(root, 'bench/main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: childEnv(),
})
process.exit(result.status ?? 1)
