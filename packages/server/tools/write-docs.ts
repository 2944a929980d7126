#!/usr/bin/env node
// Writes the pages of docs/, and the tables in them, that are made from code; with --check, fails when a checked-in one differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { errorsPage } from './errors-page.ts'
import { fillTables, operationsTables } from './operations-tables.ts'
import { signalsPage } from './signals-page.ts'

const pathOf = (name: string) => new URL(`../../../docs/${name}`, import.meta.url)
const pages = {
  'errors.md': errorsPage(),
  'operations.md': fillTables(readFileSync(pathOf('operations.md'), 'utf8'), await operationsTables()),
  'signals.md': signalsPage(),
}

for (const [name, text] of Object.entries(pages)) {
  const path = pathOf(name)
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text)
  } else if (text !== readOr(path, '')) {
    process.stderr.write(`docs/${name} is not what the code says: run \`node packages/server/tools/write-docs.ts\`\n`)
    process.exitCode = 1
  }
}

function readOr(file: URL, absent: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return absent
  }
}
