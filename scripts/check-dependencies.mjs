#!/usr/bin/env node
// Who may import whom (ARCHITECTURE.md). A rule that is not enforced is not a rule.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './lib/prepare.mjs'

/** Per folder: the packages that its shipped code may name, and whether it may use Node's own modules. */
const areas = [
  { folder: 'packages/engine/src', packages: ['bowser', 'isbot', 're2js'], usesNode: false },
  { folder: 'packages/node/src', packages: [], usesNode: false },
  { folder: 'packages/browser/src', packages: ['@simplewebauthn/browser'], usesNode: false },
  { folder: 'packages/server/src', packages: declaredBy('packages/server'), usesNode: true },
  { folder: 'examples/transfer', packages: declaredBy('examples/transfer'), usesNode: true },
]

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g
const notShipped = /\.test\.|\/test\/|\/(open-)?(test|arbitrary|golden)-[\w-]+\.ts$/
const notOurs = /node_modules|\/dist\/|\/\.next\//

const problems = [
  ...areas.flatMap(importProblems),
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
  return sourcesBelow(area.folder).flatMap((file) => importsOf(file).flatMap((specifier) => problemOf(area, file, specifier) ?? []))
}

function problemOf(area, file, specifier) {
  if (specifier.startsWith('@/')) return undefined
  if (specifier.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), specifier)
    return target.startsWith(`${area.folder}/`) ? undefined : `${file}: \`${specifier}\` reaches out of ${area.folder}`
  }
  if (specifier.startsWith('node:')) return area.usesNode ? undefined : `${file}: \`${specifier}\`, but this package also runs outside Node`
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  return area.packages.includes(name) ? undefined : `${file}: \`${name}\` is not among what ${area.folder} may import`
}

function mentions(folder, pattern, except, sentence) {
  return sourcesBelow(folder)
    .filter((file) => !except.test(file) && pattern.test(readFileSync(path.join(root, file), 'utf8')))
    .map((file) => `${file}: ${sentence}`)
}

function sourcesBelow(folder) {
  return globSync(`${folder}/**/*.{ts,tsx,mjs}`, { cwd: root })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !notOurs.test(file) && !notShipped.test(file))
}

function importsOf(file) {
  const text = readFileSync(path.join(root, file), 'utf8')
  return [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3])
}

function declaredBy(folder) {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
  return Object.keys(manifest.dependencies ?? {})
}
