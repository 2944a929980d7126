#!/usr/bin/env node
// Writes the floors into ARCHITECTURE.md, between `<!-- floors -->` and `<!-- /floors -->`; with --check, fails when the page differs.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { floors } from './floors.mjs'
import { root } from './lib/prepare.mjs'

const page = path.join(root, 'ARCHITECTURE.md')
const [begin, end] = ['<!-- floors -->', '<!-- /floors -->']
const before = readFileSync(page, 'utf8')
const [from, to] = [before.indexOf(begin), before.indexOf(end)]
if (from === -1 || to < from) throw new Error(`ARCHITECTURE.md has no place for the floors: ${begin} … ${end}`)
const after = `${before.slice(0, from + begin.length)}\n${Object.entries(floors).map(tableOf).join('\n\n')}\n${before.slice(to)}`

if (!process.argv.includes('--check')) {
  writeFileSync(page, after)
} else if (after !== before) {
  console.error('The floors in ARCHITECTURE.md differ from scripts/floors.mjs: run `node scripts/write-floors.mjs`')
  process.exitCode = 1
}

/** The highest floor comes first, as a house is drawn. */
function tableOf([house, list]) {
  const rows = list.map((rooms, floor) =>
    Object.entries(rooms).map(([room, sentence], at) => `| ${at === 0 ? floor : ''} | \`${room}\` | ${sentence} |`),
  )
  return [`| floor | in \`${house}\` | what it is |`, '|---|---|---|', ...rows.reverse().flat()].join('\n')
}
