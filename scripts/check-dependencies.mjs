#!/usr/bin/env node
// Refuses an import that leaves its package or is not declared (ARCHITECTURE.md).
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './lib/prepare.mjs'
import { importsOf, sourcesBelow, targetOf, textOf } from './lib/read-imports.mjs'

/** For each folder: the packages that its shipped code may import, and whether it may use Node's own modules. */
const areas = [
  { folder: 'packages/engine/src', packages: ['@noble/hashes', 'bowser', 're2js'], usesNode: false },
  { folder: 'packages/node/src', packages: [], usesNode: false },
  { folder: 'packages/browser/src', packages: ['@simplewebauthn/browser'], usesNode: false },
  { folder: 'packages/server/src', packages: declaredBy('packages/server'), usesNode: true },
  { folder: 'apps/portal/src', packages: declaredBy('apps/portal'), usesNode: false, alsoBelow: 'apps/portal/generated' },
  { folder: 'examples/transfer', packages: declaredBy('examples/transfer'), usesNode: true },
]

const notShipped = /\.test\./

const problems = [
  ...areas.flatMap(importProblems),
  ...pagesThatImportPages('apps/portal/src/pages'),
  ...mentions('packages/server/src', /process\.env/, /\/config\.ts$/, 'only config.ts reads the environment'),
  ...mentions(
    'packages/engine/src',
    /Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|performance\.now\(/,
    /^$/,
    'the engine has no clock and no random numbers',
  ),
]
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)

function importProblems(area) {
  return shippedBelow(area.folder).flatMap((file) => importsOf(file).flatMap((specifier) => problemOf(area, file, specifier) ?? []))
}

function problemOf(area, file, specifier) {
  if (specifier.startsWith('@/')) return undefined
  if (specifier.startsWith('.')) {
    const target = targetOf(file, specifier)
    const isInside = [area.folder, area.alsoBelow].some((folder) => target.startsWith(`${folder}/`))
    return isInside ? undefined : `${file}: \`${specifier}\` reaches out of ${area.folder}`
  }
  if (specifier.startsWith('node:'))
    return area.usesNode ? undefined : `${file}: imports \`${specifier}\`, but this package also runs outside Node`
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  return area.packages.includes(name) ? undefined : `${file}: \`${name}\` is not a package that ${area.folder} may import`
}

/** A page is loaded alone. What two of them share belongs to the parts. */
function pagesThatImportPages(folder) {
  const pageOf = (file) => file.slice(folder.length + 1).split('/')[0]
  return sourcesBelow(folder).flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => targetOf(file, specifier))
      .filter((target) => target.startsWith(`${folder}/`) && pageOf(target) !== pageOf(file))
      .map((target) => `${file}: imports ${target} of another page: move what they share to apps/portal/src/parts`),
  )
}

function mentions(folder, pattern, except, sentence) {
  return shippedBelow(folder)
    .filter((file) => !except.test(file) && pattern.test(textOf(file)))
    .map((file) => `${file}: ${sentence}`)
}

function shippedBelow(folder) {
  return sourcesBelow(folder).filter((file) => !notShipped.test(file))
}

function declaredBy(folder) {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
  return Object.keys(manifest.dependencies ?? {})
}
