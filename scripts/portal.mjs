#!/usr/bin/env node
// npm run portal: builds the portal on every change. The running server sends the new files when the page is reloaded.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { prepare, root } from './lib/prepare.mjs'

await prepare(import.meta.url)
const { childEnv } = await import('./lib/prepare.mjs')
const { writePortalTypes } = await import('./lib/build.mjs')
writePortalTypes()
const vite = path.join(root, 'node_modules/vite/bin/vite.js')
const child = spawn(process.execPath, [vite, 'build', '--watch'], {
  cwd: path.join(root, 'apps/portal'),
  env: childEnv(),
  stdio: 'inherit',
})
child.on('exit', (code) => process.exit(code ?? 1))
