// Builds what is published: one module for `import`, one for `require`, and declarations for both.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'

const folder = import.meta.dirname
const dist = path.join(folder, 'dist')
const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

rmSync(dist, { recursive: true, force: true })
await Promise.all([bundle('esm', 'index.js'), bundle('cjs', 'index.cjs')])
execFileSync(process.execPath, [tsc, '-p', path.join(folder, 'tsconfig.build.json')], { stdio: 'inherit' })
for (const name of readdirSync(dist).filter((entry) => entry.endsWith('.d.ts'))) {
  const text = readFileSync(path.join(dist, name), 'utf8')
  writeFileSync(path.join(dist, name), text.replaceAll(/(from '\.\/[^']+)\.ts'/g, "$1.js'"))
  writeFileSync(path.join(dist, name.replace(/\.ts$/, '.cts')), text.replaceAll(/(from '\.\/[^']+)\.ts'/g, "$1.cjs'"))
}

function bundle(format, name) {
  return build({
    absWorkingDir: folder,
    entryPoints: ['src/index.ts'],
    outfile: path.join('dist', name),
    bundle: true,
    format,
    platform: 'neutral',
    target: 'es2022',
  })
}
