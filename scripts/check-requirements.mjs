#!/usr/bin/env node
// Checks that docs/requirements.md, the ids that code cites and the titles of tests agree. With --write, it first updates the tests of each requirement.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..')
const page = path.join(root, 'docs', 'requirements.md')
const id = '(?:(?:AD|A|EN|ER|ID|IP|LG|OT|RC|RE|RL|RU|TK|TN|TX|WA|WH)-\\d{2}|I\\d)'
/** A call such as `test('…'`, `t.test('…'` or `contract('…'`, and its title. */
const titledCall = /(?<![\w.])(?:t\.)?\w*(?:[tT]est|[cC]ontract)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs
const noTestYet = '## Not held by a test yet'

const { cited, tests } = readCode()
const before = readFileSync(page, 'utf8')
const after = before.replace(
  new RegExp(`^(### (${id})\\n\\n.+\\n)(?:\\n(?:- .*\\n)+)?`, 'gm'),
  (_, text, requirement) => `${text}${listOf(tests.get(requirement) ?? [])}`,
)
if (process.argv.includes('--write')) writeFileSync(page, after)

const problems = findProblems(process.argv.includes('--write') ? after : before)
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)

/** The ids that code and tests cite, with one place each; and the tests whose titles name an id. */
function readCode() {
  const cited = new Map()
  const tests = new Map()
  for (const file of codeFiles()) {
    const text = readFileSync(path.join(root, file), 'utf8')
    for (const [requirement] of text.matchAll(new RegExp(`\\b${id}\\b`, 'g'))) if (!cited.has(requirement)) cited.set(requirement, file)
    for (const [, , title] of text.matchAll(titledCall)) {
      for (const requirement of idsIn(title)) tests.set(requirement, [...(tests.get(requirement) ?? []), { file, title }])
    }
  }
  return { cited, tests }
}

function codeFiles(folder = '') {
  const roots = ['packages', 'e2e', 'examples']
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (!entry.isDirectory()) return folder !== '' && /\.(ts|tsx|js|mjs)$/.test(entry.name) ? [file] : []
      const isOurs = folder === '' ? roots.includes(entry.name) : !/^(\.|node_modules$|dist$|data$)/.test(entry.name)
      return isOurs ? codeFiles(file) : []
    })
    .sort()
}

/** Every id a title names; `WA-03 to WA-11` names nine, `I1 to I9` too. */
function idsIn(title) {
  const ranges = [...title.matchAll(/\b([A-Z]{1,2}-?)(\d{1,2}) to \1(\d{1,2})\b/g)].flatMap(([, family, first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${family}${String(Number(first) + i).padStart(first.length, '0')}`),
  )
  return new Set([...ranges, ...(title.match(new RegExp(`\\b${id}\\b`, 'g')) ?? [])])
}

function listOf(found) {
  const lines = found.map(({ file, title }) => `- ${title.replace(/\$\{[^}]*\}/g, '…').replaceAll("\\'", "'")} (\`${file}\`)\n`)
  return lines.length === 0 ? '' : `\n${lines.join('')}`
}

function findProblems(text) {
  const [held, notHeld = ''] = text.split(noTestYet)
  const idsOf = (part, pattern) => [...part.matchAll(pattern)].map(([, requirement]) => requirement)
  const listed = idsOf(held, new RegExp(`^### (${id})$`, 'gm'))
  const untested = idsOf(notHeld, new RegExp(`^\\| (${id}) \\|`, 'gm'))
  const all = [...listed, ...untested]
  return [
    ...[...cited]
      .filter(([requirement]) => !all.includes(requirement))
      .map(([requirement, file]) => `${file} cites ${requirement}, which docs/requirements.md does not list`),
    ...all
      .filter((requirement, i) => all.indexOf(requirement) !== i)
      .map((requirement) => `docs/requirements.md lists ${requirement} twice`),
    ...listed.filter((requirement) => !tests.has(requirement)).map((requirement) => `no title of a test names ${requirement}`),
    ...untested
      .filter((requirement) => tests.has(requirement))
      .map((requirement) => `a test names ${requirement}: move it out of "Not held by a test yet"`),
    ...(before === after || process.argv.includes('--write')
      ? []
      : ['the tests in docs/requirements.md are stale: run `node scripts/check-requirements.mjs --write`']),
  ]
}
