import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './prepare.mjs'

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g
/** Code that a file holds as a text, for people to copy. It imports nothing. */
const shownCode = /\bcode: `(?:[^`\\]|\\.)*`/g
const notOurs = /node_modules|\/dist\/|\/\.next\//

/** Every source file of our own below some folders (patterns), as a path from the root with forward slashes. */
export function sourcesBelow(...folders) {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx,mjs}`, { cwd: root }))
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !notOurs.test(file))
}

/** The text of a source file. */
export function textOf(file) {
  return readFileSync(path.join(root, file), 'utf8')
}

/** Every import of a file, types included, as written there. */
export function importsOf(file) {
  return [...textOf(file).replace(shownCode, '').matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3])
}

/** The file that a relative import of `file` points to. */
export function targetOf(file, specifier) {
  return path.posix.join(path.posix.dirname(file), specifier)
}
