#!/usr/bin/env node
// Builds one SDK as it is published: a module for `import`, one for `require`, and declarations for both. `node scripts/build-sdk.mjs node`
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'
import { root } from './lib/prepare.mjs'

const optionsOf = {
  // Also runs in workers and at the edge, so no platform is assumed.
  node: { platform: 'neutral' },
  browser: { packages: 'external', minify: true },
}

const [name] = process.argv.slice(2)
if (!Object.hasOwn(optionsOf, name)) throw new Error(`Usage: build-sdk.mjs ${Object.keys(optionsOf).join('|')}`)
const folder = path.join(root, 'packages', name)
const dist = path.join(folder, 'dist')
const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

rmSync(dist, { recursive: true, force: true })
await Promise.all([bundle('esm', 'index.js'), bundle('cjs', 'index.cjs')])
execFileSync(process.execPath, [tsc, '-p', path.join(folder, 'tsconfig.build.json')], { stdio: 'inherit' })
for (const file of readdirSync(dist).filter((entry) => entry.endsWith('.d.ts'))) {
  const text = readFileSync(path.join(dist, file), 'utf8')
  writeFileSync(path.join(dist, file), text.replaceAll(/(from '\.\/[^']+)\.ts'/g, "$1.js'"))
  writeFileSync(path.join(dist, file.replace(/\.ts$/, '.cts')), text.replaceAll(/(from '\.\/[^']+)\.ts'/g, "$1.cjs'"))
}

function bundle(format, file) {
  return build({
    absWorkingDir: folder,
    entryPoints: ['src/index.ts'],
    outfile: path.join('dist', file),
    bundle: true,
    format,
    target: 'es2022',
    ...optionsOf[name],
  })
}
